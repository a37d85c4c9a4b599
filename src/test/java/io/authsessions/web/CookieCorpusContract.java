package io.authsessions.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.web.RawHttp.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What strangers send as cookies, byte by byte, whatever they send it to; runs for the handler alone and once per store
 * for the server. TOKEN stands for a good token.
 */
public abstract class CookieCorpusContract {
    private static final String CLEARED = "__Host-session=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0";

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

    private void assertRefused(Answer answer, int status, String code, int calls) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.headers("Vary").get(0)).isEqualTo("Authorization, Cookie");
        assertThat(answer.headerLines() + answer.body())
                .doesNotContain(target().token().substring(28));
        assertThat(target().calls()).hasSize(calls);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "__Host-session=x; __Host-session=TOKEN",
                "__Host-session=TOKEN; __Host-session=TOKEN",
                "__Host-session=TOKEN; __Host-session=",
                "__Host-session=TOKEN|__Host-session=x",
                "a=b; __Host-session=x|c=d; __Host-session=TOKEN"
            })
    @Tag("corpus-15")
    @DisplayName("comes once; two of them are refused and cleared")
    void repeated(String cookies) {
        String[] lines = ("Cookie: " + cookies.replace("|", "\nCookie: ")).split("\n", -1);
        Answer answer = send(lines);
        assertRefused(answer, 400, "invalid_request", 0);
        assertThat(answer.headers("Set-Cookie")).containsExactly(CLEARED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"TOKEN\"",
                "TOKEN,x",
                ",",
                "%20",
                "TOKEN%20",
                "a TOKEN",
                "",
                "TOKEN=",
                "é",
                "x",
                "\"",
                "TOKEN\tx"
            })
    @Tag("corpus-16")
    @Tag("corpus-18")
    @DisplayName("is not unquoted, not decoded, not cut: what is not a token costs no look into the store")
    void notAToken(String value) {
        Answer answer = send("Cookie: __Host-session=" + value);
        assertRefused(answer, 401, "invalid_token", 0);
        assertThat(answer.header("Set-Cookie")).isNull();
    }

    @Test
    @Tag("corpus-18")
    @DisplayName("may be long, and is then not ours")
    void longValue() {
        assertRefused(send("Cookie: __Host-session=" + "a".repeat(5_000)), 401, "invalid_token", 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "__host-SESSION=TOKEN",
                "=__Host-session=TOKEN",
                "\u00a0__Host-session=TOKEN",
                "__Host-session",
                "__Host-session =TOKEN",
                "__Host-sessionx=TOKEN",
                "x__Host-session=TOKEN",
                "session-dev=TOKEN",
                "$Version=1, __Host-session=TOKEN"
            })
    @Tag("corpus-17")
    @DisplayName("has one name, letter by letter")
    void otherName(String cookie) {
        assertRefused(send("Cookie: " + cookie), 401, "no_credentials", 0);
    }

    @Test
    @Tag("corpus-19")
    @DisplayName("with a control character is refused before anybody looks at it")
    void controlCharacter() {
        assertThat(send("Cookie: __Host-session=TOKEN\0").status()).isEqualTo(400);
        assertThat(target().calls()).isEmpty();
    }

    @Test
    @Tag("corpus-20")
    @DisplayName("that another site sends along is refused before anybody is asked")
    void crossSite() {
        for (String line : new String[] {"Sec-Fetch-Site: cross-site", "Origin: null", "X: y"}) {
            Answer answer = RawHttp.request(
                    target().port(),
                    "POST",
                    target().postPath(),
                    "Cookie: __Host-session=" + target().token(),
                    line,
                    "Content-Length: 0");
            assertRefused(answer, 403, "cross_site_request", 0);
            assertThat(answer.header("Set-Cookie")).isNull();
            assertThat(answer.header("WWW-Authenticate")).isNull();
        }
    }
}
