package io.authsessions.store;

import static io.authsessions.store.StoreUnderTest.await;
import static io.authsessions.store.StoreUnderTest.freshToken;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.NewSession;
import io.authsessions.model.SessionEvent;
import io.authsessions.model.SessionUpdate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is announced of changes. */
interface EventSentences extends StoreSentences {
    @Test
    @DisplayName("a create is announced once, with id, user and time, and without a reason")
    default void created() {
        Login login = it().signIn("ann");
        List<SessionEvent> events = it().events();
        assertThat(events).hasSize(1);
        SessionEvent event = events.get(0);
        assertThat(event.type()).isEqualTo(SessionEvent.Type.CREATED);
        assertThat(event.sessionId()).isEqualTo(login.id());
        assertThat(event.userId()).isEqualTo("ann");
        assertThat(event.atMillis()).isEqualTo(it().now());
        assertThat(event.reason()).isNull();
        assertThat(event.eventId()).isNotBlank();
    }

    @Test
    @Tag("ASVS-16.3.1")
    @DisplayName("update, rotation, re-authentication and end are announced once each, in order")
    default void wholeLife() {
        Login login = it().signIn("ann");
        it().updated(login, SessionUpdate.NOTHING.withLabel("x"));
        Login successor = it().rotated(login);
        Login fresh = freshToken(login);
        it().reauthenticate(successor, fresh);
        it().destroy(login, "revoked");
        assertThat(it().eventsOf(login))
                .containsExactly("created", "updated", "rotated", "rotated", "destroyed revoked");
    }

    @Test
    @DisplayName("event ids are unique, also across stores")
    default void uniqueIds() {
        it().signIn("ann", 20);
        SessionStore other = it().another(it().policy());
        for (int i = 0; i < 20; i++) {
            await(other.create(it().prepare("bob").record()));
        }
        List<SessionEvent> created = it().events().stream()
                .filter(event -> event.type() == SessionEvent.Type.CREATED)
                .toList();
        assertThat(created).extracting(SessionEvent::eventId).hasSizeGreaterThanOrEqualTo(40);
        assertThat(created.stream()
                        .map(event -> event.eventId() + event.sessionId())
                        .distinct()
                        .count())
                .isEqualTo(
                        created.stream().map(SessionEvent::eventId).distinct().count());
    }

    @Test
    @DisplayName("uses, presentations, refused updates and empty ones are not announced")
    default void quiet() {
        Login login = it().signIn("ann");
        Login successor = it().rotated(login);
        it().pass(Duration.ofMinutes(2));
        it().use(login);
        it().use(successor);
        it().rotate(login);
        it().update(login, SessionUpdate.NOTHING);
        it().update(login, SessionUpdate.NOTHING.withLabel("x").ifVersion(99));
        it().use(freshToken(login));
        assertThat(it().eventsOf(login)).containsExactly("created", "rotated");
    }

    @Test
    @DisplayName("a rotation that gives back a young successor is not announced")
    default void unchangedIsQuiet() {
        Login login = it().signIn("ann");
        Login successor = it().rotated(login);
        it().rotate(successor);
        assertThat(it().eventsOf(login)).containsExactly("created", "rotated");
    }

    @Test
    @DisplayName("an end is announced by the call that ended the session only")
    default void endedOnce() {
        Login login = it().signIn("ann");
        it().destroy(login, "signed_out");
        it().destroy(login, "revoked");
        it().destroyAll("ann", null, "revoked");
        it().pass(Duration.ofHours(24));
        it().sweepAll();
        assertThat(it().eventsOf(login)).containsExactly("created", "destroyed signed_out");
    }

    @Test
    @DisplayName("reuse is announced as an end with reason token_reuse")
    default void reuse() {
        Login login = it().signIn("ann");
        it().rotatedForGood(login);
        it().use(login);
        it().use(login);
        assertThat(it().eventsOf(login)).containsExactly("created", "rotated", "destroyed token_reuse");
    }

    @Test
    @DisplayName("a swept session is announced as expired, once")
    default void expired() {
        Login login = it().signIn("ann");
        it().pass(Duration.ofHours(24));
        it().sweepAll();
        it().sweepAll();
        assertThat(it().eventsOf(login)).containsExactly("created", "expired expired");
    }

    @Test
    @DisplayName("who gives way to the limit is announced, and who is ended as expired on that occasion too")
    default void limit() {
        it().with(policy -> policy.maxSessionsPerUser(2));
        Login brief = it().signIn(NewSession.of("ann").withAbsoluteTimeout(Duration.ofMinutes(1)));
        Login first = it().signIn("ann");
        it().pass(Duration.ofMinutes(1));
        Login second = it().signIn("ann");
        Login third = it().signIn("ann");
        assertThat(it().eventsOf(brief)).containsExactly("created", "expired expired");
        assertThat(it().eventsOf(first)).containsExactly("created", "destroyed limit");
        assertThat(it().eventsOf(second)).containsExactly("created");
        assertThat(it().eventsOf(third)).containsExactly("created");
    }

    @Test
    @DisplayName("each session that ends with its user's others is announced")
    default void bulk() {
        List<Login> logins = it().signIn("ann", 3);
        it().destroyAll("ann", null, "revoked");
        for (Login login : logins) {
            assertThat(it().eventsOf(login)).containsExactly("created", "destroyed revoked");
        }
    }

    @Test
    @DisplayName("a create that was refused is not announced")
    default void refusedCreate() {
        Login login = it().signIn("ann");
        it().create(login);
        assertThat(it().eventsOf(login)).containsExactly("created");
    }

    @Test
    @DisplayName("a consumer that throws harms no call")
    default void throwingConsumer() {
        it().consumeWith(event -> {
            throw new IllegalStateException("consumer");
        });
        Login login = it().signIn("ann");
        assertThat(it().isGood(login)).isTrue();
        assertThat(it().destroy(login, "revoked")).isTrue();
    }
}
