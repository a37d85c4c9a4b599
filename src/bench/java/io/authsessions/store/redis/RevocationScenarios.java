package io.authsessions.store.redis;

import io.authsessions.model.IssuedSession;
import io.authsessions.model.SessionIds;
import io.authsessions.store.redis.TcpProxy.FeedFault;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** What is done to a Redis, or to what leads to it, while sessions end. Each scenario has servers of its own. */
final class RevocationScenarios {
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final Duration BEYOND = Duration.ofMillis(2_500);
    private static final Duration AFTER_LATE = Duration.ofMillis(6_500);
    private static final int SESSIONS = 700;
    private static final int ROUNDS = 3;
    private static final int BUCKETS = 256;
    private static final int CHANGES_PER_SECOND = 12_000;
    private static final int MOVED_BUCKET = 7;

    RevocationResult healthy() {
        try (LinkRedis redis = LinkRedis.installed()) {
            redis.start();
            try (RevocationRun run = run(at(redis.uri()), at(redis.uri()))) {
                for (int i = 0; i < 2 * ROUNDS; i++) {
                    run.end(run.held(SESSIONS));
                    run.settle(LEASE);
                }
                return RevocationResult.of(run, "");
            }
        }
    }

    RevocationResult feed(FeedFault fault) {
        try (LinkRedis redis = LinkRedis.installed()) {
            redis.start();
            TcpProxy proxy = TcpProxy.to(redis.port());
            try (RevocationRun run = run(at(redis.uri()), at(proxy.uri()))) {
                for (int i = 0; i < ROUNDS; i++) {
                    List<IssuedSession> sessions = run.held(SESSIONS);
                    proxy.disturbFeed(fault);
                    run.end(sessions);
                    run.settle(fault == FeedFault.LATE ? AFTER_LATE : BEYOND);
                    proxy.pass();
                }
                return RevocationResult.of(run, "");
            } finally {
                proxy.close();
            }
        }
    }

