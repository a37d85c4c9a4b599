package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.authsessions.store.SessionStore;
import io.authsessions.store.StoreUnderTest;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
@Tag("redis")
@Tag("valkey")
@ParameterizedClass(name = "{0}")
@EnumSource(RedisRelease.class)
@DisplayName("A store whose primary is watched by sentinels")
class SentinelTest {
    private final ReplicatedRedis redis;
    private final Vertx vertx = Vertx.vertx();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private SessionStore store;

    SentinelTest(RedisRelease release) {
        redis = ReplicatedRedis.withReplicas(1, release).watchedBy(3);
    }

    private void open(List<String> uris) {
        JsonObject config = new JsonObject()
                .put("mode", "sentinel")
                .put("uris", new JsonArray(uris))
                .put("masterName", ReplicatedRedis.NAME);
        store = new RedisSessionStoreProvider().create(vertx, StoreUnderTest.POLICY, InstantSource.system(), config);
        Futures.get(store.open(event -> events.add(event.type().wireName())));
    }

    @AfterEach
    void close() {
        if (store != null) {
            Futures.get(store.close());
        }
        Futures.get(vertx.close());
        redis.close();
    }

    /** A sentinel that changes what a server is also cuts its connections, ours among them. */
    private void awaitPromoted(LinkRedis replica) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(2))
                .ignoreException(UncheckedIOException.class)
                .until(() -> replica.admin("INFO", "replication").contains("role:master") && redis.mostName(replica));
    }

    @Test
    @Timeout(120)
    @DisplayName("leaves a primary that only the sentinels cannot reach, although it answers, once there is another")
    void cutOff() {
        open(redis.sentinelUris());
        assertThat(Futures.get(store.count())).isZero();
        LinkRedis old = redis.server(0);
        old.admin("CONFIG", "SET", "min-replicas-to-write", "1");
        // Sentinels do not log in, so from their next connection on they are told nothing.
        old.admin("ACL", "SETUSER", "admin", "on", "nopass", "~*", "&*", "+@all");
        old.admin("CONFIG", "SET", "requirepass", "nobody-knows");
        try (PlainRedis admin = new PlainRedis(old.port())) {
            admin.call("AUTH", "admin", "any");
            admin.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        }
        // One connection for reads and one for all else, which lead to the old primary and are not cut any more.
        Awaitility.await()
                .until(() -> Futures.settled(store.find("00" + "0".repeat(20))).succeeded()
                        && Futures.settled(store.count()).succeeded());
        LinkRedis replica = redis.server(1);
        awaitPromoted(replica);
        SessionLoad there = new SessionLoad(store, "user");
        vertx.runOnContext(now -> there.begin());
        Awaitility.await().atMost(Duration.ofSeconds(4)).until(() -> there.steps() > 50 && there.failedWrites() < 20);
        Futures.get(there.end());
        assertThat(there.wrong()).isEmpty();
        try (PlainRedis admin = new PlainRedis(replica.port())) {
            assertThat(admin.texts("KEYS", "aus:*:s:*")).isNotEmpty();
        }
    }

    @ParameterizedTest(name = "the old one stands still, and comes back: {0}")
    @ValueSource(booleans = {false, true})
    @Timeout(120)
    @DisplayName(
            "works again for everybody within a second of when most sentinels name the new primary, and answers nothing wrong")
    void failover(boolean stopped) {
        open(redis.sentinelUris());
        List<SessionLoad> loads = IntStream.range(0, 8)
                .mapToObj(i -> new SessionLoad(store, "user-" + i).onLossyServer())
                .toList();
        loads.forEach(load -> vertx.runOnContext(now -> load.begin()));
        Awaitility.await().until(() -> loads.stream().allMatch(load -> load.steps() > 200));
        LinkRedis replica = redis.server(1);
        if (stopped) {
            redis.server(0).signal("STOP");
        } else {
            redis.server(0).kill();
        }
        awaitPromoted(replica);
        long promotedAt = System.nanoTime();
        Awaitility.await()
                .atMost(Duration.ofSeconds(1))
                .pollInterval(Duration.ofMillis(2))
                .until(() -> loads.stream().allMatch(load -> load.workedAt() - promotedAt > 0));
        if (stopped) {
            // It comes back as the primary that it was, until a sentinel tells it otherwise.
            redis.server(0).signal("CONT");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .ignoreException(UncheckedIOException.class)
                    .until(() -> redis.server(0).admin("INFO", "replication").contains("role:slave"));
        }
        loads.forEach(load -> Futures.get(load.end()));
        loads.forEach(load -> Futures.get(load.checkLiving()));
        assertThat(loads).allSatisfy(load -> assertThat(load.wrong()).isEmpty());
        Awaitility.await().until(() -> events.contains("gap"));
        assertThat(StoredKeys.of(replica.port(), "aus").faults()).isEmpty();
    }

    @Test
    @DisplayName("asks the next sentinel where one is down, stopped, or knows of no such primary")
    void sentinelsDown() {
        LinkRedis stranger = LinkRedis.stopped();
        stranger.start();
        try {
            List<String> uris = List.of(
                    "redis://127.0.0.1:1", stranger.uri(), redis.sentinelUris().get(1));
            for (int i = 0; i < 3; i++) {
                open(uris);
                assertThat(Futures.get(store.count())).isZero();
                Futures.get(store.close());
            }
        } finally {
            stranger.close();
        }
    }
}
