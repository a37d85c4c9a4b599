package io.authsessions.store;

import static io.authsessions.store.StoreUnderTest.await;
import static io.authsessions.store.StoreUnderTest.freshToken;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.EndReason;
import io.authsessions.model.PageRequest.Order;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionUpdate;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * Many races of two calls about one session, each on a session of its own; the test of a store extends this and makes
 * its store. Both sides of a {@link Duel} start at one moment, send their call without regard to the other and await
 * their own answer. How often each side came first is printed at the end, and both must have.
 *
 * <p>{@code store.races} (25,000 of each kind against a destroy, a quarter of that of each kind among changes) sets how
 * long it takes.
 */
public abstract class SessionStoreRaces {
    private static final int BATCH = 250;
    private static final int USERS = 50;
    private static final AtomicInteger SPACES = new AtomicInteger();
    private static RaceTally tally;
    private static Vertx vertx;

    private StoreUnderTest it;
    private Login[] logins;

    /** Makes a store, not yet open; see {@link SessionStoreContract#createStore}. */
    protected abstract SessionStore createStore(Vertx vertx, SessionPolicy policy, InstantSource clock, String space);

    /** How many races of each kind against a destroy. */
    protected int races() {
        return Integer.getInteger("store.races", 25_000);
    }

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
        tally = new RaceTally();
    }

    @AfterAll
    static void endVertx(TestInfo test) {
        await(vertx.close());
        System.out.println(test.getDisplayName() + ", who came first in how many races: " + tally);
    }

    @BeforeEach
    final void openStore() {
        String space = "races-" + ProcessHandle.current().pid() + "-" + SPACES.incrementAndGet();
        it = new StoreUnderTest(vertx, (on, policy, clock) -> createStore(on, policy, clock, space), new TestClock());
        it.with(policy -> policy.touchInterval(Duration.ZERO));
    }

    @AfterEach
    final void closeStore() {
        it.close();
    }

    @Test
    @Tag("ASVS-15.4.1")
    @DisplayName("no use brings a destroyed session back")
    void use() {
        assertNothingComesBack("destroy : use", i -> it.use(logins[i]) instanceof UseOutcome.Live);
    }

    @Test
    @DisplayName("no update brings a destroyed session back")
    void update() {
        SessionUpdate update = SessionUpdate.NOTHING.withLabel("x");
        assertNothingComesBack("destroy : update", i -> it.update(logins[i], update) instanceof UpdateOutcome.Updated);
    }

    @Test
    @DisplayName("no rotation and no re-authentication brings a destroyed session back")
    void rotation() {
        assertNothingComesBack(
                "destroy : rotate",
                i -> i % 2 == 0
                        ? it.rotate(logins[i]) instanceof RotateOutcome.Rotated
                        : it.reauthenticate(logins[i], freshToken(logins[i])) instanceof UseOutcome.Live);
    }

    @Test
    @DisplayName(
            "no create at the limit brings a destroyed session back, lets in more than the limit, or ends too many")
    void createAtLimit() {
        it.with(policy -> policy.maxSessionsPerUser(2));
        for (int done = 0; done < races(); done += BATCH) {
            Login[] older = new Login[BATCH];
            Login[] newer = new Login[BATCH];
            Login[] next = new Login[BATCH];
            for (int i = 0; i < BATCH; i++) {
                older[i] = it.signIn("user-" + i);
                newer[i] = it.signIn("user-" + i);
                next[i] = it.prepare("user-" + i);
            }
            // By turns the very session that gives way is destroyed, or its neighbour.
            logins = IntStream.range(0, BATCH)
                    .mapToObj(i -> i % 2 == 0 ? older[i] : newer[i])
                    .toArray(Login[]::new);
            boolean[] ended = new boolean[BATCH];
            boolean[] created = new boolean[BATCH];
            Duel.fight(
                    BATCH,
                    i -> ended[i] = destroyedForGood(i),
                    i -> created[i] = it.create(next[i]) == CreateOutcome.CREATED);
            assertThat(created).doesNotContain(false);
            for (int i = 0; i < BATCH; i++) {
                assertOneGaveWay(i, ended[i], older[i], newer[i], next[i]);
            }
            if (done % (10 * BATCH) == 0) {
                assertIndicesAgree();
            }
            for (int i = 0; i < BATCH; i++) {
                it.destroyAll("user-" + i, null, EndReason.REVOKED);
            }
        }
        assertThat(it.count()).isZero();
        tally.assertBothOrders();
    }

    /** The older one gives way to the next, unless a destroy has made room before; whichever of the two it ends. */
    private void assertOneGaveWay(int i, boolean ended, Login older, Login newer, Login next) {
        boolean evictedIsDestroyed = i % 2 == 0;
        boolean destroyFirst = evictedIsDestroyed ? ended : it.find(older) instanceof SessionRecord;
        Login spared = evictedIsDestroyed ? newer : older;
        List<String> living = evictedIsDestroyed || destroyFirst ? List.of(next.id(), spared.id()) : List.of(next.id());
        assertThat(ended).isEqualTo(!evictedIsDestroyed || destroyFirst);
        assertThat(it.find(logins[i])).isInstanceOf(EndedMarker.class);
        assertThat(it.idsOf("user-" + i)).isEqualTo(living);
        tally.count("destroy : create at the limit", destroyFirst);
    }

    @Test
    @DisplayName("of two updates at once neither is lost")
    void twoUpdates() {
        long[] left = new long[BATCH];
        long[] right = new long[BATCH];
        amongChanges(() -> {
            Duel.fight(BATCH, i -> left[i] = patched(i, "left"), i -> right[i] = patched(i, "right"));
            for (int i = 0; i < BATCH; i++) {
                SessionRecord record = it.record(logins[i]);
                assertThat(left[i] + right[i]).isEqualTo(2 + 3);
                assertThat(record.session().version()).isEqualTo(3);
                assertThat(record.session().meta().fieldNames()).containsExactlyInAnyOrder("left", "right");
                tally.count("update : update", left[i] < right[i]);
            }
        });
    }

    @Test
    @DisplayName("of an update and a use at once neither is lost")
    void updateAndUse() {
        UseOutcome[] uses = new UseOutcome[BATCH];
        amongChanges(() -> {
            Duel.fight(BATCH, i -> patched(i, "left"), i -> uses[i] = it.use(logins[i]));
            for (int i = 0; i < BATCH; i++) {
                SessionRecord record = it.record(logins[i]);
                assertThat(record.session().version()).isEqualTo(2);
                assertThat(record.session().meta().fieldNames()).containsExactly("left");
                assertThat(record.session().lastUsedAtMillis()).isEqualTo(it.now());
                tally.count(
                        "update : use",
                        ((UseOutcome.Live) uses[i]).record().session().version() == 2);
            }
        });
    }

    @Test
    @DisplayName("of an update and a rotation at once neither is lost")
    void updateAndRotation() {
        long[] versions = new long[BATCH];
        Login[] successors = new Login[BATCH];
        amongChanges(() -> {
            Duel.fight(BATCH, i -> versions[i] = patched(i, "left"), i -> successors[i] = it.rotated(logins[i]));
            for (int i = 0; i < BATCH; i++) {
                SessionRecord record = it.record(logins[i]);
                assertThat(record.session().version()).isEqualTo(3);
                assertThat(record.session().meta().fieldNames()).containsExactly("left");
                assertThat(record.secretHash()).isEqualTo(successors[i].hash());
                tally.count("update : rotate", versions[i] == 2);
            }
        });
    }

    /** One side destroys, one changes; from when a destroy has returned the session is never there again. */
    private void assertNothingComesBack(String kind, IntPredicate change) {
        boolean[] ended = new boolean[BATCH];
        boolean[] changed = new boolean[BATCH];
        for (int done = 0; done < races(); done += BATCH) {
            signIn();
            Duel.fight(BATCH, i -> ended[i] = destroyedForGood(i), i -> {
                changed[i] = change.test(i);
                assertThat(changed[i] || isGone(i)).as("refused for good").isTrue();
            });
            assertThat(ended).as("each destroy ended its session").doesNotContain(false);
            for (int i = 0; i < BATCH; i++) {
                assertThat(it.find(logins[i])).isInstanceOf(EndedMarker.class);
                tally.count(kind, !changed[i]);
            }
            assertThat(it.count()).isZero();
            assertThat(it.walk(Order.USED, 500)).isEmpty();
        }
        assertThat(it.walk(Order.CREATED, 500)).isEmpty();
        tally.assertBothOrders();
    }

    private void amongChanges(Runnable batch) {
        for (int done = 0; done < races() / 4; done += BATCH) {
            signIn();
            batch.run();
            assertIndicesAgree();
            IntStream.range(0, USERS).forEach(i -> it.destroyAll("user-" + i, null, EndReason.REVOKED));
        }
        tally.assertBothOrders();
    }

    private void signIn() {
        logins = IntStream.range(0, BATCH)
                .mapToObj(i -> it.signIn("user-" + i % USERS))
                .toArray(Login[]::new);
        it.pass(Duration.ofMillis(1));
    }

    private boolean destroyedForGood(int i) {
        boolean ended = it.destroy(logins[i], EndReason.REVOKED);
        assertThat(isGone(i)).as("destroyed for good").isTrue();
        return ended;
    }

    private boolean isGone(int i) {
        return !(it.find(logins[i]) instanceof SessionRecord);
    }

    /** Patches one member of meta; the version after it. */
    private long patched(int i, String name) {
        SessionUpdate patch = SessionUpdate.NOTHING.withMetaPatch(new JsonObject().put(name, i));
        return it.updated(logins[i], patch).session().version();
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
