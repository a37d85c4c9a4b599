package io.authsessions.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.NewSession;
import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionUpdate;
import io.authsessions.store.SessionRecord.Standing;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("A record")
class SessionRecordTest {
    private static final long START = 1_000_000;
    private static final long SECOND = 1_000;
    private static final SessionPolicy POLICY = SessionPolicy.builder()
            .idleTimeout(Duration.ofSeconds(600))
            .absoluteTimeout(Duration.ofSeconds(3_600))
            .touchInterval(Duration.ofSeconds(60))
            .rotationGrace(Duration.ofSeconds(30))
            .build();
    private static final SecretHash FIRST = hash(1);
    private static final SecretHash SECOND_HASH = hash(2);
    private static final SecretHash THIRD = hash(3);
    private static final Nonce NONCE = Nonce.create(new SecureRandom());

    private static SecretHash hash(int seed) {
        byte[] bytes = new byte[SecretHash.BYTES];
        bytes[31] = (byte) seed;
        return SecretHash.fromBytes(bytes);
    }

    private static SessionRecord record() {
        return SessionRecord.create("0H00000000000000000000", FIRST, NewSession.of("alice"), POLICY, START);
    }

    @Test
    @DisplayName("begins with all times now, version 1, and the earlier deadline")
    void begins() {
        SessionRecord record = record();

        assertThat(record.session().createdAtMillis()).isEqualTo(START);
        assertThat(record.session().lastUsedAtMillis()).isEqualTo(START);
        assertThat(record.session().authenticatedAtMillis()).isEqualTo(START);
        assertThat(record.session().version()).isEqualTo(1);
        assertThat(record.idleDeadlineMillis()).isEqualTo(START + 660 * SECOND);
        assertThat(record.absoluteDeadlineMillis()).isEqualTo(START + 3_600 * SECOND);
        assertThat(record.deadlineMillis()).isEqualTo(START + 660 * SECOND);
        assertThat(record.rotation()).isNull();
    }

    @Test
    @DisplayName("has the lifetimes of the request where it asks for some")
    void ownLifetimes() {
        NewSession request =
                NewSession.of("alice").withIdleTimeout(Duration.ofHours(2)).withAbsoluteTimeout(Duration.ofHours(1));

        SessionRecord record = SessionRecord.create("0H00000000000000000000", FIRST, request, POLICY, START);

        assertThat(record.idleTimeoutMillis()).isEqualTo(7_200 * SECOND);
        assertThat(record.deadlineMillis()).isEqualTo(START + 3_600 * SECOND);
    }

    @Test
    @Tag("ASVS-7.3.1")
    @DisplayName("is expired at its deadline, and not a millisecond before")
    void expires() {
        SessionRecord record = record();

        assertThat(record.expired(record.deadlineMillis() - 1)).isFalse();
        assertThat(record.expired(record.deadlineMillis())).isTrue();
    }

    @Test
    @Tag("ASVS-7.3.2")
    @DisplayName("moves its idle deadline with each use, and never beyond the absolute one")
    void usesMoveTheIdleDeadline() {
        SessionRecord record = record().used(START + 100 * SECOND, POLICY);
        assertThat(record.deadlineMillis()).isEqualTo(START + 760 * SECOND);
        assertThat(record.session().version()).isEqualTo(1);

        for (long at = START; at < START + 4_000 * SECOND; at += 59 * SECOND) {
            record = record.used(at, POLICY).rotated(SECOND_HASH, NONCE, at).reauthenticated(FIRST, at);
            assertThat(record.deadlineMillis()).isLessThanOrEqualTo(START + 3_600 * SECOND);
        }
        assertThat(record.deadlineMillis()).isEqualTo(START + 3_600 * SECOND);
        assertThat(record.absoluteDeadlineMillis()).isEqualTo(START + 3_600 * SECOND);
    }

    @Test
    @DisplayName("never goes back: a late use changes neither its last use nor its deadline")
    void usesNeverGoBack() {
        SessionRecord record = record().used(START + 100 * SECOND, POLICY);

        assertThat(record.used(START + 50 * SECOND, POLICY)).isEqualTo(record);
        assertThat(record.used(0, POLICY)).isEqualTo(record);
        assertThat(record.reauthenticated(FIRST, 0).session().authenticatedAtMillis())
                .isEqualTo(START);
    }

    @Test
    @DisplayName("keeps its deadline when the policy has become shorter")
    void policyChange() {
        SessionPolicy shorter = POLICY.toBuilder().touchInterval(Duration.ZERO).build();

        assertThat(record().used(START + 1, shorter).idleDeadlineMillis()).isEqualTo(record().idleDeadlineMillis());
    }

    @Test
    @DisplayName("is due for a touch once per interval, and with an interval of 0 at each later use")
    void touchDue() {
        SessionPolicy each = POLICY.toBuilder().touchInterval(Duration.ZERO).build();

        assertThat(record().touchDue(START + 60 * SECOND - 1, POLICY)).isFalse();
        assertThat(record().touchDue(START + 60 * SECOND, POLICY)).isTrue();
        assertThat(record().touchDue(START, each)).isFalse();
        assertThat(record().touchDue(START + 1, each)).isTrue();
        assertThat(record().touchDue(START - 1, each)).isFalse();
    }

