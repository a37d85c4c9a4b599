package io.authsessions.service;

import static io.authsessions.Futures.failure;
import static io.authsessions.Futures.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.EndReason;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest;
import io.authsessions.model.Resolution;
import io.authsessions.model.ResolveOptions;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionToken;
import io.authsessions.store.ChangeMarks;
import io.authsessions.store.SessionStore;
import io.authsessions.store.TestClock;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Times are in milliseconds; a lease lasts long enough for no round to come by itself in the time of a test. */
@DisplayName("A near cache over a store whose marks the test writes")
class NearCacheAloneTest {
    private static final long LEASE = 10_000;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicLong now = new AtomicLong(1_000_000);
    private final TestClock clock = new TestClock();
    private final SessionPolicy policy = SessionPolicy.builder().build();
    private final ControlledStore controlled = new ControlledStore(vertx, policy, clock);
    private final SessionStore store = controlled.store();
    private final WrittenMarks marks = new WrittenMarks(store);
    private NearCache near;
    private StoreSessionService service;

    @BeforeEach
    void open() {
        get(store.open(event -> {}));
        near = new NearCache(
                vertx,
                marks,
                store.buckets(),
                new CacheOptions(true, 100, Duration.ofMillis(LEASE)),
                () -> Instant.ofEpochMilli(now.get()),
                () -> TimeUnit.MILLISECONDS.toNanos(now.get()));
        service = new StoreSessionService(vertx, store, near, policy, Duration.ofSeconds(5), new SecureRandom());
        get(near.start());
    }

    @AfterEach
    void close() {
        near.stop();
        get(service.close(Duration.ofMillis(100)));
        get(store.close());
        get(vertx.close());
    }

    private IssuedSession signIn(String userId) {
        return get(service.createSession(NewSession.of(userId)));
    }

    private Resolution resolve(IssuedSession issued) {
        return get(service.resolveSession(issued.token()));
    }

    private long reads() {
        return controlled.called.stream().filter("find"::equals).count();
    }

    private void announce(IssuedSession issued, String previous, String mark) {
        int bucket = SessionIds.bucketOf(issued.session().id());
        marks.stand.put(bucket, mark);
        marks.changes.accept(new ChangeMarks.Announcement(
                bucket, previous, mark, List.of(issued.session().id())));
    }

    @Test
    @DisplayName("gives every bucket a lease at its start, from marks that it has seen to")
    void start() {
        CacheMeters meters = near.meters();
        assertThat(meters.leasesAlive()).isEqualTo(store.buckets());
        assertThat(meters.leasesLapsed()).isZero();
        assertThat(meters.markRoundAgeMillis()).isZero();
        assertThat(near.degraded()).isFalse();
        assertThat(marks.stand).hasSize(store.buckets());
        assertThat(marks.reads).isEqualTo(2);
    }

