package io.authsessions.store;

import static io.authsessions.store.StoreUnderTest.freshToken;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A new token after a proof of identity. */
interface ReauthenticationSentences extends StoreSentences {
    @Test
    @DisplayName("re-authentication gives the fresh token, notes the time, and steps the version")
    default void givesFreshToken() {
        Login login = it().signIn("ann");
        Login fresh = freshToken(login);
        it().pass(Duration.ofMinutes(5));
        UseOutcome outcome = it().reauthenticate(login, fresh);
        SessionRecord record = ((UseOutcome.Live) outcome).record();
        assertThat(record).isEqualTo(it().find(login));
        assertThat(record.session().authenticatedAtMillis()).isEqualTo(it().now());
        assertThat(record.session().version()).isEqualTo(2);
        assertThat(it().isGood(fresh)).isTrue();
    }

    @Test
    @DisplayName("re-authentication gives the old token no grace, and its later use is no reuse")
    default void noGrace() {
        Login login = it().signIn("ann");
        Login fresh = freshToken(login);
        it().reauthenticate(login, fresh);
        assertThat(it().use(login)).isEqualTo(new UseOutcome.Gone(null));
        assertThat(it().isGood(fresh)).isTrue();
    }

    @Test
    @DisplayName("re-authentication kills both tokens of a rotation that is under way")
    default void killsBoth() {
        Login login = it().signIn("ann");
        Login successor = it().rotated(login);
        Login fresh = freshToken(login);
        assertThat(it().reauthenticate(login, fresh)).isInstanceOf(UseOutcome.Live.class);
        assertThat(it().isGood(login)).isFalse();
        assertThat(it().isGood(successor)).isFalse();
        assertThat(it().isGood(fresh)).isTrue();
        assertThat(it().record(login).rotation()).isNull();
    }

    @Test
    @DisplayName("the fresh token may be rotated at once")
    default void freshMayRotate() {
        Login login = it().signIn("ann");
        it().rotated(login);
        Login fresh = freshToken(login);
        it().reauthenticate(login, fresh);
        assertThat(it().rotate(fresh)).isInstanceOf(RotateOutcome.Rotated.class);
    }

    @Test
    @DisplayName("re-authentication counts as a use and leaves the absolute deadline alone")
    default void countsAsUse() {
        Login login = it().signIn("ann");
        it().pass(Duration.ofMinutes(30));
        it().reauthenticate(login, freshToken(login));
        SessionRecord record = it().record(login);
        assertThat(record.session().lastUsedAtMillis()).isEqualTo(it().now());
        assertThat(record.absoluteDeadlineMillis()).isEqualTo(login.record().absoluteDeadlineMillis());
    }

    @Test
    @DisplayName("a wrong secret re-authenticates nothing")
    default void wrongSecret() {
        Login login = it().signIn("ann");
        Login forged = freshToken(login);
        assertThat(it().reauthenticate(forged, freshToken(login))).isEqualTo(new UseOutcome.Gone(null));
        assertThat(it().find(login)).isEqualTo(login.record());
    }

    @Test
    @DisplayName("re-authentication brings neither an unknown nor an ended session into being")
    default void createsNothing() {
        Login unknown = it().prepare("ann");
        assertThat(it().reauthenticate(unknown, freshToken(unknown))).isEqualTo(new UseOutcome.Gone(null));
        Login ended = it().signIn("ann");
        it().destroy(ended, "revoked");
        UseOutcome.Gone gone = (UseOutcome.Gone) it().reauthenticate(ended, freshToken(ended));
        assertThat(gone.marker().reason()).isEqualTo("revoked");
        assertThat(it().count()).isZero();
    }

    @Test
    @DisplayName("authenticatedAt does not go backwards when the clock does")
    default void timeDoesNotGoBack() {
        Login login = it().signIn("ann");
        it().pass(Duration.ofMinutes(-5));
        it().reauthenticate(login, freshToken(login));
        assertThat(it().record(login).session().authenticatedAtMillis())
                .isEqualTo(login.record().session().authenticatedAtMillis());
    }
}
