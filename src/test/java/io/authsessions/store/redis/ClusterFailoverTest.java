package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.authsessions.store.SessionStore;
import io.authsessions.store.StoreUnderTest;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("slow")
@Tag("redis")
@DisplayName("A Cluster one of whose primaries is killed under load")
class ClusterFailoverTest {
    private final TestCluster cluster = TestCluster.of(3);
    private final Vertx vertx = Vertx.vertx();
    private SessionStore store;

    @BeforeEach
    void open() {
        store = cluster.store(vertx, StoreUnderTest.POLICY, InstantSource.system(), "failover");
        Futures.get(store.open(event -> {}));
    }

    @AfterEach
    void close() {
        Futures.get(store.close());
        Futures.get(vertx.close());
        cluster.close();
    }

    @Test
    @Timeout(120)
    @DisplayName("works whole again within a second of the promotion, and answers nothing wrong")
    void failover() {
        LinkRedis replica = cluster.addReplica(0);
        List<SessionLoad> loads = IntStream.range(0, 24)
                .mapToObj(i -> new SessionLoad(store, "user-" + i))
                .map(load -> onFirst(load) ? load.onLossyServer() : load)
                .toList();
        List<SessionLoad> hit = loads.stream().filter(this::onFirst).toList();
        assertThat(hit).isNotEmpty();
        loads.forEach(load -> vertx.runOnContext(now -> load.begin()));
        Awaitility.await().until(() -> loads.stream().allMatch(load -> load.steps() > 100));
        cluster.member(0).kill();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(2))
                .until(() -> replica.admin("INFO", "replication").contains("role:master"));
        long promotedAt = System.nanoTime();
        Awaitility.await()
                .atMost(Duration.ofSeconds(1))
                .pollInterval(Duration.ofMillis(2))
                .until(() -> hit.stream().allMatch(load -> load.workedAt() - promotedAt > 0));
        loads.forEach(load -> Futures.get(load.end()));
        loads.forEach(load -> Futures.get(load.checkLiving()));
        assertThat(loads).allSatisfy(load -> assertThat(load.wrong()).isEmpty());
        List<Integer> ports = List.of(
                replica.port(), cluster.member(1).port(), cluster.member(2).port());
        assertThat(StoredKeys.of(ports, TestRedis.prefix("failover")).faults()).isEmpty();
    }

    private boolean onFirst(SessionLoad load) {
        String key = TestRedis.prefix("failover") + ":{" + load.bucketName() + "}:";
        return cluster.owner(SlotMap.slotOf(key.getBytes(StandardCharsets.UTF_8))) == 0;
    }
}