    @Test
    @DisplayName("knows its token, for the grace its predecessor, and nothing older")
    void standing() {
        SessionRecord rotated = record().rotated(SECOND_HASH, NONCE, START);
        assertThat(record().standing(FIRST, START, POLICY)).isEqualTo(Standing.CURRENT);
        assertThat(record().standing(SECOND_HASH, START, POLICY)).isEqualTo(Standing.MISMATCH);
        assertThat(rotated.standing(SECOND_HASH, START, POLICY)).isEqualTo(Standing.CURRENT);
        assertThat(rotated.standing(FIRST, START + 500 * SECOND, POLICY))
                .as("the successor was not presented yet")
                .isEqualTo(Standing.PREDECESSOR);

        SessionRecord presented = rotated.presented(START + 10 * SECOND);
        assertThat(presented.standing(FIRST, START + 40 * SECOND - 1, POLICY)).isEqualTo(Standing.PREDECESSOR);
        assertThat(presented.standing(FIRST, START + 40 * SECOND, POLICY)).isEqualTo(Standing.REUSED);

        SessionRecord again = presented.rotated(THIRD, NONCE, START + 40 * SECOND);
        assertThat(again.standing(FIRST, START + 40 * SECOND, POLICY)).isEqualTo(Standing.MISMATCH);
        assertThat(again.standing(SECOND_HASH, START + 40 * SECOND, POLICY)).isEqualTo(Standing.PREDECESSOR);
    }

    @Test
    @Tag("ASVS-7.2.4")
    @DisplayName("knows no token from before a re-authentication")
    void reauthenticationGivesNoGrace() {
        SessionRecord record = record().rotated(SECOND_HASH, NONCE, START).reauthenticated(THIRD, START + 5);

        assertThat(record.standing(FIRST, START + 5, POLICY)).isEqualTo(Standing.MISMATCH);
        assertThat(record.standing(SECOND_HASH, START + 5, POLICY)).isEqualTo(Standing.MISMATCH);
        assertThat(record.standing(THIRD, START + 5, POLICY)).isEqualTo(Standing.CURRENT);
        assertThat(record.session().authenticatedAtMillis()).isEqualTo(START + 5);
        assertThat(record.session().version()).isEqualTo(3);
    }

    @Test
    @DisplayName("may be rotated at once after create and re-authentication, a successor only after the grace")
    void mayRotate() {
        SessionRecord rotated = record().rotated(SECOND_HASH, NONCE, START);

        assertThat(record().mayRotate(START, POLICY)).isTrue();
        assertThat(rotated.mayRotate(START + 30 * SECOND - 1, POLICY)).isFalse();
        assertThat(rotated.mayRotate(START + 30 * SECOND, POLICY)).isTrue();
        assertThat(rotated.reauthenticated(THIRD, START).mayRotate(START, POLICY))
                .isTrue();
    }

    @Test
    @DisplayName("notes the first presentation of a successor only")
    void firstPresentationCounts() {
        SessionRecord rotated = record().rotated(SECOND_HASH, NONCE, START);
        SessionRecord presented = rotated.presented(START + 1);

        assertThat(rotated.awaitsPresentation()).isTrue();
        assertThat(presented.awaitsPresentation()).isFalse();
        assertThat(presented.presented(START + 2)).isSameAs(presented);
        assertThat(record().awaitsPresentation()).isFalse();
        assertThat(record().presented(START)).isEqualTo(record());
    }

    @Test
    @DisplayName("forgets the nonce when the grace is over, and not before")
    void forgetsTheNonce() {
        SessionRecord rotated = record().rotated(SECOND_HASH, NONCE, START);
        SessionRecord presented = rotated.presented(START);

        assertThat(rotated.forgetting(START + 999 * SECOND, POLICY)).isSameAs(rotated);
        assertThat(presented.forgetting(START + 30 * SECOND - 1, POLICY)).isSameAs(presented);
        SessionRecord forgotten = presented.forgetting(START + 30 * SECOND, POLICY);
        assertThat(Objects.requireNonNull(forgotten.rotation()).nonce()).isNull();
        assertThat(forgotten.standing(FIRST, START + 30 * SECOND, POLICY)).isEqualTo(Standing.REUSED);
        assertThat(forgotten.forgetting(START + 31 * SECOND, POLICY)).isSameAs(forgotten);
    }

    @Test
    @DisplayName("changes label and meta with one step of the version, and nothing else")
    void updated() {
        SessionRecord before = record();
        SessionRecord after =
                before.updated(SessionUpdate.NOTHING.withLabel("Phone").withMetaPatch(new JsonObject().put("a", 1)));

        assertThat(after.session().label()).isEqualTo("Phone");
        assertThat(after.session().meta()).isEqualTo(new JsonObject().put("a", 1));
        assertThat(after.session().version()).isEqualTo(2);
        assertThat(after.deadlineMillis()).isEqualTo(before.deadlineMillis());
        assertThat(after.secretHash()).isEqualTo(FIRST);
        assertThat(before.session().label()).isNull();
    }

    @Test
    @DisplayName("leaves a marker with the reason, the time and the hash of its token")
    void ended() {
        assertThat(record().ended("revoked", 5)).isEqualTo(new EndedMarker("revoked", 5, FIRST));
    }

    @Test
    @DisplayName("tells neither hash nor nonce by toString")
    void toStringIsRedacted() {
        String text = record().rotated(SECOND_HASH, NONCE, START).toString();

        assertThat(text).contains("SecretHash[redacted]", "Nonce[redacted]");
        assertThat(text).doesNotContain(java.util.HexFormat.of().formatHex(NONCE.toBytes()));
    }

    @Test
    @DisplayName("has a nonce of 16 bytes that nobody can change")
    void nonces() {
        byte[] bytes = new byte[16];
        Nonce nonce = Nonce.fromBytes(bytes);
        bytes[0] = 1;
        nonce.toBytes()[1] = 1;

        assertThat(nonce).isEqualTo(Nonce.fromBytes(new byte[16])).hasSameHashCodeAs(Nonce.fromBytes(new byte[16]));
        org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
                .isThrownBy(() -> Nonce.fromBytes(new byte[15]));
    }
}
