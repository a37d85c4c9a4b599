package io.authsessions.store.redis;

import static io.authsessions.store.StoreUnderTest.await;

import io.authsessions.model.SessionPolicy;
import io.authsessions.store.Login;
import io.authsessions.store.StoreUnderTest;
import io.authsessions.store.TestClock;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A store in the hands of a test that also sees its commands and what it stores. */
final class StoreInRedis implements AutoCloseable {
    private static final AtomicInteger SPACES = new AtomicInteger();

    final Vertx vertx = Vertx.vertx();
    final String space = "raw-" + SPACES.incrementAndGet();
    final String prefix = TestRedis.prefix(space);
    final RawRedis raw = new RawRedis(vertx);
    final List<WatchedCommands> watched = new CopyOnWriteArrayList<>();
    final List<RedisSessionStore> stores = new CopyOnWriteArrayList<>();
    final StoreUnderTest it = new StoreUnderTest(vertx, this::make, new TestClock());

    private RedisSessionStore make(Vertx on, SessionPolicy policy, InstantSource clock) {
        RedisOptions options = RedisOptions.read(TestRedis.config(space));
        WatchedCommands commands = new WatchedCommands(new RedisLink(on, options.link(), clock));
        RedisSessionStore store = new RedisSessionStore(on, commands, policy, options);
        watched.add(commands);
        stores.add(store);
        return store;
    }

    /** The commands of the store that is in use. */
    WatchedCommands commands() {
        return watched.get(watched.size() - 1);
    }

    RedisSessionStore store() {
        return stores.get(stores.size() - 1);
    }

    String session(Login login) {
        return in(login, "s:" + login.id());
    }

    String user(Login login) {
        byte[] userKey = io.authsessions.store.RecordCodec.userKey(
                login.record().session().userId());
        return in(login, "u:" + Base64.getUrlEncoder().withoutPadding().encodeToString(userKey));
    }

    String in(Login login, String rest) {
        return prefix + ":{" + login.id().substring(0, 2) + "}:" + rest;
    }

    /** Writes other bytes in the place of a record, which keeps its TTL. */
    void damage(Login login, byte[] bytes) {
        raw.call("SET", session(login), bytes, "KEEPTTL");
    }

    @Override
    public void close() {
        it.close();
        raw.close();
        await(vertx.close());
    }
}
