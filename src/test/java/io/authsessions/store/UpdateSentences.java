package io.authsessions.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.NewSession;
import io.authsessions.model.SessionUpdate;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Changes of label and meta. */
interface UpdateSentences extends StoreSentences {
    @Test
    @DisplayName("an update changes the label, steps the version, and leaves the rest")
    default void label() {
        Login login = it().signIn(NewSession.of("ann").withLabel("old"));
        SessionUpdate update = SessionUpdate.NOTHING.withLabel("new");
        assertThat(it().updated(login, update)).isEqualTo(login.record().updated(update));
        assertThat(it().find(login)).isEqualTo(login.record().updated(update));
        assertThat(it().record(login).session().label()).isEqualTo("new");
        assertThat(it().record(login).session().version()).isEqualTo(2);
    }

    @Test
    @DisplayName("an empty label takes the label away")
    default void noLabel() {
        Login login = it().signIn(NewSession.of("ann").withLabel("old"));
        assertThat(it().updated(login, SessionUpdate.NOTHING.withLabel(""))
                        .session()
                        .label())
                .isNull();
        assertThat(it().record(login).session().label()).isNull();
    }

    @Test
    @DisplayName("a new meta takes the place of the old one")
    default void replaceMeta() {
        Login login = it().signIn(NewSession.of("ann").withMeta(new JsonObject().put("a", 1)));
        it().updated(login, SessionUpdate.NOTHING.withMeta(new JsonObject().put("b", 2)));
        assertThat(it().record(login).session().meta()).isEqualTo(new JsonObject().put("b", 2));
    }

    @Test
    @DisplayName("a patch of the meta is merged by RFC 7396")
    default void mergeMeta() {
        Login login = it().signIn(NewSession.of("ann")
                .withMeta(new JsonObject("{\"a\":1,\"b\":{\"c\":2,\"d\":[1]},\"e\":5,\"n\":1.50,\"z\":[]}")));
        it().updated(
                        login,
                        SessionUpdate.NOTHING.withMetaPatch(
                                new JsonObject("{\"a\":null,\"b\":{\"c\":3,\"d\":null,\"x\":{}},\"e\":[]}")));
        assertThat(it().record(login).session().meta())
                .isEqualTo(new JsonObject("{\"b\":{\"c\":3,\"x\":{}},\"e\":[],\"n\":1.5,\"z\":[]}"));
    }

    @Test
    @DisplayName("a merge that would break the rules of meta is refused and changes nothing")
    default void refusedMerge() {
        Login login = it().signIn(NewSession.of("ann").withMeta(new JsonObject().put("a", "x".repeat(9_000))));
        SessionUpdate tooMuch = SessionUpdate.NOTHING.withMetaPatch(new JsonObject().put("b", "y".repeat(9_000)));
        assertThat(it().update(login, tooMuch)).isInstanceOf(UpdateOutcome.Refused.class);
        assertThat(it().find(login)).isEqualTo(login.record());
    }

    @Test
    @DisplayName("an update for the version that it has is done")
    default void rightVersion() {
        Login login = it().signIn("ann");
        SessionUpdate update = SessionUpdate.NOTHING.withLabel("new").ifVersion(1);
        assertThat(it().updated(login, update).session().version()).isEqualTo(2);
    }

    @Test
    @DisplayName("an update for another version is a conflict that tells the version, and changes nothing")
    default void staleVersion() {
        Login login = it().signIn("ann");
        it().updated(login, SessionUpdate.NOTHING.withLabel("first"));
        SessionRecord before = it().record(login);
        for (long stale : new long[] {0, 1, 3, Long.MAX_VALUE}) {
            assertThat(it().update(
                                    login,
                                    SessionUpdate.NOTHING.withLabel("second").ifVersion(stale)))
                    .isEqualTo(new UpdateOutcome.Conflict(2));
        }
        assertThat(it().find(login)).isEqualTo(before);
    }

    @Test
    @DisplayName("an empty update changes nothing, not the version either, and gives the session")
    default void emptyUpdate() {
        Login login = it().signIn("ann");
        assertThat(it().updated(login, SessionUpdate.NOTHING)).isEqualTo(login.record());
        assertThat(it().find(login)).isEqualTo(login.record());
    }

    @Test
    @DisplayName("an empty update for another version is a conflict")
    default void emptyStaleUpdate() {
        Login login = it().signIn("ann");
        assertThat(it().update(login, SessionUpdate.NOTHING.ifVersion(7))).isEqualTo(new UpdateOutcome.Conflict(1));
    }

    @Test
    @DisplayName("an update of what is unknown, ended or expired finds nothing and creates nothing")
    default void absentUpdate() {
        SessionUpdate update = SessionUpdate.NOTHING.withLabel("x");
        Login unknown = it().prepare("ann");
        assertThat(it().update(unknown, update)).isEqualTo(new UpdateOutcome.Absent());
        assertThat(it().find(unknown)).isNull();
        Login ended = it().signIn("ann");
        it().destroy(ended, "revoked");
        assertThat(it().update(ended, update)).isEqualTo(new UpdateOutcome.Absent());
        Login expired = it().signIn("ann");
        it().pass(Duration.ofHours(24));
        assertThat(it().update(expired, update)).isEqualTo(new UpdateOutcome.Absent());
        assertThat(it().update(expired, SessionUpdate.NOTHING)).isEqualTo(new UpdateOutcome.Absent());
        assertThat(it().update(expired, update.ifVersion(9))).isEqualTo(new UpdateOutcome.Absent());
    }

    @Test
    @DisplayName("an update is no use")
    default void updateIsNoUse() {
        Login login = it().signIn("ann");
        it().pass(Duration.ofMinutes(10));
        SessionRecord record = it().updated(login, SessionUpdate.NOTHING.withLabel("x"));
        assertThat(record.session().lastUsedAtMillis())
                .isEqualTo(login.record().session().lastUsedAtMillis());
        assertThat(record.deadlineMillis()).isEqualTo(login.record().deadlineMillis());
    }

    @Test
    @DisplayName("version steps of rotation and updates add up")
    default void versionsAddUp() {
        Login login = it().signIn("ann");
        it().rotated(login);
        it().updated(login, SessionUpdate.NOTHING.withLabel("x"));
        it().updated(login, SessionUpdate.NOTHING.withLabel("y").ifVersion(3));
        assertThat(it().record(login).session().version()).isEqualTo(4);
    }
}
