package io.authsessions.store;

import static io.authsessions.store.StoreUnderTest.freshToken;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.NewSession;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a presented token comes to, and when a use is recorded. */
interface UseSentences extends StoreSentences {
    private static SessionRecord live(UseOutcome outcome) {
        assertThat(outcome).isInstanceOf(UseOutcome.Live.class);
        return ((UseOutcome.Live) outcome).record();
    }

    @Test
    @DisplayName("the right token gives the session")
    default void rightTokenIsGood() {
        Login login = it().signIn("ann");
        assertThat(live(it().use(login))).isEqualTo(login.record());
    }

    @Test
    @DisplayName("a wrong secret for a living session is told nothing, and changes nothing")
    default void wrongSecretIsTold() {
        Login login = it().signIn("ann");
        it().pass(Duration.ofMinutes(5));
        assertThat(it().use(freshToken(login))).isEqualTo(new UseOutcome.Gone(null));
        assertThat(it().find(login)).isEqualTo(login.record());
    }

    @Test
    @DisplayName("a token of an unknown session is told the same as a wrong secret")
    default void unknownIsTold() {
        assertThat(it().use(it().prepare("ann"))).isEqualTo(new UseOutcome.Gone(null));
        assertThat(it().count()).isZero();
    }

    @Test
    @DisplayName("a use within the touch interval is not recorded")
    default void earlyUseIsNotRecorded() {
        Login login = it().signIn("ann");
        it().pass(Duration.ofMillis(59_999));
        assertThat(live(it().use(login))).isEqualTo(login.record());
        assertThat(it().find(login)).isEqualTo(login.record());
    }

    @Test
    @DisplayName("a use a touch interval after the last moves lastUsedAt and the idle deadline")
    default void dueUseIsRecorded() {
        Login login = it().signIn("ann");
        it().pass(Duration.ofSeconds(60));
        SessionRecord record = live(it().use(login));
        assertThat(record.session().lastUsedAtMillis()).isEqualTo(it().now());
        assertThat(record.deadlineMillis()).isEqualTo(it().now() + 3_600_000 + 60_000);
        assertThat(it().find(login)).isEqualTo(record);
    }

    @Test
    @DisplayName("a use changes neither version nor token, label, meta or authentication time")
    default void useChangesNothingElse() {
        Login login = it().signIn(NewSession.of("ann").withLabel("phone"));
        it().pass(Duration.ofMinutes(10));
        SessionRecord record = live(it().use(login));
        assertThat(record).isEqualTo(login.record().used(it().now(), it().policy()));
        assertThat(record.session().version()).isEqualTo(1);
    }

    @Test
    @DisplayName("a look that is not a use records none")
    default void lookIsNoUse() {
        Login login = it().signIn("ann");
        it().pass(Duration.ofMinutes(10));
        assertThat(live(it().look(login))).isEqualTo(login.record());
        assertThat(it().find(login)).isEqualTo(login.record());
    }

    @Test
    @DisplayName("a use that is told late counts at its own time")
    default void lateUseCountsAtItsTime() {
        Login login = it().signIn("ann");
        it().pass(Duration.ofMinutes(10));
        long usedAt = it().now() - 5_000;
        assertThat(live(it().useAt(login, usedAt)).session().lastUsedAtMillis()).isEqualTo(usedAt);
    }

    @Test
    @DisplayName("lastUsedAt never goes backwards, whatever time a use claims")
    default void useNeverGoesBack() {
        Login login = it().signIn("ann");
        it().pass(Duration.ofMinutes(10));
        SessionRecord after = live(it().use(login));
        assertThat(live(it().useAt(login, it().now() - 300_000))).isEqualTo(after);
        assertThat(live(it().useAt(login, 0))).isEqualTo(after);
        assertThat(it().find(login)).isEqualTo(after);
    }

    @Test
    @DisplayName("neither lastUsedAt nor a deadline goes backwards when the clock does")
    default void clockGoesBack() {
        Login login = it().signIn("ann");
        it().pass(Duration.ofMinutes(10));
        SessionRecord after = live(it().use(login));
        it().pass(Duration.ofMinutes(-5));
        assertThat(live(it().use(login))).isEqualTo(after);
    }

    @Test
    @DisplayName("a use that claims to lie in the future counts as of now")
    default void futureUseCountsNow() {
        Login login = it().signIn("ann");
        it().pass(Duration.ofMinutes(10));
        SessionRecord record = live(it().useAt(login, it().now() + 86_400_000));
        assertThat(record.session().lastUsedAtMillis()).isEqualTo(it().now());
        assertThat(record.deadlineMillis()).isEqualTo(it().now() + 3_660_000);
    }

    @Test
    @DisplayName("repeating a use changes nothing more")
    default void useIsIdempotent() {
        Login login = it().signIn("ann");
        it().pass(Duration.ofMinutes(10));
        SessionRecord once = live(it().use(login));
        assertThat(live(it().use(login))).isEqualTo(once);
    }

    @Test
    @DisplayName("with no touch interval each later use is recorded")
    default void everyUseIsRecorded() {
        it().with(policy -> policy.touchInterval(Duration.ZERO));
        Login login = it().signIn("ann");
        it().pass(Duration.ofMillis(1));
        assertThat(live(it().use(login)).session().lastUsedAtMillis()).isEqualTo(it().now());
        it().pass(Duration.ofMillis(1));
        assertThat(live(it().use(login)).session().lastUsedAtMillis()).isEqualTo(it().now());
    }

    @Test
    @DisplayName("a session with an idle lifetime of its own is prolonged by that")
    default void ownIdleTimeout() {
        Login login = it().signIn(NewSession.of("ann").withIdleTimeout(Duration.ofMinutes(5)));
        it().pass(Duration.ofMinutes(2));
        assertThat(live(it().use(login)).deadlineMillis()).isEqualTo(it().now() + 300_000 + 60_000);
    }

    @Test
    @DisplayName("no use moves the absolute deadline")
    default void absoluteStays() {
        Login login = it().signIn(NewSession.of("ann").withAbsoluteTimeout(Duration.ofMinutes(90)));
        it().pass(Duration.ofMinutes(50));
        SessionRecord record = live(it().use(login));
        assertThat(record.deadlineMillis()).isEqualTo(login.record().absoluteDeadlineMillis());
        it().pass(Duration.ofMinutes(40));
        assertThat(it().isGood(login)).isFalse();
    }
}
