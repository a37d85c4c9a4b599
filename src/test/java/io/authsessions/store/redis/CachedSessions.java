package io.authsessions.store.redis;

import io.authsessions.Futures;
import io.authsessions.model.SessionPolicy;
import io.authsessions.service.AuthSessionService;
import io.authsessions.service.CacheOptions;
import io.authsessions.service.NearCache;
import io.authsessions.service.StoreSessionService;
import io.authsessions.store.TestClock;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/** A service with a near cache over Redis, whose clocks and commands are in the hands of a test. */
final class CachedSessions implements AutoCloseable {
    /** Long, so that a machine that is busy otherwise lets none lapse. */
    static final Duration LEASE = Duration.ofSeconds(4);

    private static final AtomicInteger SPACES = new AtomicInteger();

    final Vertx vertx = Vertx.vertx();
    final TestClock clock = new TestClock();
    final AtomicLong nanosAhead = new AtomicLong();
    final AtomicLong wallAhead = new AtomicLong();
    final WatchedCommands commands;
    final NearCache near;
    final AuthSessionService service;
    private final String prefix;
    private final StoreSessionService closing;
    private final RedisSessionStore store;

    CachedSessions(SessionPolicy policy, int size) {
        String space = "near-" + SPACES.incrementAndGet();
        prefix = TestRedis.prefix(space);
        RedisOptions options = RedisOptions.read(TestRedis.config(space));
        commands = new WatchedCommands(new RedisLink(vertx, options.link(), clock));
        store = new RedisSessionStore(vertx, commands, policy, options);
        InstantSource wall = () -> InstantSource.system().instant().plusMillis(wallAhead.get());
        near = new NearCache(
                vertx,
                store,
                store.buckets(),
                new CacheOptions(true, size, LEASE),
                wall,
                () -> System.nanoTime() + nanosAhead.get());
        Futures.get(store.open(event -> {}));
        Futures.get(near.start());
        Awaitility.await().until(() -> near.meters().leasesLapsed() == 0);
        closing = new StoreSessionService(vertx, store, near, policy, Duration.ofSeconds(5), new SecureRandom());
        service = closing;
    }

    /** The name of a key of a bucket. */
    String key(String bucketName, String rest) {
        return prefix + ":{" + bucketName + "}:" + rest;
    }

    /** What was sent, but for what the cache itself asks for. */
    List<String> sentBy(Runnable call) {
        commands.takeSent();
        call.run();
        return commands.takeSent().stream()
                .filter(command -> !List.of("MGET", "PEXPIRE", "SET").contains(command))
                .toList();
    }

    @Override
    public void close() {
        near.stop();
        Futures.get(closing.close(Duration.ZERO));
        Futures.get(store.close());
        Futures.get(vertx.close());
    }
}
