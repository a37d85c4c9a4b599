package io.authsessions.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What a session says of itself")
class TextRulesTest {
    private static final String FAMILY = "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67";

    private static void accept(NewSession request) {
        request.check(SessionPolicy.DEFAULT);
    }

    private static List<String> mistakes(NewSession request) {
        return Samples.mistakes(() -> request.check(SessionPolicy.DEFAULT));
    }

    @ParameterizedTest
    @Tag("corpus-50")
    @Tag("corpus-51")
    @DisplayName("has no label with control, direction, invisible or half characters")
    @ValueSource(
            strings = {
                "a\r\nSet-Cookie: x",
                "\u0000",
                "\u001b[31m",
                "\u007f",
                "\u0085",
                "\u202e",
                "\u2066",
                "\u2067",
                "\u2068",
                "\u2069",
                "\u200b",
                "\u200e",
                "\u200f",
                "\ufeff",
                "\ud800",
                "a\udc00b",
                "\u2028",
                "\u2029",
                "\u2060",
                "\u00ad",
                "\udb40\udc01"
            })
    void refusedLabels(String label) {
        assertThat(mistakes(NewSession.of("alice").withLabel(label))).containsExactly("label");
        assertThat(Samples.mistakes(() -> SessionUpdate.NOTHING.withLabel(label).check()))
                .containsExactly("label");
    }

