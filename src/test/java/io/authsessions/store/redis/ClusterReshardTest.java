package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.authsessions.LogCapture;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPolicy;
import io.authsessions.store.SessionStore;
import io.authsessions.store.StoreUnderTest;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("slow")
@Tag("redis")
@Tag("valkey")
@ParameterizedClass(name = "{0}")
@EnumSource(RedisRelease.class)
@DisplayName("Sessions whose slot moves from server to server while they are in use")
class ClusterReshardTest {
    private static final String SPACE = "reshard";
    private static final int STEPS_PER_KEY = 15;

    private final LogCapture log = LogCapture.start();
    private final TestCluster cluster;
    private final int moves;
    private final Vertx vertx = Vertx.vertx();
    private SessionStore store;
    /** Of the same sessions, with room for fewer of one user. */
    private SessionStore narrow;

    private SessionPolicy narrowPolicy;

    ClusterReshardTest(RedisRelease release) {
        cluster = TestCluster.of(3, release);
        moves = release == RedisRelease.REDIS_7 ? 3 : 1;
    }

    @BeforeEach
    void open() {
        SessionPolicy policy =
                StoreUnderTest.POLICY.toBuilder().touchInterval(Duration.ZERO).build();
        store = cluster.store(vertx, policy, InstantSource.system(), SPACE);
        Futures.get(store.open(event -> {}));
        narrowPolicy = policy.toBuilder().maxSessionsPerUser(3).build();
        narrow = cluster.store(vertx, narrowPolicy, InstantSource.system(), SPACE);
        Futures.get(narrow.open(event -> {}));
    }

    @AfterEach
    void close() {
        Futures.get(store.close());
        Futures.get(narrow.close());
        log.close();
        Futures.get(vertx.close());
        cluster.close();
    }

    @Test
    @Tag("fault-20")
    @Timeout(180)
    @DisplayName("are found throughout, never return after their end, and agree with their indices afterwards")
    void moves() {
        String bucket = SessionIds.bucketName(7);
        int slot = SlotMap.slotOf((TestRedis.prefix(SPACE) + ":{" + bucket + "}:").getBytes(StandardCharsets.UTF_8));
        List<SessionLoad> moving = users(true, 8, "user-", user -> new SessionLoad(store, user));
        List<SessionLoad> resting = users(false, 8, "user-", user -> new SessionLoad(store, user));
        List<ChangesLoad> changing = users(true, 4, "other-", user -> new ChangesLoad(narrow, narrowPolicy, user));
        List<ChangesLoad> restingChanges =
                users(false, 2, "other-", user -> new ChangesLoad(narrow, narrowPolicy, user));
        List<ChangesLoad> allChanges = new ArrayList<>(changing);
        allChanges.addAll(restingChanges);
        List<SessionLoad> all = new ArrayList<>(moving);
        all.addAll(resting);
        all.forEach(load -> vertx.runOnContext(now -> load.begin()));
        allChanges.forEach(load -> vertx.runOnContext(now -> load.begin()));
        // Connections are made first, which takes its time where everything begins at once.
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> allChanges.stream()
                .allMatch(load -> load.rounds() > 0));
        allChanges.forEach(ChangesLoad::forgetFailures);
        int from = cluster.owner(slot);
        for (int i = 0; i < moves; i++) {
            int to = (from + 1) % 3;
            move(slot, from, to, all);
            from = to;
        }
        all.forEach(load -> Futures.get(load.end()));
        allChanges.forEach(load -> Futures.get(load.end()));

        assertThat(allChanges).allSatisfy(load -> assertThat(load.wrong()).isEmpty());
        assertThat(allChanges).allSatisfy(load -> assertThat(load.rounds()).isPositive());
        assertThat(log.lines()).noneMatch(line -> line.contains("MOVED"));
        assertThat(restingChanges).allSatisfy(load -> assertThat(load.failed()).isEmpty());
        assertThat(all).allSatisfy(load -> assertThat(load.wrong()).isEmpty());
        assertThat(all).allSatisfy(load -> assertThat(load.failedReads()).isEmpty());
        assertThat(resting).allSatisfy(load -> assertThat(load.failedWrites()).isZero());
        assertThat(all).allSatisfy(load -> assertThat(load.steps()).isPositive());
        all.forEach(load -> Futures.get(load.checkLiving()));
        assertThat(all).allSatisfy(load -> assertThat(load.wrong()).isEmpty());
        assertThat(StoredKeys.of(cluster.ports(), TestRedis.prefix(SPACE)).faults())
                .isEmpty();
    }

    /** Loads for users whose bucket moves, or does not. */
    private <L> List<L> users(boolean inBucket, int count, String prefix, Function<String, L> load) {
        return IntStream.range(0, 100_000)
                .mapToObj(i -> prefix + i)
                .filter(user -> SessionIds.bucketOfUser(user, store.buckets()) == 7 == inBucket)
                .limit(count)
                .map(load)
                .toList();
    }

    /** Key by key; between two keys all of the load goes on. */
    private void move(int slot, int from, int to, List<SessionLoad> loads) {
        cluster.beginMove(slot, from, to);
        try (PlainRedis source = new PlainRedis(cluster.member(from).port())) {
            for (List<String> keys = source.texts("CLUSTER", "GETKEYSINSLOT", "" + slot, "100");
                    !keys.isEmpty();
                    keys = source.texts("CLUSTER", "GETKEYSINSLOT", "" + slot, "100")) {
                for (String key : keys) {
                    long before = steps(loads);
                    Awaitility.await()
                            .pollDelay(Duration.ZERO)
                            .pollInterval(Duration.ofMillis(1))
                            .until(() -> steps(loads) >= before + STEPS_PER_KEY);
                    cluster.moveKey(key, from, to);
                }
            }
        }
        cluster.endMove(slot, to);
    }

    private static long steps(List<SessionLoad> loads) {
        return loads.stream().mapToLong(SessionLoad::steps).sum();
    }
}
