package io.authsessions.store;

import static io.authsessions.store.StoreUnderTest.await;
import static io.authsessions.store.StoreUnderTest.freshToken;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.SessionUpdate;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Rotation within the grace. */
interface RotationSentences extends StoreSentences {
    @Test
    @DisplayName("rotation gives the session its successor token under the same id, one version on")
    default void rotationGivesSuccessor() {
        Login login = it().signIn("ann");
        Login successor = it().rotated(login);
        assertThat(it().isGood(successor)).isTrue();
        SessionRecord record = it().record(login);
        assertThat(record.secretHash()).isEqualTo(successor.hash());
        assertThat(record.session().version()).isEqualTo(2);
        assertThat(record.absoluteDeadlineMillis()).isEqualTo(login.record().absoluteDeadlineMillis());
    }

    @Test
    @DisplayName("a token from create may be rotated at once")
    default void rotatedAtOnce() {
        assertThat(it().rotate(it().signIn("ann"))).isInstanceOf(RotateOutcome.Rotated.class);
    }

    @Test
    @DisplayName("the outcome of a rotation shows the session as it stands")
    default void outcomeIsTheRecord() {
        Login login = it().signIn("ann");
        RotateOutcome outcome = it().rotate(login);
        assertThat(((RotateOutcome.Rotated) outcome).record()).isEqualTo(it().find(login));
    }

    @Test
    @DisplayName("rotating twice with the old token gives one and the same successor")
    default void secondRotationGivesTheSame() {
        Login login = it().signIn("ann");
        Login first = it().rotated(login);
        Login second = it().rotated(login);
        assertThat(second.hash()).isEqualTo(first.hash());
        assertThat(it().record(login).session().version()).isEqualTo(2);
    }

    @Test
    @DisplayName("the old token stays good, for however long, until the successor has been presented")
    default void oldTokenWaits() {
        Login login = it().signIn("ann");
        Login successor = it().rotated(login);
        it().pass(Duration.ofMinutes(50));
        assertThat(it().isGood(login)).isTrue();
        assertThat(it().rotated(login).hash()).isEqualTo(successor.hash());
    }

    @Test
    @DisplayName("the old token stays good for the grace after the successor was first presented")
    default void oldTokenHasGrace() {
        Login login = it().signIn("ann");
        Login successor = it().rotated(login);
        it().pass(Duration.ofMinutes(10));
        assertThat(it().isGood(successor)).isTrue();
        it().pass(Duration.ofMillis(29_999));
        assertThat(it().isGood(login)).isTrue();
        assertThat(it().rotated(login).hash()).isEqualTo(successor.hash());
    }

    @Test
    @DisplayName("the grace runs from the first presentation; later ones do not prolong it")
    default void firstPresentationCounts() {
        Login login = it().signIn("ann");
        Login successor = it().rotated(login);
        it().isGood(successor);
        it().pass(Duration.ofSeconds(20));
        it().use(successor);
        it().pass(Duration.ofSeconds(10));
        assertThat(it().isGood(login)).isFalse();
    }

    @Test
    @DisplayName("a look that is not a use presents the successor as well")
    default void lookPresents() {
        Login login = it().signIn("ann");
        Login successor = it().rotated(login);
        assertThat(it().record(login).awaitsPresentation()).isTrue();
        it().look(successor);
        assertThat(it().record(login).awaitsPresentation()).isFalse();
    }

    @Test
    @DisplayName("presenting the old token does not present the successor")
    default void oldTokenDoesNotPresent() {
        Login login = it().signIn("ann");
        it().rotated(login);
        it().pass(Duration.ofMinutes(2));
        it().use(login);
        it().rotate(login);
        assertThat(it().record(login).awaitsPresentation()).isTrue();
    }

    @Test
    @DisplayName("the first presentation is recorded within the touch interval too, and is then no use")
    default void presentationIsRecordedEarly() {
        Login login = it().signIn("ann");
        Login successor = it().rotated(login);
        it().pass(Duration.ofSeconds(1));
        it().use(successor);
        SessionRecord record = it().record(login);
        assertThat(record.rotation().presentedAtMillis()).isEqualTo(it().now());
        assertThat(record.session().lastUsedAtMillis())
                .isEqualTo(login.record().session().lastUsedAtMillis());
    }

    @Test
    @DisplayName("a use with the old token within the grace counts as a use")
    default void oldTokenCountsAsUse() {
        Login login = it().signIn("ann");
        it().rotated(login);
        it().pass(Duration.ofMinutes(2));
        assertThat(it().use(login)).isInstanceOf(UseOutcome.Live.class);
        assertThat(it().record(login).session().lastUsedAtMillis()).isEqualTo(it().now());
    }