    @ParameterizedTest
    @Tag("corpus-52")
    @DisplayName("keeps a label that is only dangerous where it is not shown as text")
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "\"><img onerror=x>",
                "=HYPERLINK()",
                FAMILY,
                "日本語",
                "می\u200cخواهم",
                "Chrome on macOS"
            })
    void keptLabels(String label) {
        NewSession request = NewSession.of("alice").withLabel(label);

        accept(request);
        assertThat(request.label()).isEqualTo(label);
    }

    @Test
    @Tag("corpus-53")
    @DisplayName("has a label of at most 128 characters and 512 bytes, counted in normal form C")
    void labelLength() {
        accept(NewSession.of("alice").withLabel("x".repeat(128)));
        accept(NewSession.of("alice").withLabel("\ud83d\ude00".repeat(128)));
        accept(NewSession.of("alice").withLabel("e\u0301".repeat(128)));
        assertThat(NewSession.of("alice").withLabel("e\u0301").label()).isEqualTo("\u00e9");
        assertThat(NewSession.of("alice").withLabel("").label()).isNull();

        assertThat(mistakes(NewSession.of("alice").withLabel("x".repeat(129)))).containsExactly("label");
        assertThat(mistakes(NewSession.of("alice").withLabel("\ud83d\ude00".repeat(129))))
                .containsExactly("label");
        assertThat(mistakes(NewSession.of("alice").withLabel(FAMILY.repeat(128))))
                .containsExactly("label");
        assertThat(mistakes(NewSession.of("alice").withLabel("x".repeat(1_000_000))))
                .containsExactly("label");
    }

    @ParameterizedTest
    @Tag("corpus-59")
    @DisplayName("has no user id that is empty or holds control or half characters")
    @ValueSource(strings = {"", "user:1\n2", "\ud800", "a\u0000b", "\u0085"})
    void refusedUserIds(String userId) {
        assertThat(mistakes(NewSession.of(userId))).containsExactly("userId");
        assertThat(Samples.mistakes(() -> NewSession.checkUserId(userId))).containsExactly("userId");
    }

    @ParameterizedTest
    @Tag("corpus-59")
    @DisplayName("keeps a user id of any other characters, spaces and braces too")
    @ValueSource(strings = {"a*", "a{b}c", " ", "auth0|42", "../..", "ü@example.org"})
    void keptUserIds(String userId) {
        accept(NewSession.of(userId));
    }

    @Test
    @Tag("corpus-59")
    @DisplayName("has a user id of at most 256 bytes")
    void userIdLength() {
        accept(NewSession.of("x".repeat(256)));
        accept(NewSession.of("é".repeat(128)));

        assertThat(mistakes(NewSession.of("x".repeat(257)))).containsExactly("userId");
        assertThat(mistakes(NewSession.of("é".repeat(129)))).containsExactly("userId");
        assertThat(mistakes(NewSession.of("x".repeat(10_000)))).containsExactly("userId");
        assertThat(Samples.mistakes(() -> NewSession.checkUserId(null))).containsExactly("userId");
    }

    private static JsonObject nested(int depth) {
        JsonObject inner = new JsonObject();
        for (int i = 1; i < depth; i++) {
            inner = new JsonObject().put("a", inner);
        }
        return inner;
    }

    @Test
    @Tag("corpus-54")
    @DisplayName("has meta of at most 16 KiB of JSON and 32 levels")
    void metaSize() {
        int frame = "{\"a\":\"\"}".length();
        NewSession.of("alice").withMeta(new JsonObject().put("a", "x".repeat(16_384 - frame)));
        NewSession.of("alice").withMeta(nested(32));

        assertThat(Samples.mistakes(
                        () -> NewSession.of("a").withMeta(new JsonObject().put("a", "x".repeat(16_385 - frame)))))
                .containsExactly("meta");
        assertThat(Samples.mistakes(() -> NewSession.of("a").withMeta(nested(33))))
                .containsExactly("meta");
        assertThat(Samples.mistakes(() ->
                        NewSession.fromJson(new JsonObject().put("userId", "a").put("meta", nested(33)))))
                .containsExactly("meta");
        assertThat(Samples.mistakes(() -> SessionUpdate.NOTHING.withMeta(nested(33))))
                .containsExactly("meta");
    }

    @Test
    @DisplayName("counts arrays as levels of meta too")
    void arraysCount() {
        JsonArray array = new JsonArray();
        for (int i = 0; i < 32; i++) {
            array = new JsonArray().add(array);
        }
        JsonObject meta = new JsonObject().put("a", array);

        assertThat(Samples.mistakes(() -> NewSession.of("a").withMeta(meta))).containsExactly("meta");
    }

    @Test
    @Tag("corpus-27")
    @DisplayName("has no meta that JSON cannot say, or that cannot be read back")
    void plainMeta() {
        Map<Object, Object> numbered = new HashMap<>();
        numbered.put(1, "one");
        for (Object value : List.of(
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Float.NEGATIVE_INFINITY,
                new BigDecimal("1e400"),
                new BigInteger("9".repeat(1_200)),
                "\ud800",
                new JsonArray().add("\udc00"),
                numbered,
                Set.of(1),
                new Object())) {
            JsonObject meta = new JsonObject().put("a", value);
            assertThat(Samples.mistakes(() -> NewSession.of("a").withMeta(meta)))
                    .as(value.getClass().getName())
                    .containsExactly("meta");
        }
        JsonObject halfName = new JsonObject().put("\ud800", 1);
        assertThat(Samples.mistakes(() -> NewSession.of("a").withMeta(halfName)))
                .containsExactly("meta");
        JsonObject itself = new JsonObject();
        itself.put("a", itself);
        assertThat(Samples.mistakes(() -> NewSession.of("a").withMeta(itself))).containsExactly("meta");
    }

    @ParameterizedTest
    @DisplayName("has no meta text that is not one JSON object, or longer than meta may be")
    @ValueSource(
            strings = {
                "",
                "null",
                "[1]",
                "5",
                "{",
                "{\"a\":1} x",
                "{'a':1}",
                "{\"a\":NaN}",
                "{\"a\":1e400}",
                "{\"a\":\"\\ud800\"}",
                "LONG",
                "DEEP"
            })
    void refusedMetaText(String text) {
        String json = text.equals("LONG")
                ? "{" + " ".repeat(16_384) + "}"
                : text.equals("DEEP") ? "{\"a\":".repeat(2_000) + "1" + "}".repeat(2_000) : text;
        NewSession request = new NewSession("alice", null, json, null, null, null);
        SessionUpdate update = new SessionUpdate(null, json, false, null);

        assertThat(mistakes(request)).containsExactly("meta");
        assertThat(Samples.mistakes(update::check)).containsExactly("meta");
    }

    @Property
    @Label("has no text about which a check fails instead of judging")
    void checksAreTotal(@ForAll String text) {
        TextRules.checkLabel(TextRules.normalLabel(text));
        TextRules.checkUserId(text);
        TextRules.checkIp(text);
        TextRules.checkUserAgent(text);
        TextRules.checkMetaText(text);
        assertThat(TextRules.checkUserAgent(ClientInfo.of(null, text).userAgent()))
                .isNull();
    }

    @Test
    @DisplayName("keeps of a user agent what can be kept, and no half of a character")
    void userAgent() {
        assertThat(ClientInfo.of("192.0.2.1", "Mozilla/5.0")).isEqualTo(new ClientInfo("192.0.2.1", "Mozilla/5.0"));
        assertThat(ClientInfo.of(null, null)).isEqualTo(new ClientInfo(null, null));
        assertThat(ClientInfo.of(null, "a\tb\u0085c\ud800d").userAgent()).isEqualTo("abcd");
        assertThat(ClientInfo.of(null, "x".repeat(511) + "\ud83d\ude00").userAgent())
                .isEqualTo("x".repeat(511));
        assertThat(ClientInfo.of(null, "x".repeat(600)).userAgent()).hasSize(512);
    }

    @Test
    @DisplayName("names all that is wrong with a new session at once")
    void allMistakes() {
        NewSession request = new NewSession(
                "",
                "\u202e",
                "[]",
                new ClientInfo("x".repeat(65), "\n"),
                SessionPolicy.DEFAULT.maxIdleTimeout().toMillis() + 1,
                0L);

        assertThat(mistakes(request))
                .containsExactly(
                        "userId",
                        "label",
                        "meta",
                        "client.ip",
                        "client.userAgent",
                        "idleTimeoutMillis",
                        "absoluteTimeoutMillis");
    }

    @ParameterizedTest
    @DisplayName("ends for a reason of 1 to 32 characters out of a-z and _")
    @ValueSource(strings = {"", "Signed_out", "signed out", "a-b", "é", "signed_out\n", "a23"})
    void refusedReasons(String reason) {
        assertThat(Samples.mistakes(() -> EndReason.check(reason))).containsExactly("reason");
        assertThat(Samples.mistakes(() -> EndReason.check("x".repeat(33)))).containsExactly("reason");
        assertThat(Samples.mistakes(() -> EndReason.check(null))).containsExactly("reason");
        assertThat(EndReason.check("password_changed")).isEqualTo("password_changed");
        assertThat(EndReason.check("x".repeat(32))).hasSize(32);
    }
}
