package io.authsessions.store.local;

import static io.authsessions.store.StoreUnderTest.await;
import static io.authsessions.store.StoreUnderTest.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.EndReason;
import io.authsessions.model.PageRequest.Order;
import io.authsessions.model.SessionPolicy.OnLimit;
import io.authsessions.model.SessionUpdate;
import io.authsessions.store.CreateOutcome;
import io.authsessions.store.EndedMarker;
import io.authsessions.store.ListQuery;
import io.authsessions.store.Login;
import io.authsessions.store.SessionStore;
import io.authsessions.store.StoreException;
import io.authsessions.store.StoreUnderTest;
import io.authsessions.store.TestClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The room of a local store")
class LocalStoreRoomTest {
    private static final AtomicInteger SPACES = new AtomicInteger();
    private static Vertx vertx;

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void endVertx() {
        await(vertx.close());
    }

    private static StoreUnderTest open(String key, int value) {
        JsonObject config =
                new JsonObject().put("name", "room-" + SPACES.incrementAndGet()).put(key, value);
        return new StoreUnderTest(
                vertx,
                (on, policy, clock) -> new LocalSessionStoreProvider().create(on, policy, clock, config),
                new TestClock());
    }

    @Test
    @DisplayName("is what maxSessions says: one more is refused, and changes and announces nothing")
    void full() {
        StoreUnderTest it = open("maxSessions", 2);
        it.signIn("ann");
        it.signIn("bob");
        Login refused = it.prepare("cid");
        assertThat(it.create(refused)).isEqualTo(CreateOutcome.STORE_FULL);
        assertThat(it.find(refused)).isNull();
        assertThat(it.idsOf("cid")).isEmpty();
        assertThat(it.count()).isEqualTo(2);
        it.destroyAll("ann", null, EndReason.REVOKED);
        assertThat(it.eventsOf(refused)).isEmpty();
    }

    @Test
    @DisplayName("is free again when a session ends, and is not used up by creates that fail")
    void freed() {
        StoreUnderTest it = open("maxSessions", 2);
        Login ann = it.signIn("ann");
        assertThat(it.create(ann)).isEqualTo(CreateOutcome.ID_TAKEN);
        it.signIn("bob");
        for (int i = 0; i < 3; i++) {
            assertThat(it.create(it.prepare("cid"))).isEqualTo(CreateOutcome.STORE_FULL);
        }
        assertThat(it.destroy(ann, EndReason.REVOKED)).isTrue();
        assertThat(it.destroy(ann, EndReason.REVOKED)).isFalse();
        it.signIn("cid");
        assertThat(it.create(it.prepare("dan"))).isEqualTo(CreateOutcome.STORE_FULL);
    }

    @Test
    @DisplayName("is not held by sessions that have expired, swept or not")
    void expiredGiveWay() {
        StoreUnderTest it = open("maxSessions", 3);
        it.signIn("ann", 3);
        it.pass(Duration.ofDays(1));
        it.signIn("bob");
        assertThat(it.count()).isEqualTo(1);
        it.signIn("bob", 2);
        assertThat(it.create(it.prepare("bob"))).isEqualTo(CreateOutcome.STORE_FULL);
    }

    @Test
    @DisplayName("is enough for one whose user's other session gives way to it")
    void evictionInFullStore() {
        StoreUnderTest it = open("maxSessions", 2).with(policy -> policy.maxSessionsPerUser(1));
        Login first = it.signIn("ann");
        it.signIn("bob");
        Login second = it.signIn("ann");
        assertThat(it.idsOf("ann")).containsExactly(second.id());
        assertThat(((EndedMarker) it.find(first)).reason()).isEqualTo(EndReason.LIMIT);
        assertThat(it.create(it.prepare("cid"))).isEqualTo(CreateOutcome.STORE_FULL);
        it.with(policy -> policy.maxSessionsPerUser(1).onLimit(OnLimit.REJECT));
        assertThat(it.create(it.prepare("ann"))).isEqualTo(CreateOutcome.LIMIT_REACHED);
        assertThat(it.count()).isEqualTo(2);
    }

    @Test
    @DisplayName("is without bound when maxSessions is 0")
    void unbounded() {
        StoreUnderTest it = open("maxSessions", 0);
        it.signIn("ann", 300);
        assertThat(it.count()).isEqualTo(300);
    }

