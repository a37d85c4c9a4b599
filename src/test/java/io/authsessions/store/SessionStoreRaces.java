package io.authsessions.store;

import static io.authsessions.store.StoreUnderTest.await;
import static io.authsessions.store.StoreUnderTest.freshToken;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.PageRequest.Order;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionUpdate;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Many races of a destroy against every other change; the test of a store extends this and makes its store. Two threads
 * meet at each session without a lock between them; in half of the races one starts a little earlier.
 * {@code store.races} (25,000 of each kind) sets how long it takes.
 */
public abstract class SessionStoreRaces {
    private static final int BATCH = 250;
    private static final AtomicInteger SPACES = new AtomicInteger();

    private static Vertx vertx;

    private StoreUnderTest it;

    /** Makes a store, not yet open; see {@link SessionStoreContract#createStore}. */
    protected abstract SessionStore createStore(Vertx vertx, SessionPolicy policy, InstantSource clock, String space);

    /** How many races of each kind there are. */
    protected int races() {
        return Integer.getInteger("store.races", 25_000);
    }

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void endVertx() {
        await(vertx.close());
    }

    @BeforeEach
    final void openStore() {
        String space = "races-" + ProcessHandle.current().pid() + "-" + SPACES.incrementAndGet();
        it = new StoreUnderTest(vertx, (on, policy, clock) -> createStore(on, policy, clock, space), new TestClock());
    }

    @AfterEach
    final void closeStore() {
        it.close();
    }

    @Test
    @DisplayName("no use brings a destroyed session back")
    void use() {
        it.with(policy -> policy.touchInterval(Duration.ZERO));
        assertNothingComesBack((login, i) -> it.use(login) instanceof UseOutcome.Live);
    }

    @Test
    @DisplayName("no update brings a destroyed session back")
    void update() {
        SessionUpdate update = SessionUpdate.NOTHING.withLabel("x");
        assertNothingComesBack((login, i) -> it.update(login, update) instanceof UpdateOutcome.Updated);
    }

    @Test
    @DisplayName("no rotation and no re-authentication brings a destroyed session back")
    void rotation() {
        assertNothingComesBack((login, i) -> i % 2 == 0
                ? it.rotate(login) instanceof RotateOutcome.Rotated
                : it.reauthenticate(login, freshToken(login)) instanceof UseOutcome.Live);
    }

    @Test
    @DisplayName("no create at the limit brings a destroyed session back, or lets in more than the limit")
    void createAtLimit() {
        it.with(policy -> policy.maxSessionsPerUser(2));
        AtomicInteger created = new AtomicInteger();
        for (int batch = 0; batch < races() / BATCH; batch++) {
            List<Login> victims = new ArrayList<>();
            List<Login> next = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) {
                it.signIn("user-" + i);
                victims.add(it.signIn("user-" + i));
                next.add(it.prepare("user-" + i));
            }
            Race.run(List.of(
                    () -> victims.stream()
                            .filter(login -> destroyedForGood(login))
                            .count(),
                    () -> next.stream()
                            .filter(login -> it.create(login) == CreateOutcome.CREATED)
                            .mapToInt(login -> created.incrementAndGet())
                            .count()));
            for (int i = 0; i < BATCH; i++) {
                assertThat(it.find(victims.get(i))).isInstanceOf(EndedMarker.class);
                assertThat(it.idsOf("user-" + i))
                        .hasSizeBetween(1, 2)
                        .contains(next.get(i).id());
            }
            if (batch % 10 == 0) {
                assertIndicesAgree();
            }
            for (int i = 0; i < BATCH; i++) {
                it.destroyAll("user-" + i, null, "revoked");
            }
        }
        assertThat(created).hasValue(races() / BATCH * BATCH);
        assertThat(it.count()).isZero();
    }

    @Test
    @DisplayName("no change is lost among racing updates, rotations and uses: the versions add up")
    void noLostUpdates() {
        it.with(policy -> policy.touchInterval(Duration.ZERO).rotationGrace(Duration.ZERO));
        Login login = it.signIn("ann");
        AtomicLong changes = new AtomicLong();
        Callable<Object> updater = () -> repeat(() -> {
            it.updated(login, SessionUpdate.NOTHING.withLabel("x"));
            return changes.incrementAndGet();
        });
        Callable<Object> conditional = () -> repeat(() -> {
            long version = it.record(login).session().version();
            SessionUpdate update = SessionUpdate.NOTHING.withLabel("y").ifVersion(version);
            return it.update(login, update) instanceof UpdateOutcome.Updated ? changes.incrementAndGet() : 0;
        });
        Login[] latest = {login};
        Callable<Object> rotator = () -> repeat(() -> {
            latest[0] = it.rotated(latest[0]);
            it.pass(Duration.ofMillis(1));
            it.use(latest[0]);
            return changes.incrementAndGet();
        });
        Race.run(List.of(updater, conditional, rotator));
        SessionRecord record = it.record(login);
        assertThat(record.session().version()).isEqualTo(1 + changes.get());
        assertThat(record.secretHash()).isEqualTo(latest[0].hash());
        assertIndicesAgree();
    }

    private long repeat(Callable<Long> call) throws Exception {
        long sum = 0;
        for (int i = 0; i < races() / 10; i++) {
            sum += call.call();
        }
        return sum;
    }

    /** One thread destroys, one changes; from when a destroy has returned the session is never there again. */
    private void assertNothingComesBack(BiFunction<Login, Integer, Boolean> change) {
        for (int batch = 0; batch < races() / BATCH; batch++) {
            List<Login> logins = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) {
                logins.add(it.signIn("user-" + i % 50));
            }
            it.pass(Duration.ofMillis(1));
            List<Object> outcomes = Race.run(
                    List.of(() -> logins.stream().filter(this::destroyedForGood).count(), () -> {
                        long changed = 0;
                        for (int i = 0; i < BATCH; i++) {
                            changed += change.apply(logins.get(i), i) ? 1 : 0;
                        }
                        return changed;
                    }));
            assertThat(outcomes.get(0)).as("each destroy ended its session").isEqualTo((long) BATCH);
            for (Login login : logins) {
                assertThat(it.find(login)).isInstanceOf(EndedMarker.class);
            }
            assertThat(it.count()).isZero();
            assertThat(it.walk(Order.USED, 500)).isEmpty();
        }
        assertThat(it.walk(Order.CREATED, 500)).isEmpty();
    }

    private boolean destroyedForGood(Login login) {
        boolean ended = it.destroy(login, "revoked");
        assertThat(it.find(login)).isNotInstanceOf(SessionRecord.class);
        return ended;
    }

    /** What the lists hold is what is found by id, and the count is their length. */
    private void assertIndicesAgree() {
        ListQuery.Position after = null;
        long listed = 0;
        do {
            RecordPage page = await(it.store().list(new ListQuery(Order.USED, 500, after)));
            for (SessionRecord record : page.items()) {
                assertThat(await(it.store().find(record.id()))).isEqualTo(record);
                listed++;
            }
            after = page.next();
        } while (after != null);
        assertThat(it.count()).isEqualTo(listed);
        assertThat(it.walk(Order.CREATED, 500)).hasSize((int) listed);
    }
}
