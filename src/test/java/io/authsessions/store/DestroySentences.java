package io.authsessions.store;

import static io.authsessions.store.StoreUnderTest.await;
import static io.authsessions.store.StoreUnderTest.freshToken;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.SessionUpdate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How sessions end on request, and that they stay ended. */
interface DestroySentences extends StoreSentences {
    @Test
    @DisplayName("a destroyed session leaves a marker with reason and time, and stands in no list")
    default void destroyLeavesMarker() {
        Login login = it().signIn("ann");
        it().pass(Duration.ofSeconds(5));
        assertThat(it().destroy(login, "revoked")).isTrue();
        assertThat(it().find(login)).isEqualTo(new EndedMarker("revoked", it().now(), login.hash()));
        assertThat(it().idsOf("ann")).isEmpty();
        assertThat(it().count()).isZero();
    }

    @Test
    @DisplayName("the holder of the right token hears why the session ended")
    default void holderHearsWhy() {
        Login login = it().signIn("ann");
        it().destroy(login, "my_own_reason");
        assertThat(it().use(login))
                .isEqualTo(new UseOutcome.Gone(new EndedMarker("my_own_reason", it().now(), login.hash())));
    }

    @Test
    @DisplayName("a wrong secret for an ended session hears nothing")
    default void otherHearsNothing() {
        Login login = it().signIn("ann");
        it().destroy(login, "revoked");
        assertThat(it().use(freshToken(login))).isEqualTo(new UseOutcome.Gone(null));
    }

    @Test
    @DisplayName("why a session ended is forgotten after the retention")
    default void markerIsForgotten() {
        Login login = it().signIn("ann");
        it().destroy(login, "revoked");
        it().pass(Duration.ofHours(2).minusMillis(1));
        assertThat(it().find(login)).isInstanceOf(EndedMarker.class);
        it().pass(Duration.ofMillis(1));
        assertThat(it().find(login)).isNull();
        assertThat(it().use(login)).isEqualTo(new UseOutcome.Gone(null));
        it().sweepAll();
        assertThat(it().find(login)).isNull();
    }

    @Test
    @DisplayName("destroying twice is told apart: only the first ended it, and its reason stays")
    default void destroyTwice() {
        Login login = it().signIn("ann");
        assertThat(it().destroy(login, "signed_out")).isTrue();
        assertThat(it().destroy(login, "revoked")).isFalse();
        assertThat(((EndedMarker) it().find(login)).reason()).isEqualTo("signed_out");
    }

    @Test
    @DisplayName("destroying what never was is false")
    default void destroyUnknown() {
        assertThat(it().destroy(it().prepare("ann"), "revoked")).isFalse();
    }

    @Test
    @DisplayName("a token ends its session if it is the current one, or the old one within the grace")
    default void destroyByToken() {
        Login one = it().signIn("ann");
        assertThat(it().destroyByToken(one, "signed_out")).isTrue();
        Login two = it().signIn("ann");
        it().rotated(two);
        assertThat(it().destroyByToken(two, "signed_out")).isTrue();
        assertThat(it().count()).isZero();
    }

    @Test
    @DisplayName("a wrong secret ends nothing")
    default void destroyByWrongToken() {
        Login login = it().signIn("ann");
        assertThat(it().destroyByToken(freshToken(login), "signed_out")).isFalse();
        assertThat(it().find(login)).isEqualTo(login.record());
    }

    @Test
    @DisplayName("after the end by an old token the successor hears why")
    default void successorHearsWhy() {
        Login login = it().signIn("ann");
        Login successor = it().rotated(login);
        it().destroyByToken(login, "signed_out");
        UseOutcome.Gone gone = (UseOutcome.Gone) it().use(successor);
        assertThat(gone.marker().reason()).isEqualTo("signed_out");
        assertThat(it().use(login)).isEqualTo(new UseOutcome.Gone(null));
    }

