package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessions;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.Futures;
import io.authsessions.model.SessionIds;
import io.authsessions.service.CacheMeters;
import io.authsessions.service.CacheOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
@Tag("redis")
@DisplayName("The near cache over a Cluster")
class ClusterCacheTest {
    private static final int BUCKETS = 16;

    private final TestCluster cluster = TestCluster.of(3);
    private final Vertx vertx = Vertx.vertx();
    private AuthSessions sessions;

    @AfterEach
    void close() {
        cluster.member(0).signal("CONT");
        Futures.get(sessions.close());
        Futures.get(vertx.close());
        cluster.close();
    }

    @ParameterizedTest(name = "with a lease of {0} ms")
    @ValueSource(ints = {1_000, 400})
    @Timeout(60)
    @DisplayName("goes on answering for the primaries that work while another one hangs")
    void onePrimaryHangs(int leaseMillis) {
        JsonObject config = new JsonObject()
                .put("mode", "cluster")
                .put("uris", new JsonArray(cluster.uris()))
                .put("buckets", BUCKETS);
        sessions = Futures.get(AuthSessions.start(
                vertx,
                AuthSessionsOptions.defaults()
                        .withStore("redis", config)
                        .withCache(new CacheOptions(true, 1_000, Duration.ofMillis(leaseMillis)))));
        Awaitility.await().until(() -> meters().leasesAlive() == BUCKETS);
        for (int i = 0; i < 3; i++) {
            cluster.ok(i, "CONFIG", "SET", "cluster-require-full-coverage", "no");
        }
        int hanging = (int) IntStream.range(0, BUCKETS)
                .mapToObj(bucket -> "aus:{" + SessionIds.bucketName(bucket) + "}:")
                .filter(key -> cluster.owner(SlotMap.slotOf(key.getBytes(StandardCharsets.UTF_8))) == 0)
                .count();
        assertThat(hanging).isBetween(1, BUCKETS - 1);
        cluster.member(0).signal("STOP");
        Awaitility.await().until(() -> meters().leasesLapsed() >= hanging);
        Awaitility.await()
                .pollInterval(Duration.ofMillis(10))
                .during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(4))
                .until(() -> meters().leasesLapsed() == hanging);
    }

    private CacheMeters meters() {
        CacheMeters meters = sessions.cacheMeters();
        assertThat(meters).isNotNull();
        return meters;
    }
}