    @Test
    @Tag("slow")
    @DisplayName("leaves alone what nobody has asked for during 240 rounds, and sees to it again when somebody does")
    void idle() {
        near.stop();
        NearCache quick = new NearCache(
                vertx,
                marks,
                store.buckets(),
                new CacheOptions(true, 100, Duration.ofMillis(200)),
                InstantSource.system(),
                System::nanoTime);
        StoreSessionService asking =
                new StoreSessionService(vertx, store, quick, policy, Duration.ofSeconds(5), new SecureRandom());
        get(quick.start());
        IssuedSession issued = get(asking.createSession(NewSession.of("ann")));
        assertThat(lookedAfter(quick)).isEqualTo(store.buckets());
        Awaitility.await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> assertThat(lookedAfter(quick))
                .isZero());
        get(asking.resolveSession(issued.token()));
        assertThat(lookedAfter(quick)).isEqualTo(1);
        Awaitility.await()
                .untilAsserted(() -> assertThat(quick.meters().leasesAlive()).isEqualTo(1));
        quick.stop();
        get(asking.close(Duration.ofMillis(100)));
    }

    private static int lookedAfter(NearCache cache) {
        CacheMeters meters = cache.meters();
        return meters.leasesAlive() + meters.leasesLapsed();
    }

    @Test
    @DisplayName("is degraded when nothing has been proven for longer than a lease, and says for how long")
    void degraded() {
        marks.answers = false;
        now.addAndGet(LEASE - 1);
        assertThat(near.meters().leasesAlive()).isEqualTo(store.buckets());
        assertThat(near.meters().markRoundAgeMillis()).isEqualTo(LEASE - 1);
        now.addAndGet(1);
        assertThat(near.meters().leasesAlive()).isZero();
        assertThat(near.meters().leasesLapsed()).isEqualTo(store.buckets());
        assertThat(near.degraded()).isFalse();
        now.addAndGet(1);
        assertThat(near.degraded()).isTrue();
    }

    @Test
    @DisplayName("answers the second resolve from memory, and the next after a change from the store")
    void invalidated() {
        IssuedSession issued = signIn("ann");
        assertThat(resolve(issued).session()).isEqualTo(issued.session());
        assertThat(resolve(issued).session()).isEqualTo(issued.session());
        assertThat(reads()).isEqualTo(1);
        assertThat(near.meters().hits()).isEqualTo(1);
        assertThat(near.meters().misses()).isEqualTo(1);
        long before = near.meters().invalidations();
        announce(issued, "first", "second");
        assertThat(near.meters().invalidations()).isEqualTo(before + 1);
        assertThat(resolve(issued).session()).isEqualTo(issued.session());
        assertThat(reads()).isEqualTo(2);
        announce(issued, "lost", "fourth");
        assertThat(near.meters().dropsByCause()).containsEntry("lost_message", 1L);
    }

    @Test
    @DisplayName("keeps nothing of what a server says that has not heard of the last change, and so decides no more")
    void serverBehind() {
        IssuedSession issued = signIn("ann");
        String id = issued.session().id();
        ChangeMarks.MarkedSession before = get(marks.findMarked(id));
        get(store.destroy(id, null, EndReason.REVOKED));
        announce(issued, "first", "second");
        marks.behind = before;
        assertThat(resolve(issued).session()).as("by that server's own word").isNotNull();
        marks.behind = null;
        assertThat(resolve(issued).ended()).isNotNull();
        assertThat(near.meters().hits()).isZero();
    }

    @Test
    @DisplayName("is passed by where strictness is asked for, by whoever brings the token as text or already read")
    void strict() {
        IssuedSession issued = signIn("ann");
        SessionToken token = SessionToken.parse(issued.token());
        ResolveOptions strict = new ResolveOptions(true, true);
        resolve(issued);
        assertThat(reads()).isEqualTo(1);
        get(service.resolve(token, ResolveOptions.DEFAULT));
        assertThat(reads()).isEqualTo(1);
        get(service.resolve(token, strict));
        assertThat(reads()).isEqualTo(2);
        get(service.resolveSessionWith(issued.token(), strict));
        assertThat(reads()).isEqualTo(3);
    }

    @Test
    @DisplayName("answers nothing any more when the service has ended, however well it is known")
    void ended() {
        IssuedSession issued = signIn("ann");
        resolve(issued);
        resolve(issued);
        get(service.close(Duration.ofMillis(100)));
        assertThat(Failures.detailOf(failure(service.resolveSession(issued.token()))))
                .isEqualTo(Failures.SHUTTING_DOWN);
    }

    @Test
    @DisplayName("asks the store again when leases have lapsed, and keeps nothing of that")
    void lapsed() {
        IssuedSession issued = signIn("ann");
        resolve(issued);
        marks.answers = false;
        now.addAndGet(LEASE);
        assertThat(resolve(issued).session()).isEqualTo(issued.session());
        assertThat(resolve(issued).session()).isEqualTo(issued.session());
        assertThat(reads()).isEqualTo(3);
    }

    @Test
    @DisplayName("passes over changes and tokens of buckets that the store does not have")
    void noSuchBucket() {
        marks.changes.accept(new ChangeMarks.Announcement(store.buckets(), "a", "b", List.of("x")));
        String id = SessionIds.create(store.buckets(), 1, ThreadLocalRandom.current());
        String token = SessionToken.issue(id, new SecureRandom()).reveal();
        assertThat(get(service.resolveSession(token))).isEqualTo(Resolution.NONE);
        assertThat(reads()).isZero();
    }

    @Test
    @DisplayName("takes a token that has been read as it takes the text")
    void tokens() {
        IssuedSession issued = signIn("ann");
        SessionToken token = SessionToken.parse(issued.token());
        assertThat(token).isNotNull();
        assertThat(get(service.resolve(token, ResolveOptions.DEFAULT)).session())
                .isEqualTo(issued.session());
        assertThat(get(service.resolve(token, new ResolveOptions(true, true))).session())
                .isEqualTo(issued.session());
        assertThat(reads()).isEqualTo(2);
    }

    @Test
    @DisplayName("forgets at once what is ended here, by its id, by its token, or with all of its user")
    void endedHere() {
        IssuedSession one = signIn("ann");
        IssuedSession two = signIn("ann");
        IssuedSession three = signIn("ann");
        List.of(one, two, three).forEach(this::resolve);
        assertThat(get(service.destroySession(one.session().id(), EndReason.REVOKED)))
                .isTrue();
        assertThat(get(service.destroySessionByToken(two.token(), EndReason.SIGNED_OUT)))
                .isTrue();
        assertThat(resolve(one).session()).isNull();
        assertThat(resolve(two).session()).isNull();
        assertThat(resolve(three).session()).isNotNull();
        assertThat(get(service.destroySessionsForUser("ann", null, EndReason.REVOKED))
                        .ended())
                .isEqualTo(1);
        assertThat(resolve(three).session()).isNull();
    }

    @Test
    @DisplayName("has lists, counts and sweeps from the store, and closes it")
    void passedOn() {
        IssuedSession issued = signIn("ann");
        signIn("ben");
        CachedStore cached = new CachedStore(store, near, policy);
        assertThat(cached.nowMillis()).isEqualTo(store.nowMillis());
        assertThat(cached.buckets()).isEqualTo(store.buckets());
        assertThat(get(cached.count())).isEqualTo(2);
        assertThat(get(cached.sweep())).isEqualTo(get(store.sweep()));
        assertThat(get(service.getSessionsForUser("ann", PageRequest.FIRST)).items())
                .containsExactly(issued.session());
        assertThat(get(service.listSessions(PageRequest.FIRST)).items()).hasSize(2);
        assertThat(get(service.getSession(issued.session().id()))).isEqualTo(issued.session());
        get(cached.close());
        assertThat(io.authsessions.Futures.settled(cached.count()).failed()).isTrue();
    }
}
