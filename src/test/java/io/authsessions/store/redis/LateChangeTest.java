package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.authsessions.store.CreateOutcome;
import io.authsessions.store.Login;
import io.authsessions.store.SessionStore;
import io.authsessions.store.StoreUnderTest;
import io.authsessions.store.TestClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("A change that its caller was told has failed")
class LateChangeTest {
    /** Of the deadline that a command has where nothing else is said, seven eighths. */
    private static final Duration ROOM =
            RedisOptions.DEFAULT_COMMAND_DEADLINE.multipliedBy(7).dividedBy(8);

    private final Vertx vertx = Vertx.vertx();
    private final LinkRedis redis = LinkRedis.started();
    private SessionStore store;
    private StoreUnderTest maker;

    @BeforeEach
    void open() {
        JsonObject config = new JsonObject()
                .put("uri", redis.leastRightsUri())
                .put("commandDeadline", "500ms")
                .put("callDeadline", "1s");
        store = new RedisSessionStoreProvider().create(vertx, StoreUnderTest.POLICY, InstantSource.system(), config);
        Futures.get(store.open(event -> {}));
        maker = new StoreUnderTest(vertx, (on, policy, clock) -> store, new TestClock());
        assertThat(Futures.get(store.create(maker.prepare("ann").record()))).isEqualTo(CreateOutcome.CREATED);
    }

    @AfterEach
    void close() {
        redis.signal("CONT");
        Futures.get(store.close());
        Futures.get(vertx.close());
        redis.close();
    }

    @Test
    @Tag("fault-5")
    @DisplayName("does not happen any more, also where its connection was given up for the sake of an older command")
    void never() {
        Login late = maker.prepare("ann");
        redis.signal("STOP");
        Future<?> older = store.create(maker.prepare("ann").record());
        pass(Duration.ofMillis(400));
        Future<?> younger = store.create(late.record());
        assertThat(Futures.failure(older)).isNotNull();
        assertThat(Futures.failure(younger)).isNotNull();
        redis.signal("CONT");
        Awaitility.await().ignoreExceptions().until(() -> Futures.get(store.find("0".repeat(22))) == null);
        pass(Duration.ofMillis(100));
        assertThat(Futures.get(store.find(late.id()))).isNull();
    }

    @Test
    @Tag("fault-5")
    @DisplayName("is refused by Redis while an eighth of its time is left for the answer to come back in")
    void roomForTheAnswer() {
        try (StoreInRedis watched = new StoreInRedis()) {
            Login ann = watched.it.prepare("ann");
            watched.commands().takeScriptArgs();
            assertThat(watched.it.create(ann)).isEqualTo(CreateOutcome.CREATED);
            long notAfter = Long.parseLong(
                    watched.commands().takeScriptArgs().get(0).get(1).toString());
            long left = notAfter - watched.commands().redisMillis(Buffer.buffer());
            assertThat(left).isPositive().isLessThanOrEqualTo(ROOM.toMillis());
        }
    }

    private static void pass(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plusSeconds(5)).until(() -> true);
    }
}