    /** The feed is held too: else the news would be there before Redis stops. */
    RevocationResult redisStopped() {
        try (LinkRedis redis = LinkRedis.installed()) {
            redis.start();
            TcpProxy proxy = TcpProxy.to(redis.port());
            try (RevocationRun run = run(at(redis.uri()), at(proxy.uri()))) {
                for (int i = 0; i < ROUNDS; i++) {
                    List<IssuedSession> sessions = run.held(SESSIONS);
                    proxy.disturbFeed(FeedFault.HELD);
                    Future<Void> ends = run.endSoon(sessions);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(60));
                    redis.signal("STOP");
                    LockSupport.parkNanos(BEYOND.toNanos());
                    redis.signal("CONT");
                    run.await(ends);
                    run.settle(BEYOND);
                    proxy.pass();
                }
                return RevocationResult.of(run, "");
            } finally {
                redis.signal("CONT");
                proxy.close();
            }
        }
    }

    RevocationResult flooded() {
        try (LinkRedis redis = LinkRedis.installed()) {
            redis.start();
            try (RevocationRun run = run(at(redis.uri()), at(redis.uri()))) {
                long slowest = Long.MAX_VALUE;
                for (int i = 0; i < ROUNDS; i++) {
                    List<IssuedSession> sessions = run.held(SESSIONS);
                    try (RevocationFlood flood = new RevocationFlood(redis.port(), BUCKETS, CHANGES_PER_SECOND)) {
                        LockSupport.parkNanos(LEASE.toNanos());
                        run.end(sessions);
                        run.settle(BEYOND);
                        slowest = Math.min(slowest, flood.rate());
                    }
                }
                return RevocationResult.of(run, "at least %,d changes/s; ".formatted(slowest));
            }
        }
    }

    RevocationResult nodeStopped() {
        try (LinkRedis redis = LinkRedis.installed()) {
            redis.start();
            try (RevocationRun run = run(at(redis.uri()), at(redis.uri()))) {
                for (int i = 0; i < ROUNDS; i++) {
                    List<IssuedSession> sessions = run.held(SESSIONS);
                    run.signal("STOP");
                    run.end(sessions);
                    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(5));
                    run.signal("CONT");
                    run.settle(BEYOND);
                }
                return RevocationResult.of(run, "");
            }
        }
    }

    /** Half of the sessions lie in a slot that is moved, to another primary and to one that has just joined. */
    RevocationResult resharded() {
        try (TestCluster cluster = TestCluster.of(3)) {
            JsonObject config = new JsonObject().put("mode", "cluster").put("uris", new JsonArray(cluster.uris()));
            try (RevocationRun run = run(config, config)) {
                int slot = SlotMap.slotOf(
                        ("aus:{" + SessionIds.bucketName(MOVED_BUCKET) + "}:").getBytes(StandardCharsets.UTF_8));
                int from = cluster.owner(slot);
                for (int to : new int[] {(from + 1) % 3, cluster.join(), from}) {
                    List<IssuedSession> sessions = run.held(SESSIONS, RevocationScenarios::oftenInTheMovedBucket);
                    Future<Void> ends = run.endSoon(sessions.subList(0, SESSIONS / 2));
                    cluster.move(slot, from, to);
                    run.await(ends);
                    run.end(sessions.subList(SESSIONS / 2, SESSIONS));
                    run.settle(BEYOND);
                    from = to;
                }
                return RevocationResult.of(run, "");
            }
        }
    }

    /** Every other name is one of a user in that bucket. */
    private static String oftenInTheMovedBucket(int number) {
        return number % 2 == 0
                ? "user-" + number
                : IntStream.iterate(0, i -> i + 1)
                        .mapToObj(i -> "moved-" + number + "-" + i)
                        .filter(user -> SessionIds.bucketOfUser(user, BUCKETS) == MOVED_BUCKET)
                        .findFirst()
                        .orElseThrow();
    }

    /** The primary is killed. */
    RevocationResult failover() {
        return failOvers(LinkRedis::kill, primary -> {});
    }

    /** The primary is stopped, and goes on when another has taken over and still thinks that it is the one. */
    RevocationResult failoverOfStopped() {
        return failOvers(primary -> primary.signal("STOP"), primary -> {
            LockSupport.parkNanos(BEYOND.toNanos());
            primary.signal("CONT");
        });
    }

    private static RevocationResult failOvers(Consumer<LinkRedis> begin, Consumer<LinkRedis> after) {
        List<RevocationResult> results = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            results.add(failOver(begin, after));
        }
        return RevocationResult.worst(results);
    }

    /** Two replicas, so that after the promotion of one another can confirm. */
    private static RevocationResult failOver(Consumer<LinkRedis> begin, Consumer<LinkRedis> after) {
        try (ReplicatedRedis redis = ReplicatedRedis.withReplicas(2).watchedBy(3)) {
            JsonObject config = new JsonObject()
                    .put("mode", "sentinel")
                    .put("uris", new JsonArray(redis.sentinelUris()))
                    .put("masterName", ReplicatedRedis.NAME)
                    .put("waitReplicas", 1)
                    .put("waitTimeout", "200ms");
            try (RevocationRun run = run(config, config)) {
                List<IssuedSession> sessions = run.held(SESSIONS);
                Future<Void> ends = run.endSoon(sessions);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
                LinkRedis before = redis.primary();
                begin.accept(before);
                try {
                    Awaitility.await()
                            .atMost(Duration.ofSeconds(30))
                            .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                            .until(() -> redis.hasPrimaryBut(before));
                } finally {
                    after.accept(before);
                }
                run.await(ends);
                run.settle(BEYOND);
                return RevocationResult.of(run, "");
            }
        }
    }

    /** An operator makes a replica the primary behind one address, and connections that stand lead on to the old one. */
    RevocationResult rolesChanged() {
        List<RevocationResult> results = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            results.add(changeRoles());
        }
        return RevocationResult.worst(results);
    }

    private static RevocationResult changeRoles() {
        try (ReplicatedRedis redis = ReplicatedRedis.withReplicas(1)) {
            LinkRedis before = redis.server(0);
            LinkRedis next = redis.server(1);
            TcpProxy address = TcpProxy.to(before.port());
            try (RevocationRun run = run(at(address.uri()), at(address.uri()))) {
                List<IssuedSession> sessions = run.held(SESSIONS);
                run.end(sessions.subList(0, SESSIONS / 3));
                // Nothing is written any more until the replica has all of it, as FAILOVER does it.
                before.admin("CLIENT", "PAUSE", "5000", "WRITE");
                Future<Void> ends = run.endSoon(sessions.subList(SESSIONS / 3, SESSIONS));
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
                next.admin("REPLICAOF", "NO", "ONE");
                address.target(next.port());
                redis.follow(before, next);
                before.admin("CLIENT", "UNPAUSE");
                run.await(ends);
                run.settle(BEYOND);
                return RevocationResult.of(run, "");
            } finally {
                address.close();
            }
        }
    }

    private static JsonObject at(String uri) {
        return new JsonObject().put("uri", uri);
    }

    private static RevocationRun run(JsonObject ours, JsonObject theirs) {
        return new RevocationRun(ours, theirs, LEASE);
    }
}