    @Test
    @DisplayName("nothing brings a destroyed session back: use, update, rotation, re-authentication, create")
    default void nothingBringsBack() {
        Login login = it().signIn("ann");
        it().destroy(login, "revoked");
        StoredSession marker = it().find(login);
        it().pass(Duration.ofMinutes(5));
        it().use(login);
        it().update(login, SessionUpdate.NOTHING.withLabel("back"));
        it().rotate(login);
        it().reauthenticate(login, freshToken(login));
        it().create(login);
        assertThat(it().find(login)).isEqualTo(marker);
        assertThat(it().idsOf("ann")).isEmpty();
        assertThat(it().count()).isZero();
    }

    @Test
    @DisplayName("an expired session is not there to be destroyed")
    default void destroyExpired() {
        Login login = it().signIn("ann");
        it().pass(Duration.ofHours(24));
        assertThat(it().destroy(login, "revoked")).isFalse();
        assertThat(it().destroyByToken(login, "revoked")).isFalse();
    }

    @Test
    @DisplayName("destroying one session leaves the user's others alone")
    default void othersStay() {
        List<Login> logins = it().signIn("ann", 3);
        it().destroy(logins.get(1), "revoked");
        assertThat(it().idsOf("ann"))
                .containsExactly(logins.get(2).id(), logins.get(0).id());
    }

    @Test
    @DisplayName("all sessions of a user end, and nobody else's")
    default void destroyForUser() {
        List<Login> logins = it().signIn("ann", 3);
        Login other = it().signIn("bob");
        assertThat(it().destroyAll("ann", null, "revoked")).isEqualTo(3);
        assertThat(logins).noneMatch(it()::isGood);
        assertThat(((EndedMarker) it().find(logins.get(0))).reason()).isEqualTo("revoked");
        assertThat(it().isGood(other)).isTrue();
        assertThat(it().count()).isEqualTo(1);
    }

    @Test
    @DisplayName("the one that is excepted is spared")
    default void destroyForUserExcept() {
        List<Login> logins = it().signIn("ann", 3);
        assertThat(it().destroyAll("ann", logins.get(1).id(), "revoked")).isEqualTo(2);
        assertThat(it().idsOf("ann")).containsExactly(logins.get(1).id());
    }

    @Test
    @DisplayName("an exception that is nobody's session, or another user's, spares nothing")
    default void destroyForUserExceptForeign() {
        it().signIn("ann", 2);
        Login other = it().signIn("bob");
        assertThat(it().destroyAll("ann", other.id(), "revoked")).isEqualTo(2);
        assertThat(it().isGood(other)).isTrue();
        it().signIn("ann", 2);
        assertThat(it().destroyAll("ann", "*", "revoked")).isEqualTo(2);
    }

    @Test
    @DisplayName("ending a user's sessions takes a bounded number per call, and repeated ends all")
    default void destroyForUserIsBounded() {
        List<Login> logins = it().signIn("ann", 1_234);
        assertThat(await(it().store().destroyForUser("ann", logins.get(7).id(), "revoked"))
                        .more())
                .isTrue();
        it().destroyAll("ann", logins.get(7).id(), "revoked");
        assertThat(it().idsOf("ann")).containsExactly(logins.get(7).id());
    }

    @Test
    @DisplayName("ending the sessions of a user who has none ends none")
    default void destroyForNobody() {
        var result = await(it().store().destroyForUser("nobody", null, "revoked"));
        assertThat(result.ended()).isZero();
        assertThat(result.more()).isFalse();
    }

    @Test
    @DisplayName("expired sessions do not count as ended by a call for the user")
    default void destroyForUserSkipsExpired() {
        it().signIn("ann", 2);
        it().pass(Duration.ofHours(24));
        Login login = it().signIn("ann");
        assertThat(it().destroyAll("ann", null, "revoked")).isEqualTo(1);
        assertThat(it().isGood(login)).isFalse();
    }
}
