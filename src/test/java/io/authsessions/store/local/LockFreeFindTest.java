package io.authsessions.store.local;

import static io.authsessions.store.StoreUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.EndReason;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionUpdate;
import io.authsessions.store.Duel;
import io.authsessions.store.EndedMarker;
import io.authsessions.store.Login;
import io.authsessions.store.SessionRecord;
import io.authsessions.store.SessionStore;
import io.authsessions.store.StoreUnderTest;
import io.authsessions.store.StoredSession;
import io.authsessions.store.TestClock;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Reads by id take no lock while changes do. Linearizability, checked by hand: one side of a {@link Duel} takes sessions
 * through their lives, create, updates, destroy, a step in each round, and the other reads by id all the while. The states
 * that a session goes through are numbered, and the number only grows; a read must give one that is not lower than any
 * change that had returned before it began or any read that had ended before, and not higher than the last change that
 * had begun when it ended. With one writer and one reader that is linearizability of find, not a sign of it.
 *
 * <p>By hand because Lincheck 3.7, which finds such an order by itself, takes 38 s of processor time for these few calls, on
 * JDK 17 and 25 alike, nearly all of it to instrument Vert.x, and leaves the JVM of all tests instrumented.
 */
@DisplayName("Reads by id without a lock")
class LockFreeFindTest {
    private static final int LIVES = Integer.getInteger("store.lives", 2_000);
    private static final int UPDATES = 6;
    private static final int STEPS = UPDATES + 2;
    private static final int READS = 6;
    private static final int MOST_DUELS = 20;

    private final Login[] logins = new Login[LIVES];
    private Vertx vertx;
    private StoreUnderTest it;

    /** The number of the last change that has begun, and of the last that has returned, over all lives. */
    private volatile int begun;

    private volatile int done;

    private int seen;
    private int overlaps;

    @BeforeEach
    void open() {
        vertx = Vertx.vertx();
        it = new StoreUnderTest(vertx, LockFreeFindTest::createStore, new TestClock());
    }

    private static SessionStore createStore(Vertx on, SessionPolicy policy, InstantSource clock) {
        return new LocalSessionStoreProvider().create(on, policy, clock, new JsonObject());
    }

    @AfterEach
    void close() {
        it.close();
        await(vertx.close());
    }

    /** The next step in the life of a session. */
    private void change(int round) {
        Login login = logins[round / STEPS];
        int step = round % STEPS + 1;
        begun = round + 1;
        if (step == 1) {
            it.create(login);
        } else if (step < STEPS) {
            it.updated(login, SessionUpdate.NOTHING.withLabel("version " + step));
        } else {
            it.destroy(login, EndReason.REVOKED);
        }
        done = round + 1;
    }

    private void read(int round) {
        int life = round / STEPS;
        for (int i = 0; i < READS; i++) {
            int atLeast = Math.max(seen, done);
            int found = life * STEPS + stateOf(it.find(logins[life]));
            int atMost = begun;
            if (found < atLeast || found > atMost) {
                throw new AssertionError("read state " + found + ", not from " + atLeast + " to " + atMost);
            }
            overlaps += atLeast < atMost ? 1 : 0;
            seen = found;
        }
    }

    private static int stateOf(StoredSession stored) {
        if (stored instanceof EndedMarker) {
            return STEPS;
        }
        if (stored instanceof SessionRecord record) {
            long version = record.session().version();
            String label = version == 1 ? null : "version " + version;
            assertThat(record.session().label()).isEqualTo(label);
            return (int) version;
        }
        return 0;
    }

    @Test
    @DisplayName(
            "are linearizable with create, update and destroy: no read is behind what had happened, or ahead of it")
    void linearizable() {
        // On a machine that others use the two sides may never run at once: then the duel says nothing.
        for (int duel = 0; duel < MOST_DUELS && overlaps == 0; duel++) {
            Arrays.setAll(logins, i -> it.prepare("ann"));
            begun = 0;
            done = 0;
            seen = 0;
            Duel.fight(LIVES * STEPS, this::change, this::read);
        }
        assertThat(overlaps).as("reads that overlapped a change").isPositive();
        assertThat(it.count()).isZero();
    }
}
