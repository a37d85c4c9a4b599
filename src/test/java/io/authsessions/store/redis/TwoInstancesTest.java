package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessions;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.Futures;
import io.authsessions.LogCapture;
import io.authsessions.model.AuthSession;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionUpdate;
import io.authsessions.service.AuthSessionService;
import io.authsessions.store.TestClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
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

@DisplayName("Two instances on one Redis")
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = LogCapture.LOCK, mode = ResourceAccessMode.READ)
class TwoInstancesTest {
    private static final String PREFIX = "aus:two";
    private static final int BATCH = 500;
    /** Where a race is of many calls, or they wait for each other: so that none is refused as too many. */
    private static final int SMALL_BATCH = 100;

    private static final int MOST_MICROS = 3_000;

    private final Vertx oneVertx = Vertx.vertx();
    private final Vertx otherVertx = Vertx.vertx();
    private final TestClock clock = new TestClock();
    private final Map<String, Queue<String>> ends = new ConcurrentHashMap<>();
    private final AtomicInteger users = new AtomicInteger();
    private final GuardedRedis redis = GuardedRedis.started();
    private AuthSessions one;
    private AuthSessions other;

    private void start(Duration sweepInterval, UnaryOperator<SessionPolicy.Builder> policy) {
        AuthSessionsOptions options = AuthSessionsOptions.defaults()
                .withStore("redis", redis.config(PREFIX))
                .withDeadline(Duration.ofSeconds(18))
                .withSweepInterval(sweepInterval)
                .withPolicy(policy.apply(SessionPolicy.DEFAULT.toBuilder().touchInterval(Duration.ZERO))
                        .build());
        otherVertx.eventBus().<JsonObject>localConsumer(options.eventsAddress(), message -> {
            String type = message.body().getString("type");
            if (type.equals("expired") || type.equals("destroyed")) {
                ends.computeIfAbsent(message.body().getString("sessionId"), id -> new ConcurrentLinkedQueue<>())
                        .add(type);
            }
        });
        one = Futures.get(AuthSessions.start(oneVertx, options, clock));
        other = Futures.get(AuthSessions.start(otherVertx, options, clock));
    }

    private void start() {
        start(Duration.ofSeconds(1), policy -> policy);
    }

    @AfterEach
    void end() {
        Futures.get(Future.join(one.close(), other.close()));
        Futures.get(Future.join(oneVertx.close(), otherVertx.close()));
        redis.close();
    }

    @Test
    @Timeout(120)
    @DisplayName("bring no session back that one of them ends (5,000 races)")
    void someRaces() {
        race(5_000);
    }

    @Test
    @Tag("slow")
    @Timeout(600)
    @DisplayName("bring no session back that one of them ends (60,000 races)")
    void manyRaces() {
        race(60_000);
    }

