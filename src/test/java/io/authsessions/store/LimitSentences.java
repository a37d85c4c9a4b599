package io.authsessions.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.EndReason;
import io.authsessions.model.NewSession;
import io.authsessions.model.SessionPolicy.OnLimit;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The most sessions that a user holds. */
interface LimitSentences extends StoreSentences {
    private StoreUnderTest limited(OnLimit onLimit) {
        return it().with(policy -> policy.maxSessionsPerUser(3).onLimit(onLimit));
    }

    private void assertEndedByLimit(Login login) {
        assertThat(it().find(login)).isEqualTo(new EndedMarker(EndReason.LIMIT, it().now(), login.hash()));
    }

    @Test
    @DisplayName("up to the limit everyone is let in")
    default void upToLimit() {
        for (OnLimit onLimit : OnLimit.values()) {
            limited(onLimit);
            it().signIn(onLimit.name(), 3);
            assertThat(it().idsOf(onLimit.name())).hasSize(3);
        }
    }

    @Test
    @Tag("ASVS-7.1.2")
    @DisplayName("beyond the limit the least recently used session gives way, with reason limit")
    default void leastRecentlyUsed() {
        limited(OnLimit.EVICT_LEAST_RECENTLY_USED);
        List<Login> logins = it().signIn("ann", 3);
        it().pass(Duration.ofMinutes(2));
        it().use(logins.get(0));
        Login fourth = it().signIn("ann");
        assertEndedByLimit(logins.get(1));
        assertThat(it().idsOf("ann"))
                .containsExactlyInAnyOrder(logins.get(0).id(), logins.get(2).id(), fourth.id());
    }

    @Test
    @DisplayName("of sessions used at one time the oldest gives way")
    default void leastRecentlyUsedTie() {
        limited(OnLimit.EVICT_LEAST_RECENTLY_USED);
        List<Login> logins = it().signIn("ann", 3);
        it().signIn("ann");
        assertEndedByLimit(logins.get(0));
    }

    @Test
    @DisplayName("or the oldest gives way, however recently it was used")
    default void oldest() {
        limited(OnLimit.EVICT_OLDEST);
        List<Login> logins = it().signIn("ann", 3);
        it().pass(Duration.ofMinutes(2));
        it().use(logins.get(0));
        it().signIn("ann");
        assertEndedByLimit(logins.get(0));
        assertThat(it().idsOf("ann")).hasSize(3);
    }

    @Test
    @DisplayName("or the new one is refused, and nothing changes")
    default void reject() {
        limited(OnLimit.REJECT);
        List<Login> logins = it().signIn("ann", 3);
        Login fourth = it().prepare("ann");
        assertThat(it().create(fourth)).isEqualTo(CreateOutcome.LIMIT_REACHED);
        assertThat(it().find(fourth)).isNull();
        assertThat(logins).allMatch(it()::isGood);
        assertThat(it().count()).isEqualTo(3);
    }

    @Test
    @DisplayName("a refused user is let in again when a session has ended")
    default void roomAgain() {
        limited(OnLimit.REJECT);
        List<Login> logins = it().signIn("ann", 3);
        it().destroy(logins.get(0), "signed_out");
        assertThat(it().create(it().prepare("ann"))).isEqualTo(CreateOutcome.CREATED);
    }

    @Test
    @DisplayName("expired sessions do not count: they end first, and nobody gives way or is refused")
    default void expiredEndFirst() {
        for (OnLimit onLimit : OnLimit.values()) {
            limited(onLimit);
            String user = onLimit.name();
            Login brief = it().signIn(NewSession.of(user).withAbsoluteTimeout(Duration.ofMinutes(1)));
            List<Login> lasting = it().signIn(user, 2);
            it().pass(Duration.ofMinutes(1));
            Login next = it().signIn(user);
            assertThat(lasting).allMatch(it()::isGood);
            assertThat(it().isGood(next)).isTrue();
            assertThat(it().find(brief))
                    .isEqualTo(new EndedMarker(EndReason.EXPIRED, brief.record().deadlineMillis(), brief.hash()));
        }
    }

    @Test
    @DisplayName("the limit is each user's own")
    default void perUser() {
        limited(OnLimit.REJECT);
        it().signIn("ann", 3);
        assertThat(it().create(it().prepare("bob"))).isEqualTo(CreateOutcome.CREATED);
    }

    @Test
    @DisplayName("a limit that was lowered takes effect with the next create")
    default void loweredLimit() {
        List<Login> logins = it().signIn("ann", 10);
        limited(OnLimit.EVICT_OLDEST);
        Login next = it().signIn("ann");
        assertThat(it().idsOf("ann"))
                .containsExactlyInAnyOrder(logins.get(9).id(), logins.get(8).id(), next.id());
    }

    @Test
    @DisplayName("with a limit of one each sign-in ends the one before")
    default void limitOfOne() {
        it().with(policy -> policy.maxSessionsPerUser(1));
        Login first = it().signIn("ann");
        Login second = it().signIn("ann");
        assertEndedByLimit(first);
        assertThat(it().idsOf("ann")).containsExactly(second.id());
    }

    @Test
    @DisplayName("a create that is refused for its id evicts nobody")
    default void takenIdEvictsNobody() {
        limited(OnLimit.EVICT_LEAST_RECENTLY_USED);
        List<Login> logins = it().signIn("ann", 3);
        assertThat(it().create(logins.get(2))).isEqualTo(CreateOutcome.ID_TAKEN);
        assertThat(logins).allMatch(it()::isGood);
    }
}
