package io.authsessions.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.AuthSession;
import io.authsessions.model.ClientInfo;
import io.authsessions.model.SecretHash;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What stands under a session id is shown to an operator")
class RecordViewTest {
    private static final String ID = "0A1234567890abcdefghij";
    private static final SecretHash HASH = hash(7);
    private static final SecretHash PREVIOUS = hash(9);

    private static SecretHash hash(int fill) {
        byte[] bytes = new byte[SecretHash.BYTES];
        Arrays.fill(bytes, (byte) fill);
        return SecretHash.fromBytes(bytes);
    }

    private static SessionRecord record() {
        AuthSession session = new AuthSession(
                ID,
                "ann",
                "Chrome",
                "{\"role\":\"admin\"}",
                new ClientInfo("192.0.2.1", null),
                1_000,
                2_000,
                1_500,
                9_000,
                3);
        Nonce nonce = Nonce.fromBytes("0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
        return new SessionRecord(session, HASH, 60_000, 9_000, 90_000, new Rotation(PREVIOUS, nonce, 1_600, 1_700));
    }

    @Test
    @DisplayName("with all that is no secret, and times that can be read")
    void session() {
        JsonObject view = RecordView.of(ID, RecordCodec.encode(record()));
        assertThat(view.getString("kind")).isEqualTo("session");
        assertThat(view.getInteger("format")).isEqualTo(1);
        assertThat(view.getString("userId")).isEqualTo("ann");
        assertThat(view.getString("label")).isEqualTo("Chrome");
        assertThat(view.getJsonObject("meta")).isEqualTo(new JsonObject().put("role", "admin"));
        assertThat(view.getJsonObject("client").getString("ip")).isEqualTo("192.0.2.1");
        assertThat(view.getString("lastUsedAt")).isEqualTo("1970-01-01T00:00:02Z");
        assertThat(view.getString("idleDeadline")).isEqualTo("1970-01-01T00:00:09Z");
        assertThat(view.getString("absoluteDeadline")).isEqualTo("1970-01-01T00:01:30Z");
        assertThat(view.getString("idleTimeout")).isEqualTo("PT1M");
        assertThat(view.getLong("version")).isEqualTo(3);
        assertThat(view.getJsonObject("rotation"))
                .isEqualTo(new JsonObject()
                        .put("rotatedAt", "1970-01-01T00:00:01.600Z")
                        .put("presentedAt", "1970-01-01T00:00:01.700Z")
                        .put("derivable", true));
    }

    @Test
    @DisplayName("without any hash and without the nonce")
    void noSecrets() {
        String view = RecordView.of(ID, RecordCodec.encode(record())).encode();
        for (SecretHash secret : new SecretHash[] {HASH, PREVIOUS}) {
            assertThat(view).doesNotContain(HexFormat.of().formatHex(secret.toBytes()), "BwcHBw", "CQkJCQ");
        }
        assertThat(view).doesNotContain("0123456789abcdef");
    }

    @Test
    @DisplayName("also when it has ended, is of a newer version, or is damaged")
    void others() {
        byte[] marker = RecordCodec.encode(new EndedMarker("revoked", 5_000, HASH), new byte[8]);
        assertThat(RecordView.of(ID, marker))
                .isEqualTo(new JsonObject()
                        .put("kind", "ended")
                        .put("format", 0xE1)
                        .put("bytes", marker.length)
                        .put("reason", "revoked")
                        .put("endedAt", "1970-01-01T00:00:05Z"));
        byte[] newer = RecordCodec.encode(record());
        newer[0] = 2;
        assertThat(RecordView.of(ID, newer).getString("kind")).isEqualTo("newer");
        assertThat(RecordView.of(ID, new byte[0]).getString("kind")).isEqualTo("damaged");
        assertThat(RecordView.of(ID, new byte[] {1, 2, 3}))
                .isEqualTo(
                        new JsonObject().put("kind", "damaged").put("format", 1).put("bytes", 3));
    }
}