    private void race(int races) {
        start();
        long changed = 0;
        for (int done = 0; done < races; done += BATCH) {
            List<IssuedSession> issued = create(one.service(), BATCH);
            List<Future<Boolean>> ends = new ArrayList<>();
            List<Future<Boolean>> changes = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) {
                IssuedSession each = issued.get(i);
                if (i % 2 == 0) {
                    ends.add(one.service().destroySession(each.session().id(), "revoked"));
                }
                changes.add(change(each, i / 2 % 4));
                if (i % 2 == 1) {
                    ends.add(one.service().destroySession(each.session().id(), "revoked"));
                }
            }
            Futures.get(Future.join(ends));
            assertThat(ends).allMatch(Future::result);
            List<Future<Boolean>> there = issued.stream()
                    .map(each -> other.service().getSession(each.session().id()).map(found -> found != null))
                    .toList();
            Futures.get(Future.join(there));
            assertThat(there).as("a session that has been ended").noneMatch(Future::result);
            Futures.get(Future.join(changes));
            changed += changes.stream().filter(Future::result).count();
        }
        assertThat(changed).as("changes that came before the end").isBetween(races / 100L, races * 99L / 100);
        assertThat(Futures.get(other.service().countSessions())).isZero();
        Futures.get(Future.join(one.close(), other.close()));
        assertKeysAgree();
        StoredKeys stored = redis.stored(PREFIX);
        assertThat(stored.records()).isEmpty();
        assertThat(stored.markers()).hasSize(races);
    }

    /** Whether the session was still there for it. */
    private Future<Boolean> change(IssuedSession issued, int which) {
        AuthSessionService service = other.service();
        String token = issued.token();
        return switch (which) {
            case 0 -> service.resolveSession(token).map(resolution -> resolution.session() != null);
            case 1 -> there(service.updateSession(issued.session().id(), SessionUpdate.NOTHING.withLabel("x")));
            case 2 -> there(service.rotateSession(token));
            default -> there(service.reauthenticateSession(token));
        };
    }

    private static Future<Boolean> there(Future<?> change) {
        return change.transform(result -> {
            if (result.failed()) {
                assertThat(result.cause()).hasMessageContaining("there is no such session");
            }
            return Future.succeededFuture(result.succeeded());
        });
    }

    @Test
    @Timeout(120)
    @DisplayName("lose no update of those that both make to the same sessions at once, nor a rotation between them")
    void noLostUpdates() {
        updates(200);
    }

    @Test
    @Tag("slow")
    @Timeout(600)
    @DisplayName("lose no update of those that both make to the same sessions at once (10,000 sessions)")
    void noLostUpdatesOfMany() {
        updates(10_000);
    }

    private void updates(int races) {
        start();
        int fields = 4;
        int together = SMALL_BATCH / 5;
        for (int done = 0; done < races; done += together) {
            List<IssuedSession> issued = create(one.service(), together);
            List<Future<?>> changes = new ArrayList<>();
            List<Future<IssuedSession>> rotations = new ArrayList<>();
            for (IssuedSession each : issued) {
                for (int i = 0; i < fields; i++) {
                    changes.add(merge(one, each, "one" + i));
                    changes.add(merge(other, each, "other" + i));
                }
                rotations.add(other.service().rotateSession(each.token()));
                rotations.add(one.service().rotateSession(each.token()));
            }
            Futures.get(Future.join(changes));
            Futures.get(Future.join(rotations));
            for (int i = 0; i < issued.size(); i++) {
                IssuedSession successor = rotations.get(2 * i).result();
                assertThat(rotations.get(2 * i + 1).result().token()).isEqualTo(successor.token());
                AuthSession session = Futures.get(one.service().resolveSession(successor.token()))
                        .session();
                assertThat(session.meta().fieldNames()).hasSize(2 * fields);
                assertThat(session.version()).isEqualTo(issued.get(i).session().version() + 2 * fields + 1);
            }
        }
        assertKeysAgree();
    }

    @Test
    @Timeout(120)
    @DisplayName("keep the limit of a user whom both sign in at once while a session of theirs is ended (500 races)")
    void someLimits() {
        limits(500);
    }

    @Test
    @Tag("slow")
    @Timeout(600)
    @DisplayName("keep the limit of a user whom both sign in at once while a session of theirs is ended (10,000 races)")
    void manyLimits() {
        limits(10_000);
    }

    /** Of four sessions two are left: two gave way, or one did and one was ended. */
    private void limits(int races) {
        start(Duration.ofSeconds(1), policy -> policy.maxSessionsPerUser(2));
        for (int done = 0; done < races; done += SMALL_BATCH) {
            List<IssuedSession> first = createEach(one, SMALL_BATCH);
            List<IssuedSession> second = again(other, first);
            clock.advance(Duration.ofMillis(1));
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < SMALL_BATCH; i++) {
                NewSession next = NewSession.of(first.get(i).session().userId());
                IssuedSession ended = i % 2 == 0 ? first.get(i) : second.get(i);
                calls.add(one.service().createSession(next));
                calls.add(one.service().destroySession(ended.session().id(), "revoked"));
                calls.add(other.service().createSession(next));
            }
            Futures.get(Future.join(calls));
            for (IssuedSession each : first) {
                List<AuthSession> left = Futures.get(
                                one.service().getSessionsForUser(each.session().userId(), PageRequest.FIRST))
                        .items();
                assertThat(left).hasSizeBetween(1, 2);
                assertThat(left)
                        .extracting(AuthSession::id)
                        .doesNotContain(each.session().id());
            }
        }
        assertEndedOnce();
        assertKeysAgree();
    }

    @Test
    @Timeout(120)
    @DisplayName(
            "leave no session of a user whom one of them signs out everywhere while the other uses them (500 races)")
    void someUsersEnds() {
        usersEnds(500);
    }

    @Test
    @Tag("slow")
    @Timeout(600)
    @DisplayName(
            "leave no session of a user whom one of them signs out everywhere while the other uses them (10,000 races)")
    void manyUsersEnds() {
        usersEnds(10_000);
    }

    private void usersEnds(int races) {
        start();
        for (int done = 0; done < races; done += BATCH) {
            List<IssuedSession> first = createEach(one, BATCH / 2);
            List<IssuedSession> all = new ArrayList<>(first);
            all.addAll(again(other, first));
            List<Future<?>> endings = new ArrayList<>();
            List<Future<?>> changes = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                changes.add(change(all.get(i), i % 4));
                if (i < first.size()) {
                    endings.add(one.service()
                            .destroySessionsForUser(first.get(i).session().userId(), null, "revoked"));
                }
            }
            Futures.get(Future.join(endings));
            List<Future<Boolean>> there = all.stream()
                    .map(each -> other.service().getSession(each.session().id()).map(found -> found != null))
                    .toList();
            Futures.get(Future.join(there));
            assertThat(there).as("a session that has been ended").noneMatch(Future::result);
            Futures.get(Future.join(changes));
        }
        assertThat(Futures.get(other.service().countSessions())).isZero();
        assertEndedOnce();
        assertKeysAgree();
        assertThat(redis.stored(PREFIX).records()).isEmpty();
    }

    @Test
    @Timeout(120)
    @DisplayName("end a session once, which expires while one of them ends it and both sweep (500 races)")
    void someSweeps() {
        sweeps(500);
    }

    @Test
    @Tag("slow")
    @Timeout(600)
    @DisplayName("end a session once, which expires while one of them ends it and both sweep (10,000 races)")
    void manySweeps() {
        sweeps(10_000);
    }

    private void sweeps(int races) {
        start(Duration.ofMillis(50), policy -> policy);
        Duration brief = Duration.ofMinutes(1);
        Set<String> destroyed = ConcurrentHashMap.newKeySet();
        List<String> ids = new ArrayList<>();
        int together = BATCH / 10;
        for (int done = 0; done < races; done += together) {
            List<Future<IssuedSession>> creates = new ArrayList<>();
            for (int i = 0; i < together; i++) {
                creates.add(
                        one.service().createSession(NewSession.of("user-" + i).withAbsoluteTimeout(brief)));
            }
            Futures.get(Future.join(creates));
            CompletableFuture<Void> passing = CompletableFuture.runAsync(
                    () -> clock.advance(brief),
                    CompletableFuture.delayedExecutor(
                            ThreadLocalRandom.current().nextInt(MOST_MICROS), TimeUnit.MICROSECONDS));
            List<Future<Boolean>> endings = new ArrayList<>();
            for (Future<IssuedSession> create : creates) {
                String id = create.result().session().id();
                ids.add(id);
                endings.add(other.service()
                        .destroySession(id, "revoked")
                        .onSuccess(ended -> destroyed.addAll(ended ? List.of(id) : List.of())));
            }
            Futures.get(Future.join(endings));
            passing.join();
        }
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> ends.size() == races);
        assertThat(destroyed).hasSizeBetween(1, races - 1);
        assertThat(ids).allSatisfy(id -> assertThat(ends.get(id))
                .containsExactly(destroyed.contains(id) ? "destroyed" : "expired"));
        assertKeysAgree();
        assertThat(redis.stored(PREFIX).markers()).hasSize(races);
    }

    private void assertEndedOnce() {
        assertThat(ends).isNotEmpty();
        assertThat(ends.values()).allMatch(each -> List.copyOf(each).equals(List.of("destroyed")));
    }

    /** A session each for so many users that have none. */
    private List<IssuedSession> createEach(AuthSessions where, int count) {
        List<Future<IssuedSession>> creates = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            creates.add(where.service().createSession(NewSession.of("new-user-" + users.incrementAndGet())));
        }
        Futures.get(Future.join(creates));
        return creates.stream().map(Future::result).toList();
    }

    private List<IssuedSession> again(AuthSessions where, List<IssuedSession> sessions) {
        List<Future<IssuedSession>> creates = sessions.stream()
                .map(each -> where.service()
                        .createSession(NewSession.of(each.session().userId())))
                .toList();
        Futures.get(Future.join(creates));
        return creates.stream().map(Future::result).toList();
    }

    /** Uses are recorded off the response path, and the keys are read one by one: the last use may come in between. */
    private void assertKeysAgree() {
        Awaitility.await()
                .untilAsserted(() -> assertThat(redis.stored(PREFIX).faults()).isEmpty());
    }

    private static Future<AuthSession> merge(AuthSessions where, IssuedSession issued, String field) {
        SessionUpdate update = SessionUpdate.NOTHING.withMetaPatch(new JsonObject().put(field, true));
        return where.service().updateSession(issued.session().id(), update);
    }

    private static List<IssuedSession> create(AuthSessionService service, int count) {
        List<Future<IssuedSession>> creates = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            creates.add(service.createSession(NewSession.of("user-" + i % 50)));
        }
        Futures.get(Future.join(creates));
        return creates.stream().map(Future::result).toList();
    }
}
