package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.IssuedSession;
import io.authsessions.model.SessionIds;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The short form of {@code bash src/bench/run revocation}, of what needs a process or servers of its own. */
@DisplayName(
        "A session that one process has ended, asked for in another all the while, is good there for at most a lease")
class RevocationAcrossProcessesTest {
    private static final Duration LEASE = Duration.ofMillis(400);
    private static final int SESSIONS = 100;
    private static final int BUCKETS = 16;
    private static final int MOVED_BUCKET = 7;

    @Test
    @Timeout(60)
    @DisplayName("although that process is stopped meanwhile")
    void nodeStopped() {
        try (LinkRedis redis = LinkRedis.started();
                RevocationRun run = run(at(redis))) {
            List<IssuedSession> sessions = run.held(SESSIONS);
            run.signal("STOP");
            run.end(sessions);
            Awaitility.await().pollDelay(LEASE.plus(LEASE)).until(() -> true);
            run.signal("CONT");
            run.settle(LEASE.plus(LEASE));
            holds(run, SESSIONS);
        }
    }

    @Test
    @Timeout(60)
    @DisplayName("although ten thousand other changes a second are announced")
    void flooded() {
        try (LinkRedis redis = LinkRedis.started();
                RevocationRun run = run(at(redis))) {
            List<IssuedSession> sessions = run.held(SESSIONS);
            try (RevocationFlood flood = new RevocationFlood(redis.port(), BUCKETS, 12_000)) {
                Awaitility.await().until(() -> flood.rate() > 10_000);
                run.end(sessions);
                run.settle(LEASE.plus(LEASE));
            }
            holds(run, SESSIONS);
        }
    }

    @Test
    @Tag("slow")
    @Tag("redis")
    @Timeout(120)
    @DisplayName("although its slot is moved, to another primary and to one that has just joined")
    void resharded() {
        try (TestCluster cluster = TestCluster.of(3)) {
            JsonObject config = new JsonObject()
                    .put("mode", "cluster")
                    .put("uris", new JsonArray(cluster.uris()))
                    .put("buckets", BUCKETS);
            try (RevocationRun run = run(config)) {
                int slot = SlotMap.slotOf(
                        ("aus:{" + SessionIds.bucketName(MOVED_BUCKET) + "}:").getBytes(StandardCharsets.UTF_8));
                int from = cluster.owner(slot);
                for (int to : new int[] {(from + 1) % 3, cluster.join()}) {
                    List<IssuedSession> sessions = run.held(SESSIONS, RevocationAcrossProcessesTest::userOfBucket);
                    Future<Void> ends = run.endSoon(sessions.subList(0, SESSIONS / 2));
                    cluster.move(slot, from, to);
                    run.await(ends);
                    run.end(sessions.subList(SESSIONS / 2, SESSIONS));
                    run.settle(LEASE.plus(LEASE));
                    from = to;
                }
                holds(run, 2 * SESSIONS);
            }
        }
    }

    private static String userOfBucket(int number) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "user-" + number + "-" + i)
                .filter(user -> SessionIds.bucketOfUser(user, BUCKETS) == MOVED_BUCKET)
                .findFirst()
                .orElseThrow();
    }

    @Test
    @Tag("slow")
    @Tag("redis")
    @Timeout(120)
    @DisplayName("although its primary is killed and a replica takes over, where the end was confirmed by a replica")
    void failover() {
        try (ReplicatedRedis redis = ReplicatedRedis.withReplicas(2).watchedBy(3)) {
            JsonObject config = new JsonObject()
                    .put("mode", "sentinel")
                    .put("uris", new JsonArray(redis.sentinelUris()))
                    .put("masterName", ReplicatedRedis.NAME)
                    .put("waitReplicas", 1)
                    .put("waitTimeout", "200ms")
                    .put("buckets", BUCKETS);
            try (RevocationRun run = run(config)) {
                List<IssuedSession> sessions = run.held(SESSIONS);
                run.end(sessions.subList(0, SESSIONS / 2));
                Future<Void> ends = run.endSoon(sessions.subList(SESSIONS / 2, SESSIONS));
                redis.primary().kill();
                Awaitility.await().atMost(Duration.ofSeconds(30)).until(redis::hasPrimary);
                run.await(ends);
                run.settle(LEASE.plus(LEASE));
                holds(run, SESSIONS);
            }
        }
    }

    @Test
    @Tag("slow")
    @Tag("redis")
    @Timeout(120)
    @DisplayName("although its primary is stopped, and goes on when a replica has taken over")
    void failoverOfStopped() {
        try (ReplicatedRedis redis = ReplicatedRedis.withReplicas(2).watchedBy(3)) {
            JsonObject config = new JsonObject()
                    .put("mode", "sentinel")
                    .put("uris", new JsonArray(redis.sentinelUris()))
                    .put("masterName", ReplicatedRedis.NAME)
                    .put("waitReplicas", 1)
                    .put("waitTimeout", "200ms")
                    .put("buckets", BUCKETS);
            try (RevocationRun run = run(config)) {
                List<IssuedSession> sessions = run.held(SESSIONS);
                LinkRedis before = redis.primary();
                Future<Void> ends = run.endSoon(sessions);
                before.signal("STOP");
                try {
                    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> redis.hasPrimaryBut(before));
                    Awaitility.await().pollDelay(LEASE.multipliedBy(6)).until(() -> true);
                } finally {
                    before.signal("CONT");
                }
                run.await(ends);
                run.settle(LEASE.plus(LEASE));
                holds(run, SESSIONS);
            }
        }
    }

    @Test
    @Tag("slow")
    @Timeout(120)
    @DisplayName("although a replica is made the primary behind one address, and connections lead on to the old one")
    void rolesChanged() {
        try (ReplicatedRedis redis = ReplicatedRedis.withReplicas(1, RedisRelease.REDIS_6_2)) {
            LinkRedis before = redis.server(0);
            LinkRedis next = redis.server(1);
            TcpProxy address = TcpProxy.to(before.port());
            JsonObject config = new JsonObject()
                    .put("uri", LinkRedis.leastRights(address.uri()))
                    .put("buckets", BUCKETS);
            try (RevocationRun run = run(config)) {
                List<IssuedSession> sessions = run.held(SESSIONS);
                before.admin("CLIENT", "PAUSE", "5000", "WRITE");
                Future<Void> ends = run.endSoon(sessions);
                Awaitility.await().pollDelay(LEASE).until(() -> true);
                next.admin("REPLICAOF", "NO", "ONE");
                address.target(next.port());
                redis.follow(before, next);
                before.admin("CLIENT", "UNPAUSE");
                run.await(ends);
                run.settle(LEASE.plus(LEASE));
                holds(run, SESSIONS);
            } finally {
                address.close();
            }
        }
    }

    private static void holds(RevocationRun run, int ends) {
        assertThat(run.ends()).isEqualTo(ends);
        assertThat(run.largestMillis()).isLessThanOrEqualTo(LEASE.toMillis());
    }

    private static JsonObject at(LinkRedis redis) {
        return new JsonObject().put("uri", redis.leastRightsUri()).put("buckets", BUCKETS);
    }

    private static RevocationRun run(JsonObject config) {
        return new RevocationRun(config, config, LEASE);
    }
}
