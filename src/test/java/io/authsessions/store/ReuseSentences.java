package io.authsessions.store;

import static io.authsessions.store.StoreUnderTest.freshToken;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.EndReason;
import io.authsessions.model.SessionPolicy.OnReuse;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An old token that is presented after the grace: it may have been stolen. */
interface ReuseSentences extends StoreSentences {
    private void assertEndedByReuse(Login successor) {
        UseOutcome outcome = it().look(successor);
        assertThat(outcome).isInstanceOf(UseOutcome.Gone.class);
        assertThat(((UseOutcome.Gone) outcome).marker().reason()).isEqualTo(EndReason.TOKEN_REUSE);
        assertThat(it().count()).isZero();
    }

    @Test
    @DisplayName("a use of the old token after the grace ends the session, and tells its bearer nothing")
    default void reuseEnds() {
        Login login = it().signIn("ann");
        Login successor = it().rotatedForGood(login);
        assertThat(it().use(login)).isEqualTo(new UseOutcome.Gone(null));
        assertEndedByReuse(successor);
    }

    @Test
    @DisplayName("a look with the old token after the grace ends the session as well")
    default void reuseByLookEnds() {
        Login login = it().signIn("ann");
        Login successor = it().rotatedForGood(login);
        assertThat(it().look(login)).isEqualTo(new UseOutcome.Gone(null));
        assertEndedByReuse(successor);
    }

    @Test
    @DisplayName("rotating with the old token after the grace ends the session")
    default void reuseByRotationEnds() {
        Login login = it().signIn("ann");
        Login successor = it().rotatedForGood(login);
        assertThat(it().rotate(login)).isEqualTo(new UseOutcome.Gone(null));
        assertEndedByReuse(successor);
    }

    @Test
    @DisplayName("re-authenticating with the old token after the grace ends the session")
    default void reuseByReauthenticationEnds() {
        Login login = it().signIn("ann");
        Login successor = it().rotatedForGood(login);
        assertThat(it().reauthenticate(login, freshToken(login))).isEqualTo(new UseOutcome.Gone(null));
        assertEndedByReuse(successor);
    }

    @Test
    @DisplayName("signing out with the old token after the grace is refused, and the session ends by reuse")
    default void reuseByDestroyEnds() {
        Login login = it().signIn("ann");
        Login successor = it().rotatedForGood(login);
        assertThat(it().destroyByToken(login, "signed_out")).isFalse();
        assertEndedByReuse(successor);
    }

    @Test
    @DisplayName("where the policy refuses, the old token is refused and the session goes on")
    default void reuseIsRefused() {
        it().with(policy -> policy.onReuse(OnReuse.REFUSE));
        Login login = it().signIn("ann");
        Login successor = it().rotatedForGood(login);
        SessionRecord before = it().record(login);
        assertThat(it().use(login)).isEqualTo(new UseOutcome.Gone(null));
        assertThat(it().rotate(login)).isEqualTo(new UseOutcome.Gone(null));
        assertThat(it().reauthenticate(login, freshToken(login))).isEqualTo(new UseOutcome.Gone(null));
        assertThat(it().destroyByToken(login, "signed_out")).isFalse();
        assertThat(it().find(login)).isEqualTo(before);
        assertThat(it().isGood(successor)).isTrue();
    }

    @Test
    @DisplayName("a wrong secret after the grace is no reuse")
    default void wrongSecretIsNoReuse() {
        Login login = it().signIn("ann");
        Login successor = it().rotatedForGood(login);
        it().use(freshToken(login));
        assertThat(it().isGood(successor)).isTrue();
    }

    @Test
    @DisplayName("at the end of its time a session is expired, also to an old token")
    default void expiryGoesFirst() {
        Login login = it().signIn("ann");
        Login successor = it().rotatedForGood(login);
        it().pass(Duration.ofHours(2));
        assertThat(it().use(login)).isEqualTo(new UseOutcome.Gone(null));
        UseOutcome.Gone gone = (UseOutcome.Gone) it().use(successor);
        assertThat(gone.marker().reason()).isEqualTo(EndReason.EXPIRED);
    }
}