    @Test
    @DisplayName("a rotation counts as a use, with the current token and with the old one")
    default void rotationCountsAsUse() {
        Login login = it().signIn("ann");
        it().pass(Duration.ofMinutes(2));
        it().rotated(login);
        assertThat(it().record(login).session().lastUsedAtMillis()).isEqualTo(it().now());
        it().pass(Duration.ofMinutes(2));
        it().rotated(login);
        assertThat(it().record(login).session().lastUsedAtMillis()).isEqualTo(it().now());
    }

    @Test
    @DisplayName("a successor younger than the grace is not rotated again: the call gives it back, as presented")
    default void youngSuccessorStays() {
        Login login = it().signIn("ann");
        Login successor = it().rotated(login);
        it().pass(Duration.ofMillis(29_999));
        RotateOutcome outcome = it().rotate(successor);
        assertThat(outcome).isInstanceOf(RotateOutcome.Unchanged.class);
        assertThat(((RotateOutcome.Unchanged) outcome).record()).isEqualTo(it().find(login));
        assertThat(it().record(login).session().version()).isEqualTo(2);
        assertThat(it().record(login).awaitsPresentation()).isFalse();
        assertThat(it().isGood(successor)).isTrue();
    }

    @Test
    @DisplayName("a successor as old as the grace is rotated")
    default void oldSuccessorRotates() {
        Login successor = it().rotated(it().signIn("ann"));
        it().pass(Duration.ofSeconds(30));
        Login next = it().rotated(successor);
        assertThat(next.hash()).isNotEqualTo(successor.hash());
        assertThat(it().isGood(next)).isTrue();
        assertThat(it().record(next).session().version()).isEqualTo(3);
    }

    @Test
    @DisplayName("only the immediate predecessor is known: an older token is a wrong one")
    default void olderTokenIsUnknown() {
        Login first = it().signIn("ann");
        Login second = it().rotated(first);
        it().pass(Duration.ofSeconds(30));
        Login third = it().rotated(second);
        assertThat(it().isGood(first)).isFalse();
        assertThat(it().rotate(first)).isEqualTo(new UseOutcome.Gone(null));
        assertThat(it().isGood(second)).isTrue();
        assertThat(it().isGood(third)).isTrue();
    }

    @Test
    @DisplayName("a wrong secret rotates nothing")
    default void wrongSecretRotatesNothing() {
        Login login = it().signIn("ann");
        assertThat(it().rotate(freshToken(login))).isEqualTo(new UseOutcome.Gone(null));
        assertThat(it().find(login)).isEqualTo(login.record());
    }

    @Test
    @DisplayName("rotation brings no unknown session into being")
    default void rotationCreatesNothing() {
        Login login = it().prepare("ann");
        assertThat(it().rotate(login)).isEqualTo(new UseOutcome.Gone(null));
        assertThat(it().find(login)).isNull();
    }

    @Test
    @DisplayName("the token of an ended session rotates nothing and hears why")
    default void endedDoesNotRotate() {
        Login login = it().signIn("ann");
        it().destroy(login, "signed_out");
        RotateOutcome outcome = it().rotate(login);
        assertThat(((UseOutcome.Gone) outcome).marker().reason()).isEqualTo("signed_out");
        assertThat(it().find(login)).isInstanceOf(EndedMarker.class);
    }

    @Test
    @DisplayName("the nonce is forgotten with the first write after the grace, and not before")
    default void nonceIsForgotten() {
        Login login = it().signIn("ann");
        Login successor = it().rotated(login);
        it().isGood(successor);
        it().updated(login, SessionUpdate.NOTHING.withLabel("one"));
        assertThat(it().record(login).rotation().nonce()).isNotNull();
        it().pass(Duration.ofSeconds(30));
        it().updated(login, SessionUpdate.NOTHING.withLabel("two"));
        assertThat(it().record(login).rotation().nonce()).isNull();
    }

    @Test
    @DisplayName("without a grace the old token is dead as soon as the successor was presented")
    default void withoutGrace() {
        it().with(policy -> policy.rotationGrace(Duration.ZERO));
        Login login = it().signIn("ann");
        Login successor = it().rotated(login);
        assertThat(it().isGood(login)).isTrue();
        assertThat(it().isGood(successor)).isTrue();
        assertThat(it().isGood(login)).isFalse();
    }

    @Test
    @DisplayName("rotation keeps label, meta and the place in the lists")
    default void rotationKeepsTheRest() {
        Login login = it().signIn("ann");
        it().rotated(login);
        assertThat(it().idsOf("ann")).containsExactly(login.id());
        assertThat(await(it().store().count())).isEqualTo(1);
    }
}
