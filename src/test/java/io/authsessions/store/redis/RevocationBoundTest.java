package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessions;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.Futures;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.Resolution;
import io.authsessions.service.CacheMeters;
import io.authsessions.service.CacheOptions;
import io.authsessions.store.redis.TcpProxy.FeedFault;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two instances on one real Redis; what the second hears of the first is disturbed. Times are real. */
@Tag("ASVS-7.4.1")
@DisplayName("A session that one instance has ended")
class RevocationBoundTest {
    private static final Duration LEASE = Duration.ofMillis(400);
    private static final long BOUND_NANOS = LEASE.toNanos();
    private static final int SESSIONS = 200;

    private final Vertx oneVertx = Vertx.vertx();
    private final Vertx otherVertx = Vertx.vertx();
    private final AtomicLong stalest = new AtomicLong(Long.MIN_VALUE);
    private LinkRedis redis;
    private TcpProxy proxy;
    private AuthSessions one;
    private AuthSessions other;

    @BeforeEach
    void start() {
        redis = LinkRedis.started();
        proxy = TcpProxy.to(redis.port());
        one = start(oneVertx, redis.leastRightsUri());
        other = start(otherVertx, LinkRedis.leastRights(proxy.uri()));
    }

    private static AuthSessions start(Vertx vertx, String uri) {
        JsonObject config = new JsonObject().put("uri", uri).put("buckets", 16);
        CacheOptions cache = new CacheOptions(true, 1_000, LEASE);
        return Futures.get(AuthSessions.start(
                vertx, AuthSessionsOptions.defaults().withStore("redis", config).withCache(cache)));
    }

    @AfterEach
    void end() {
        proxy.pass();
        Futures.get(Future.join(one.close(), other.close()));
        Futures.get(Future.join(oneVertx.close(), otherVertx.close()));
        proxy.close();
        redis.close();
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(60)
    @DisplayName("resolves through none a lease later, whatever becomes of the messages")
    void feed(FeedFault fault) {
        List<IssuedSession> sessions = heldByTheOther();
        proxy.disturbFeed(fault);
        List<Long> endedAt = endAll(sessions);
        watch(sessions, endedAt);
        report(fault.name());
        if (fault == FeedFault.HELD || fault == FeedFault.MUTE || fault == FeedFault.LATE) {
            assertThat(stalest.get())
                    .as("what was not heard of is answered from memory")
                    .isPositive();
        }
    }

    @Test
    @Timeout(60)
    @DisplayName("resolves through none a lease later while Redis is stopped, and is not refused either; then it is")
    void stopped() {
        List<IssuedSession> sessions = heldByTheOther();
        proxy.disturbFeed(FeedFault.HELD);
        List<Long> endedAt = endAll(sessions);
        redis.signal("STOP");
        try {
            watch(sessions, endedAt);
        } finally {
            redis.signal("CONT");
        }
        report("STOPPED");
        Awaitility.await()
                .ignoreExceptions()
                .until(() -> Futures.get(other.service()
                                        .resolveSession(sessions.get(0).token()))
                                .ended()
                        != null);
    }

    @Test
    @Timeout(60)
    @DisplayName("and one that lives: while Redis is stopped it resolves from memory for at most a lease, then fails")
    void livingWhileStopped() {
        IssuedSession session = heldByTheOther().get(0);
        redis.signal("STOP");
        long stoppedAt = System.nanoTime();
        try {
            boolean good = true;
            while (good) {
                long begunAt = System.nanoTime();
                Future<Resolution> resolve = other.service().resolveSession(session.token());
                good = resolve.succeeded() && resolve.result().session() != null;
                assertThat(!good || begunAt - stoppedAt <= BOUND_NANOS).isTrue();
            }
            assertThat(Futures.failure(other.service().resolveSession(session.token())))
                    .hasMessageNotContaining("no such session");
            Awaitility.await().until(() -> other.cacheStatus() == AuthSessions.CacheStatus.DEGRADED);
        } finally {
            redis.signal("CONT");
        }
        Awaitility.await().until(() -> other.cacheStatus() == AuthSessions.CacheStatus.UP);
        Awaitility.await().ignoreExceptions().until(() -> resolvesFromMemory(session));
    }

    private List<IssuedSession> heldByTheOther() {
        List<Future<IssuedSession>> creates = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            creates.add(one.service().createSession(NewSession.of("user-" + i)));
        }
        Futures.get(Future.join(creates));
        List<IssuedSession> sessions = creates.stream().map(Future::result).toList();
        Awaitility.await()
                .until(() -> sessions.stream().filter(this::resolvesFromMemory).count() == SESSIONS);
        assertThat(meters().leasesAlive()).isPositive();
        return sessions;
    }

    private CacheMeters meters() {
        CacheMeters meters = other.cacheMeters();
        assertThat(meters).isNotNull();
        return meters;
    }

    private boolean resolvesFromMemory(IssuedSession issued) {
        long hits = meters().hits();
        Future<Resolution> resolve = other.service().resolveSession(issued.token());
        boolean atOnce = resolve.succeeded() && meters().hits() == hits + 1;
        return atOnce
                ? resolve.result().session() != null
                : Futures.settled(resolve).failed();
    }

    /** When the end of each had returned. */
    private List<Long> endAll(List<IssuedSession> sessions) {
        List<Future<Long>> ends = sessions.stream()
                .map(each -> one.service()
                        .destroySession(each.session().id(), "revoked")
                        .map(ended -> System.nanoTime()))
                .toList();
        Futures.get(Future.join(ends));
        return ends.stream().map(Future::result).toList();
    }

    /** Asks for all of them again and again until well after the bound, and notes the stalest answer. */
    private void watch(List<IssuedSession> sessions, List<Long> endedAt) {
        long until = System.nanoTime() + 2 * BOUND_NANOS;
        while (System.nanoTime() < until) {
            List<Future<?>> asked = new ArrayList<>();
            for (int i = 0; i < sessions.size(); i++) {
                long after = System.nanoTime() - endedAt.get(i);
                asked.add(other.service()
                        .resolveSession(sessions.get(i).token())
                        .onSuccess(resolution -> note(resolution, after)));
            }
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> asked.stream().allMatch(Future::isComplete));
        }
    }

    private void note(Resolution resolution, long after) {
        if (resolution.session() != null) {
            stalest.accumulateAndGet(after, Math::max);
        }
    }

    private void report(String scenario) {
        long nanos = stalest.get();
        System.out.println("revocation: " + scenario + ": stalest answer "
                + (nanos == Long.MIN_VALUE ? "none" : TimeUnit.NANOSECONDS.toMillis(nanos) + " ms") + " after the end; "
                + meters());
        assertThat(nanos).isLessThanOrEqualTo(BOUND_NANOS);
    }
}
