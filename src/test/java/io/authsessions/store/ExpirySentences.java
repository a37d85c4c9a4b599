package io.authsessions.store;

import static io.authsessions.store.StoreUnderTest.await;
import static io.authsessions.store.StoreUnderTest.freshToken;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.EndReason;
import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest.Order;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Expiry by the clock, and the sweeper that is only its broom. */
interface ExpirySentences extends StoreSentences {
    /** Idle timeout and touch interval together. */
    Duration IDLE = Duration.ofHours(1).plusSeconds(60);

    @Test
    @DisplayName("a session lives to the last millisecond before its deadline, and is expired at it")
    default void deadlineIsExact() {
        Login login = it().signIn("ann");
        it().pass(IDLE.minusMillis(1));
        assertThat(it().isGood(login)).isTrue();
        it().pass(Duration.ofMillis(1));
        assertThat(it().isGood(login)).isFalse();
    }

    @Test
    @DisplayName("a use a millisecond before the deadline keeps the session")
    default void lastMomentUse() {
        Login login = it().signIn("ann");
        it().pass(IDLE.minusMillis(1));
        it().use(login);
        it().pass(Duration.ofMillis(1));
        assertThat(it().isGood(login)).isTrue();
    }

    @Test
    @DisplayName("the right token of an expired session hears that it expired, at its deadline, swept or not")
    default void expiredHearsWhy() {
        Login login = it().signIn("ann");
        it().pass(IDLE.plusMinutes(5));
        UseOutcome expected = new UseOutcome.Gone(
                new EndedMarker(EndReason.EXPIRED, login.record().deadlineMillis(), login.hash()));
        assertThat(it().use(login)).isEqualTo(expected);
        it().sweepAll();
        assertThat(it().use(login)).isEqualTo(expected);
        assertThat(it().use(freshToken(login))).isEqualTo(new UseOutcome.Gone(null));
    }

    @Test
    @DisplayName("that a session expired is forgotten after the retention, swept or not")
    default void expiredIsForgotten() {
        Login login = it().signIn("ann");
        it().pass(IDLE.plusHours(2));
        assertThat(it().use(login)).isEqualTo(new UseOutcome.Gone(null));
        it().sweepAll();
        assertThat(it().use(login)).isEqualTo(new UseOutcome.Gone(null));
    }

    @Test
    @DisplayName("reading an expired session writes nothing: it is found as it is until it is swept")
    default void readingWritesNothing() {
        Login login = it().signIn("ann");
        it().pass(IDLE);
        it().use(login);
        it().look(login);
        it().rotate(login);
        it().reauthenticate(login, freshToken(login));
        assertThat(it().find(login)).isEqualTo(login.record());
        assertThat(it().eventsOf(login)).containsExactly("created");
    }

    @Test
    @DisplayName("an expired session stands in no list and no count, swept or not")
    default void expiredIsNotListed() {
        it().signIn("ann");
        it().pass(IDLE);
        Login living = it().signIn("ann");
        for (int i = 0; i < 2; i++) {
            assertThat(it().idsOf("ann")).containsExactly(living.id());
            assertThat(it().walkUser("ann", Order.CREATED, 10)).containsExactly(living.id());
            assertThat(it().walk(Order.USED, 10)).containsExactly(living.id());
            assertThat(it().walk(Order.CREATED, 10)).containsExactly(living.id());
            assertThat(it().count()).isEqualTo(1);
            it().sweepAll();
        }
    }

    @Test
    @DisplayName("the absolute deadline ends a session however much it is used")
    default void absoluteDeadline() {
        Login login = it().signIn("ann");
        for (int i = 0; i < 47; i++) {
            it().pass(Duration.ofMinutes(30));
            assertThat(it().use(login)).isInstanceOf(UseOutcome.Live.class);
        }
        it().pass(Duration.ofMinutes(30));
        assertThat(it().isGood(login)).isFalse();
    }

    @Test
    @DisplayName("a session may live shorter or longer than the policy's sessions")
    default void ownLifetimes() {
        Login brief = it().signIn(NewSession.of("ann").withAbsoluteTimeout(Duration.ofMinutes(10)));
        Login lasting = it().signIn(NewSession.of("ann")
                .withIdleTimeout(Duration.ofDays(10))
                .withAbsoluteTimeout(Duration.ofDays(100)));
        it().pass(Duration.ofMinutes(10));
        assertThat(it().isGood(brief)).isFalse();
        it().pass(Duration.ofDays(9));
        assertThat(it().isGood(lasting)).isTrue();
    }

    @Test
    @DisplayName("sweeping ends expired sessions, leaves markers and the living alone")
    default void sweepEnds() {
        Login expired = it().signIn("ann");
        it().pass(Duration.ofMinutes(30));
        Login living = it().signIn("ann");
        it().pass(Duration.ofMinutes(31));
        it().sweepAll();
        assertThat(it().find(expired)).isInstanceOf(EndedMarker.class);
        assertThat(it().find(living)).isEqualTo(living.record());
        assertThat(it().count()).isEqualTo(1);
    }

    @Test
    @DisplayName("a session that was used again is not swept at its former deadline")
    default void usedIsNotSwept() {
        Login login = it().signIn("ann");
        it().pass(Duration.ofMinutes(50));
        it().use(login);
        it().pass(Duration.ofMinutes(50));
        it().sweepAll();
        assertThat(it().isGood(login)).isTrue();
    }

    @Test
    @DisplayName("sweeping takes a bounded number per call, says whether there is more, and comes to all")
    default void sweepIsBounded() {
        List<Login> logins = it().signIn("ann", 250);
        for (int i = 0; i < 250; i++) {
            it().signIn("user-" + i);
        }
        it().pass(IDLE);
        assertThat(await(it().store().sweep())).isTrue();
        long left = logins.stream()
                .filter(login -> it().find(login) instanceof SessionRecord)
                .count();
        assertThat(left).isPositive();
        it().sweepAll();
        assertThat(logins).allMatch(login -> it().find(login) instanceof EndedMarker);
        assertThat(await(it().store().sweep())).isFalse();
    }

    @Test
    @DisplayName("sweeping an empty store, or one where all live, does nothing")
    default void sweepNothing() {
        assertThat(await(it().store().sweep())).isFalse();
        Login login = it().signIn("ann");
        assertThat(await(it().store().sweep())).isFalse();
        assertThat(it().find(login)).isEqualTo(login.record());
    }

    @Test
    @DisplayName("a swept session does not come back when the clock goes back")
    default void sweptStaysEnded() {
        Login login = it().signIn("ann");
        it().pass(IDLE);
        it().sweepAll();
        it().pass(IDLE.negated());
        assertThat(it().isGood(login)).isFalse();
        assertThat(it().count()).isZero();
    }
}
