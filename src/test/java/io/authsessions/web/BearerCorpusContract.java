package io.authsessions.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.web.RawHttp.Answer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What strangers send as credentials, byte by byte, whatever they send it to; runs for the handler alone and once per
 * store for the server. TOKEN stands for a good token.
 */
public abstract class BearerCorpusContract {
    private static final String PLAIN = "Bearer realm=\"authsessions\"";
    private static final String INVALID_TOKEN = PLAIN + ", error=\"invalid_token\"";
    private static final String INVALID_REQUEST = PLAIN + ", error=\"invalid_request\"";

    /** What they are sent to. */
    protected abstract CorpusTarget target();

    @BeforeEach
    void forget() {
        target().forget();
    }

    @AfterEach
    void nothingWritten() {
        target().assertNothingWritten();
    }

    private Answer send(String... headerLines) {
        String[] lines = headerLines.clone();
        for (int i = 0; i < lines.length; i++) {
            lines[i] = lines[i].replace("TOKEN", target().token());
        }
        return RawHttp.get(target().port(), target().path(), lines);
    }

    private void assertPasses(Answer answer) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).contains("ada");
        assertThat(target().calls()).hasSize(1);
        assertNotTold(answer);
    }

    private void assertRefused(Answer answer, int status, String code, String challenge, int calls) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.headers("WWW-Authenticate")).containsExactly(challenge);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.headers("Vary").get(0)).isEqualTo("Authorization, Cookie");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Set-Cookie")).isNull();
        assertThat(answer.json().fieldNames()).containsExactly("type", "title", "status", "code", "detail");
        assertThat(answer.json().getString("type")).isEqualTo("urn:authsessions:problem:" + code);
        assertThat(answer.json().getInteger("status")).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(target().calls()).hasSize(calls);
        assertNotTold(answer);
    }

    private void assertNotTold(Answer answer) {
        String secret = target().token().substring("aus1_".length() + 23);
        assertThat(answer.headerLines() + answer.body()).doesNotContain(secret);
    }

    @Test
    @Tag("corpus-1")
    @DisplayName("is asked for, without an error, where there is none")
    void noCredentials() {
        assertRefused(send(), 401, "no_credentials", PLAIN, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "Bearer ", "bearer", "Bearer    ", "Bearer =", "Bearer ===="})
    @Tag("corpus-2")
    @DisplayName("must not be empty")
    void empty(String value) {
        assertRefused(send("Authorization: " + value), 400, "invalid_request", INVALID_REQUEST, 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Basic dXNlcjpwdw==", "Basic TOKEN", "Bearerx TOKEN", "Bearer- TOKEN", "TOKEN", "DPoP TOKEN", ""
            })
    @Tag("corpus-3")
    @DisplayName("is asked for where another scheme is used")
    void anotherScheme(String value) {
        assertRefused(send("Authorization: " + value), 401, "no_credentials", PLAIN, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer TOKEN", "bearer  TOKEN", "bEaReR TOKEN", "BEARER     TOKEN", "  Bearer TOKEN  "})
    @Tag("corpus-4")
    @DisplayName("is taken in any case of the scheme, after any number of spaces")
    void goodToken(String value) {
        assertPasses(send("Authorization: " + value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer\tTOKEN",
                "Bearer \tTOKEN",
                "Bearer TOKEN\tx",
                "Bearer,TOKEN",
                "Bearer=TOKEN",
                "Bearer:TOKEN"
            })
    @Tag("corpus-5")
    @DisplayName("follows a space and nothing else")
    void notASpace(String value) {
        assertRefused(send("Authorization: " + value), 400, "invalid_request", INVALID_REQUEST, 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer TOKEN|Bearer garbage",
                "Bearer garbage|Bearer TOKEN",
                "Bearer TOKEN|Bearer TOKEN",
                "Basic dXNlcjpwdw==|Bearer TOKEN",
                "Bearer TOKEN|"
            })
    @Tag("corpus-6")
    @DisplayName("comes in one header")
    void twoHeaders(String values) {
        String[] value = values.split("\\|", -1);
        Answer answer = send("Authorization: " + value[0], "authorization: " + value[1]);
        assertRefused(answer, 400, "invalid_request", INVALID_REQUEST, 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer TOKEN, Bearer TOKEN",
                "Bearer TOKEN x",
                "Bearer TOKEN,TOKEN",
                "Bearer \"TOKEN\"",
                "Bearer TO=KEN="
            })
    @Tag("corpus-7")
    @DisplayName("is one word")
    void oneWord(String value) {
        assertRefused(send("Authorization: " + value), 400, "invalid_request", INVALID_REQUEST, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\0b", "a\rb"})
    @Tag("corpus-8")
    @DisplayName("with NUL or a bare CR is refused before anybody looks at it")
    void controlCharacters(String value) {
        Answer answer = send("Authorization: Bearer " + value);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(target().calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer TOKEN\r\n x", "Bearer TOKEN\r\n\tx", "Bearer aus1_\r\n TOKEN"})
    @Tag("corpus-9")
    @DisplayName("is not put together from folded lines")
    void folded(String value) {
        assertRefused(send("Authorization: " + value), 400, "invalid_request", INVALID_REQUEST, 0);
    }

    @Test
    @Tag("corpus-10")
    @DisplayName("may be long, and is then not ours; beyond the header limit the HTTP server refuses it")
    void longToken() {
        assertRefused(send("Authorization: Bearer " + "a".repeat(7_000)), 401, "invalid_token", INVALID_TOKEN, 0);
        assertThat(send("Authorization: Bearer " + "a".repeat(9_000)).status()).isEqualTo(431);
        assertThat(target().calls()).isEmpty();
    }

    @Test
    @Tag("corpus-11")
    @DisplayName("that fails its check never reaches the service")
    void failsCheck() {
        String token = target().token();
        char last = token.charAt(token.length() - 1);
        String damaged = token.substring(0, token.length() - 1) + (last == 'a' ? 'b' : 'a');
        for (String wrong : new String[] {
            damaged, token.toLowerCase(java.util.Locale.ROOT), token + "=", token + "a", "x" + token, "a", "-._~+/=="
        }) {
            assertRefused(send("Authorization: Bearer " + wrong), 401, "invalid_token", INVALID_TOKEN, 0);
        }
    }

    @Test
    @Tag("corpus-12")
    @DisplayName("that nobody issued is answered with the same bytes as one that fails its check")
    void unknown() {
        Answer unknown = send("Authorization: Bearer " + CorpusTarget.unknownToken());
        assertRefused(unknown, 401, "invalid_token", INVALID_TOKEN, 1);
        assertThat(send("Authorization: Bearer garbage")).isEqualTo(unknown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer é", "Bearer TOKENé", "Bearer １２３", "Bearer\u00a0TOKEN", "Bearer \u00a0TOKEN"})
    @Tag("corpus-13")
    @DisplayName("is ASCII")
    void notAscii(String value) {
        String latin1 = "Authorization: " + value;
        String utf8 = new String(latin1.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertRefused(send(latin1), 400, "invalid_request", INVALID_REQUEST, 0);
        assertRefused(send(utf8), 400, "invalid_request", INVALID_REQUEST, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"access_token", "token", "authorization", "Authorization"})
    @Tag("corpus-14")
    @Tag("ASVS-14.2.1")
    @DisplayName("is never read from the query")
    void query(String parameter) {
        Answer answer = RawHttp.get(target().port(), target().path() + "?" + parameter + "=" + target().token());
        assertRefused(answer, 401, "no_credentials", PLAIN, 0);
    }

    @Test
    @Tag("corpus-14")
    @DisplayName("is never read from a form or another header")
    void elsewhere() {
        String form = "access_token=" + target().token();
        Answer posted = RawHttp.exchange(
                target().port(),
                "POST " + target().postPath() + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + form.length()
                        + "\r\n\r\n" + form);
        assertRefused(posted, 401, "no_credentials", PLAIN, 0);
        for (String header :
                new String[] {"X-Auth-Token", "Proxy-Authorization", "Sec-WebSocket-Protocol", "X-Api-Key"}) {
            assertRefused(send(header + ": TOKEN"), 401, "no_credentials", PLAIN, 0);
            assertRefused(send(header + ": Bearer TOKEN"), 401, "no_credentials", PLAIN, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"__host-SESSION=TOKEN", "=__Host-session=TOKEN", "\u00a0__Host-session=TOKEN"})
    @Tag("corpus-17")
    @DisplayName("is not read from a cookie of another name")
    void otherCookies(String cookie) {
        assertRefused(send("Cookie: " + cookie), 401, "no_credentials", PLAIN, 0);
    }

    @Test
    @Tag("corpus-19")
    @DisplayName("does not matter where a cookie holds a control character")
    void cookieWithControlCharacter() {
        assertThat(send("Authorization: Bearer TOKEN", "Cookie: a=\0").status()).isEqualTo(400);
        assertThat(target().calls()).isEmpty();
    }

    @Test
    @DisplayName("of a session that ended is answered with the reason, in the challenge alone")
    void ended() {
        Answer answer = send("Authorization: Bearer " + target().endedToken());
        assertRefused(answer, 401, "invalid_token", INVALID_TOKEN + ", error_description=\"signed_out\"", 1);
    }

    @Test
    @DisplayName("is asked for by HEAD too, without a body and with its length")
    void head() {
        Answer answer = RawHttp.request(target().port(), "HEAD", target().path());
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).isEqualTo(PLAIN);
        assertThat(answer.header("Content-Length"))
                .isEqualTo(String.valueOf(send().body().length()));
        assertThat(answer.body()).isEmpty();
    }
}