    @Test
    @DisplayName("holds as many markers as maxEndedMarkers says, and the oldest go first")
    void oldestMarkersGo() {
        StoreUnderTest it = open("maxEndedMarkers", 3);
        List<Login> logins = it.signIn("ann", 5);
        for (int i : new int[] {2, 0, 4, 1, 3}) {
            it.pass(Duration.ofMillis(1));
            it.destroy(logins.get(i), EndReason.REVOKED);
        }
        assertThat(logins.stream().map(it::find).map(EndedMarker.class::isInstance))
                .containsExactly(false, true, false, true, true);
        assertThat(it.find(logins.get(0))).isNull();
        assertThat(it.isGood(logins.get(0))).isFalse();
        assertThat(it.destroy(logins.get(0), EndReason.REVOKED)).isFalse();
    }

    @Test
    @DisplayName("may be none for markers: what ended is unknown then")
    void noMarkers() {
        StoreUnderTest it = open("maxEndedMarkers", 0);
        Login login = it.signIn("ann");
        assertThat(it.destroy(login, EndReason.REVOKED)).isTrue();
        assertThat(it.find(login)).isNull();
        assertThat(it.isGood(login)).isFalse();
        assertThat(it.count()).isZero();
    }

    @Test
    @DisplayName("for markers is cleared by the sweeper after the retention, a slice at a time")
    void markersSwept() {
        StoreUnderTest it = open("maxEndedMarkers", 1_000);
        List<Login> logins = it.signIn("ann", 250);
        logins.forEach(login -> it.destroy(login, EndReason.REVOKED));
        Login later = it.signIn("ann");
        it.pass(Duration.ofHours(1));
        it.destroy(later, EndReason.REVOKED);
        it.pass(Duration.ofMinutes(59));
        assertThat(await(it.store().sweep())).isFalse();
        assertThat(it.find(logins.get(0))).isInstanceOf(EndedMarker.class);
        it.pass(Duration.ofMinutes(1));
        assertThat(it.find(logins.get(0))).as("not told of, swept or not").isNull();
        assertThat(List.of(
                        await(it.store().sweep()),
                        await(it.store().sweep()),
                        await(it.store().sweep())))
                .containsExactly(true, true, false);
        assertThat(it.find(later)).isInstanceOf(EndedMarker.class);
    }

    @Test
    @DisplayName("is given to no session whose id does not name the bucket of its user")
    void foreignBucket() {
        StoreUnderTest it = open("maxSessions", 5);
        Login ann = it.prepare("ann");
        Login bob = it.prepare("bob");
        var session = ann.record().session();
        var stray = new io.authsessions.model.AuthSession(
                bob.id(), session.userId(), null, "{}", null, 0, 0, 0, session.expiresAtMillis(), 1);
        var record = new io.authsessions.store.SessionRecord(stray, ann.hash(), 1, 1, 1, null);
        assertThat(failure(it.store().create(record))).isInstanceOf(IllegalArgumentException.class);
        assertThat(it.count()).isZero();
    }

    @Test
    @DisplayName("cannot be used any more once the store is closed: every call says that it is unavailable")
    void closed() {
        StoreUnderTest it = open("maxSessions", 5);
        Login login = it.signIn("ann");
        SessionStore store = it.store();
        ListQuery query = new ListQuery(Order.USED, 5, null);
        it.close();
        List<Future<?>> answers = List.of(
                store.create(login.record()),
                store.find(login.id()),
                store.use(login.id(), login.hash(), it.now()),
                store.update(login.id(), SessionUpdate.NOTHING),
                StoreUnderTest.startRotation(store, login),
                store.reauthenticate(login.id(), login.hash(), login.hash()),
                store.destroy(login.id(), null, EndReason.REVOKED),
                store.destroyForUser("ann", null, EndReason.REVOKED),
                store.listForUser("ann", query),
                store.list(query),
                store.count(),
                store.sweep());
        assertThat(answers).allSatisfy(answer -> assertThat(failure(answer))
                .isInstanceOfSatisfying(StoreException.class, failure -> assertThat(failure.detail())
                        .isEqualTo(StoreException.UNAVAILABLE)));
    }
}
