package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.authsessions.store.SessionStore;
import io.authsessions.store.StoreUnderTest;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("slow")
@Tag("redis")
@DisplayName("A Cluster whose primaries die one after the other before their replicas have what they wrote last")
class ClusterWaitReplicasTest {
    private static final String SPACE = "confirmed";
    private static final int PRIMARIES = 3;

    private final TestCluster cluster = TestCluster.of(PRIMARIES);
    private final List<LinkRedis> replicas = new ArrayList<>();
    private final Vertx vertx = Vertx.vertx();
    private SessionStore store;

    private void open(int waitReplicas) {
        for (int i = 0; i < PRIMARIES; i++) {
            LinkRedis replica = cluster.addReplica(i);
            replicas.add(replica);
            List.of(cluster.member(i), replica).forEach(server -> server.admin("ACL", "SETUSER", "aus", "+wait"));
        }
        ReplicaRule rule = new ReplicaRule(waitReplicas, Duration.ofMillis(200));
        store = cluster.store(vertx, StoreUnderTest.POLICY, InstantSource.system(), SPACE, rule);
        Futures.get(store.open(event -> {}));
    }

    @AfterEach
    void close() {
        if (store != null) {
            Futures.get(store.close());
        }
        Futures.get(vertx.close());
        cluster.close();
    }

    @Test
    @Tag("fault-19")
    @Timeout(120)
    @DisplayName("keeps every end that was acknowledged where replicas are waited for")
    void nothingIsLost() {
        open(1);
        List<SessionLoad> loads = loads();
        for (int i = 0; i < PRIMARIES; i++) {
            failOver(i, loads);
        }
        loads.forEach(load -> Futures.get(load.end()));
        loads.forEach(load -> Futures.get(load.checkLiving()));
        assertThat(loads).allSatisfy(load -> assertThat(load.wrong()).isEmpty());
        assertThat(loads.stream().mapToInt(load -> load.ended().size()).sum()).isGreaterThan(100);
    }

    @Test
    @Tag("fault-19")
    @Timeout(120)
    @DisplayName("loses some where nobody waits for replicas, as documented")
    void someAreLost() {
        open(0);
        List<SessionLoad> loads = loads();
        failOver(0, loads);
        loads.forEach(load -> Futures.get(load.end()));
        loads.forEach(load -> Futures.get(load.checkLiving()));
        assertThat(loads.stream().flatMap(load -> load.wrong().stream())).isNotEmpty();
    }

    private List<SessionLoad> loads() {
        List<SessionLoad> loads = IntStream.range(0, 24)
                .mapToObj(i -> new SessionLoad(store, "user-" + i))
                .toList();
        loads.forEach(load -> vertx.runOnContext(now -> load.begin()));
        assertThat(IntStream.range(0, PRIMARIES)).allMatch(i -> !of(i, loads).isEmpty());
        return loads;
    }

    /** What the primary writes once its replica has been cut off is lost with it. */
    private void failOver(int number, List<SessionLoad> loads) {
        LinkRedis primary = cluster.member(number);
        LinkRedis replica = replicas.get(number);
        List<SessionLoad> hit = of(number, loads);
        work(hit, 2_000);
        try (PlainRedis admin = new PlainRedis(primary.port())) {
            admin.call("CONFIG", "SET", "requirepass", "nobody knows");
            assertThat(admin.call("CLIENT", "KILL", "TYPE", "replica")).isEqualTo(1L);
        }
        work(hit, 100);
        primary.kill();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> replica.admin("INFO", "replication").contains("role:master"));
        work(hit, 100);
    }

    private List<SessionLoad> of(int number, List<SessionLoad> loads) {
        return loads.stream()
                .filter(load -> {
                    String key = TestRedis.prefix(SPACE) + ":{" + load.bucketName() + "}:";
                    return cluster.owner(SlotMap.slotOf(key.getBytes(StandardCharsets.UTF_8))) == number;
                })
                .toList();
    }

    /** Only reads that were answered and changes count, which may fail. */
    private static void work(List<SessionLoad> loads, long steps) {
        long before = loads.stream().mapToLong(SessionLoad::steps).sum();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> loads.stream().mapToLong(SessionLoad::steps).sum() >= before + steps);
    }
}
