package io.authsessions.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionPolicy.OnLimit;
import io.authsessions.model.SessionPolicy.OnReuse;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Random sequences of calls with jumps of the clock, held against a plain model call by call; the test of a store
 * extends this and makes its store. In each sequence there are {@code store.model.calls} calls (60 unless set).
 */
public abstract class SessionStoreModel {
    private static final int CALLS = Integer.getInteger("store.model.calls", 60);
    private static final AtomicInteger SPACES = new AtomicInteger();

    private static Vertx vertx;
    private static int played;

    /** Makes a store, not yet open; see {@link SessionStoreContract#createStore}. */
    protected abstract SessionStore createStore(Vertx vertx, SessionPolicy policy, InstantSource clock, String space);

    /** How many sequences a slower store has time for, at most; the others pass unplayed. */
    protected int sequences() {
        return Integer.getInteger("store.model.sequences", Integer.MAX_VALUE);
    }

    @BeforeContainer
    static void startVertx() {
        vertx = Vertx.vertx();
        played = 0;
    }

    @AfterContainer
    static void endVertx() {
        StoreUnderTest.await(vertx.close());
        assertThat(played).as("sequences that were played").isPositive();
    }

    @Property(tries = 1_200, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    @Label("a store answers any sequence of calls as the plain model does")
    void answersAsTheModel(@ForAll("policies") SessionPolicy policy, @ForAll long seed) {
        if (played >= sequences()) {
            return;
        }
        played++;
        String space = "model-" + ProcessHandle.current().pid() + "-" + SPACES.incrementAndGet();
        StoreUnderTest it = new StoreUnderTest(
                vertx, (on, its, clock) -> createStore(on, its, clock, space), new TestClock(), policy);
        try {
            new ModelRun(it, seed).play(CALLS);
        } finally {
            it.close();
        }
    }

    /** Policies that meet each rule often. */
    @Provide
    Arbitrary<SessionPolicy> policies() {
        return Arbitraries.randomValue(random -> StoreUnderTest.POLICY.toBuilder()
                .touchInterval(Duration.ofSeconds(random.nextBoolean() ? 60 : 0))
                .rotationGrace(Duration.ofSeconds(random.nextInt(4) == 0 ? 0 : 30))
                .onReuse(random.nextBoolean() ? OnReuse.END : OnReuse.REFUSE)
                .maxSessionsPerUser(random.nextBoolean() ? SessionPolicy.UNLIMITED : 1 + random.nextInt(4))
                .onLimit(OnLimit.values()[random.nextInt(OnLimit.values().length)])
                .build());
    }
}
