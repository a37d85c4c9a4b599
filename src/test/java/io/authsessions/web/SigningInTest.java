package io.authsessions.web;

import static io.authsessions.Futures.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.SessionPolicy;
import io.authsessions.web.RawHttp.Answer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Signing in")
class SigningInTest extends SigningFixture {
    @Test
    @Tag("ASVS-3.3.1")
    @Tag("ASVS-3.3.4")
    @DisplayName("sets exactly one cookie, and then tells the token nowhere else")
    void setsTheCookie() {
        Answer answer = post("/in", OWN);
        assertThat(me(tokenIn(answer, ATTRIBUTES))).isEqualTo(200);
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    @DisplayName("for bearer tokens only tells the token and sets no cookie")
    void tellsTheToken() {
        Answer answer = post("/in/token");
        assertThat(answer.header("Set-Cookie")).isNull();
        String token = answer.body().split(" ")[1];
        assertThat(RawHttp.get(server.port(), "/me", "Authorization: Bearer " + token)
                        .status())
                .isEqualTo(200);
    }

    @Test
    @DisplayName("to be remembered sets a cookie that lasts as long as the session has left, and not longer")
    void remembers() {
        long idle = SessionPolicy.DEFAULT.idleTimeout().plusSeconds(60).toSeconds();
        tokenIn(post("/in/remember", OWN), ATTRIBUTES + "; Max-Age=" + idle);
    }

    @Test
    @Tag("ASVS-7.6.2")
    @DisplayName("ends the session that the browser held before, which does not count where sessions are limited")
    void fixation() {
        String first = signIn();
        assertThat(post("/in", OWN).status()).as("another browser").isEqualTo(429);
        assertThat(me(first)).isEqualTo(200);
        String second = tokenIn(post("/in", OWN, cookie(first)), ATTRIBUTES);
        assertThat(second).isNotEqualTo(first);
        assertThat(me(first)).isEqualTo(401);
        String bob = tokenIn(post("/in?user=bob", OWN, cookie(second)), ATTRIBUTES);
        assertThat(me(second)).isEqualTo(401);
        assertThat(me(bob)).isEqualTo(200);
    }

    @Test
    @DisplayName("adopts no token that was put into the browser")
    void adoptsNothing() {
        String planted = FakeSessionService.unknownToken();
        assertThat(tokenIn(post("/in", OWN, cookie(planted)), ATTRIBUTES)).isNotEqualTo(planted);
        assertThat(me(planted)).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Origin: null", "Sec-Fetch-Site: same-site", "X: y"})
    @DisplayName("is refused where a page of another site asks for it, and nothing is done")
    void loginFromElsewhere(String line) {
        Answer answer = post("/in", line);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.code()).isEqualTo("cross_site_request");
        assertThat(answer.header("Set-Cookie")).isNull();
        assertThat(calls).isEmpty();
    }

    @Test
    @DisplayName("may come back from an identity provider by a link")
    void byLink() {
        Answer answer = RawHttp.get(server.port(), "/in", "Sec-Fetch-Site: cross-site");
        assertThat(me(tokenIn(answer, ATTRIBUTES))).isEqualTo(200);
    }

    @Test
    @DisplayName("fails with nothing set when the old session cannot be ended or the new one not be made")
    void outage() {
        String token = signIn();
        for (String call : List.of("destroySessionByToken", "createSession")) {
            failing = call;
            Answer answer = post("/in", OWN, cookie(token));
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Set-Cookie")).isNull();
        }
    }

    @Test
    @DisplayName("notes the client's address and program, and believes trusted proxies alone about it")
    void client() {
        String forwarded = "X-Forwarded-For: 198.51.100.9, 203.0.113.7, 10.0.0.1";
        String id =
                post("/in?user=a", OWN, forwarded, "User-Agent: Lynx").body().split(" ")[0];
        assertThat(get(service.getSession(id)).client().ip()).isEqualTo("127.0.0.1");
        assertThat(get(service.getSession(id)).client().userAgent()).isEqualTo("Lynx");
        String proxied = post("/in/proxied?user=b", OWN, forwarded).body().split(" ")[0];
        assertThat(get(service.getSession(proxied)).client().ip()).isEqualTo("203.0.113.7");
        String odd = post("/in/proxied?user=c", OWN, "X-Forwarded-For: evil\"<>")
                .body()
                .split(" ")[0];
        assertThat(get(service.getSession(odd)).client().ip()).isEqualTo("127.0.0.1");
    }

    @Test
    @DisplayName("in development sets a cookie of another name, without Secure")
    void development() {
        assertThat(post("/in/dev", OWN).header("Set-Cookie"))
                .startsWith("session-dev=aus1_")
                .endsWith("; Path=/; HttpOnly; SameSite=Lax");
    }

    @Test
    @DisplayName("once more and rotating hand out the new token the way the old one came")
    void renews() {
        String token = signIn();
        Answer rotated = post("/rotate", OWN, cookie(token));
        String second = tokenIn(rotated, ATTRIBUTES);
        assertThat(second).isNotEqualTo(token);
        String third = tokenIn(post("/prove", OWN, cookie(second)), ATTRIBUTES);
        assertThat(me(second)).isEqualTo(401);
        assertThat(me(third)).isEqualTo(200);
        Answer byBearer = post("/rotate", "Authorization: Bearer " + third);
        assertThat(byBearer.header("Set-Cookie")).isNull();
        assertThat(byBearer.body()).contains(" aus1_");
        clock.advance(Duration.ofDays(2));
        assertThat(post("/prove", OWN, cookie(third)).code()).isEqualTo("insufficient_user_authentication");
    }
}
