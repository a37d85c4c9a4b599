package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessions;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.Futures;
import io.authsessions.LogCapture;
import io.authsessions.model.AuthSession;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.Resolution;
import io.authsessions.model.ResolveOptions;
import io.authsessions.model.SessionPolicy;
import io.authsessions.service.CacheMeters;
import io.authsessions.service.CacheOptions;
import io.authsessions.store.TestClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

@DisplayName("A thousand sessions in constant use on three nodes that answer from memory")
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = LogCapture.LOCK, mode = ResourceAccessMode.READ)
class SharedTouchesTest {
    private static final int SESSIONS = 1_000;
    private static final int INTERVALS = 5;
    private static final int MANY_INTERVALS = 50;
    private static final int STEPS = 3;
    private static final Duration INTERVAL = Duration.ofSeconds(60);
    private static final Duration STEP = INTERVAL.dividedBy(STEPS);

    private final TestClock clock = new TestClock();
    private final List<Vertx> vertxes = new ArrayList<>();
    private final List<AuthSessions> nodes = new ArrayList<>();

    @AfterEach
    void end() {
        nodes.forEach(node -> Futures.get(node.close()));
        vertxes.forEach(vertx -> Futures.get(vertx.close()));
    }

    @Test
    @Timeout(120)
    @DisplayName(
            "are touched once per session and interval by all nodes together, and none idles out before it is left")
    void touches() {
        touchedFor(INTERVALS);
    }

    @Test
    @Tag("slow")
    @Timeout(600)
    @DisplayName("so for many intervals")
    void touchesForLong() {
        touchedFor(MANY_INTERVALS);
    }

    private void touchedFor(int intervals) {
        SessionPolicy policy = SessionPolicy.DEFAULT.toBuilder()
                .idleTimeout(INTERVAL)
                .touchInterval(INTERVAL)
                .build();
        // What a machine that is busy otherwise cannot do in time is not of interest here.
        AuthSessionsOptions options = AuthSessionsOptions.defaults()
                .withStore(
                        "redis",
                        TestRedis.config("touches")
                                .put("commandDeadline", "20s")
                                .put("callDeadline", "20s"))
                .withDeadline(Duration.ofSeconds(20))
                .withCache(new CacheOptions(true, 100_000, Duration.ofSeconds(4)))
                .withPolicy(policy);
        for (int i = 0; i < 3; i++) {
            Vertx vertx = Vertx.vertx();
            vertxes.add(vertx);
            nodes.add(Futures.get(AuthSessions.start(vertx, options, clock)));
        }
        List<IssuedSession> sessions = all(i -> nodes.get(0).service().createSession(NewSession.of("user-" + i)));
        List<Set<Long>> uses = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            uses.add(new HashSet<>());
        }
        for (int step = 0; step < intervals * STEPS; step++) {
            clock.advance(STEP);
            useEverywhere(sessions);
            note(sessions, uses, step);
        }
        assertThat(uses).allSatisfy(each -> assertThat(each).hasSizeBetween(intervals, intervals + 1));
        CacheMeters meters = Objects.requireNonNull(nodes.get(0).cacheMeters());
        assertThat(meters.hits()).as("%s", meters).isGreaterThan(meters.misses());

        expireOnTime(sessions);
    }

    /** Nobody uses them any more: each lives to the millisecond before its deadline, on every node, and not at it. */
    private void expireOnTime(List<IssuedSession> sessions) {
        Set<Long> deadlines = all(i -> nodes.get(0)
                        .service()
                        .getSession(sessions.get(i).session().id()))
                .stream()
                .map(AuthSession::expiresAtMillis)
                .collect(Collectors.toSet());
        assertThat(deadlines).as("all were last used at one time").hasSize(1);
        long deadline = deadlines.iterator().next();
        assertThat(deadline - clock.millis())
                .as("idle timeout and touch interval")
                .isEqualTo(INTERVAL.multipliedBy(2).toMillis());
        clock.advance(Duration.ofMillis(deadline - clock.millis() - 1));
        ResolveOptions quietly = new ResolveOptions(false, false);
        for (AuthSessions node : nodes) {
            assertThat(all(i ->
                            node.service().resolveSessionWith(sessions.get(i).token(), quietly)))
                    .allMatch(resolution -> resolution.session() != null);
        }
        clock.advance(Duration.ofMillis(1));
        for (AuthSessions node : nodes) {
            assertThat(resolveAll(node, sessions)).allMatch(resolution -> resolution.session() == null);
        }
    }

    private void useEverywhere(List<IssuedSession> sessions) {
        for (AuthSessions node : nodes) {
            assertThat(resolveAll(node, sessions)).allMatch(resolution -> resolution.session() != null);
        }
    }

    /** Uses are recorded off the way: in a step where one is due, waits for it. One that Redis refused, the next makes up for. */
    private void note(List<IssuedSession> sessions, List<Set<Long>> uses, int step) {
        boolean due = step % STEPS == STEPS - 1;
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            List<AuthSession> now = all(i ->
                    nodes.get(0).service().getSession(sessions.get(i).session().id()));
            boolean allRecorded = true;
            for (int i = 0; i < SESSIONS; i++) {
                uses.get(i).add(now.get(i).lastUsedAtMillis());
                if (due && now.get(i).lastUsedAtMillis() < clock.millis()) {
                    allRecorded = false;
                    Futures.settled(nodes.get(2)
                            .service()
                            .resolveSession(sessions.get(i).token()));
                }
            }
            return allRecorded;
        });
    }

    private static List<Resolution> resolveAll(AuthSessions node, List<IssuedSession> sessions) {
        return all(i -> node.service().resolveSession(sessions.get(i).token()));
    }

    private static <T> List<T> all(java.util.function.IntFunction<Future<T>> call) {
        List<T> results = new ArrayList<>();
        for (int from = 0; from < SESSIONS; from += 200) {
            List<Future<T>> batch = new ArrayList<>();
            for (int i = from; i < from + 200; i++) {
                batch.add(call.apply(i));
            }
            Futures.get(Future.join(batch));
            batch.forEach(each -> results.add(each.result()));
        }
        return results;
    }
}
