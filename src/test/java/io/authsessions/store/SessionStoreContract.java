package io.authsessions.store;

import io.authsessions.model.SessionPolicy;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * The laws of a {@link SessionStore}, one sentence each; the test of a store extends this and makes its store. Only the
 * contract is used, each future is awaited, and nothing is assumed about when or on which thread it completes.
 */
public abstract class SessionStoreContract
        implements CreationSentences,
                UseSentences,
                RotationSentences,
                ReuseSentences,
                ReauthenticationSentences,
                DestroySentences,
                UpdateSentences,
                ExpirySentences,
                ListSentences,
                LimitSentences,
                EventSentences,
                ConcurrencySentences {
    private static final AtomicInteger SPACES = new AtomicInteger();

    @SuppressWarnings("NullAway.Init")
    private static Vertx vertx;

    @SuppressWarnings("NullAway.Init")
    private StoreUnderTest it;

    /**
     * Makes a store, not yet open.
     *
     * @param space names the storage of one test: stores of one space share their sessions, others never see them; of
     *     letters, digits and {@code -}
     */
    protected abstract SessionStore createStore(Vertx vertx, SessionPolicy policy, InstantSource clock, String space);

    /**
     * Over how many ways events come that do not wait for each other: one, unless the store is spread over several
     * servers; then many more than there are servers, so that each has some.
     */
    protected int eventWays() {
        return 1;
    }

    @Override
    public final StoreUnderTest it() {
        return it;
    }

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void endVertx() {
        StoreUnderTest.await(vertx.close());
    }

    @BeforeEach
    final void openStore() {
        String space = "contract-" + ProcessHandle.current().pid() + "-" + SPACES.incrementAndGet();
        it = new StoreUnderTest(vertx, (on, policy, clock) -> createStore(on, policy, clock, space), new TestClock())
                .withEventWays(eventWays());
    }

    @AfterEach
    final void closeStore() {
        it.close();
    }
}
