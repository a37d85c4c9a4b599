package io.authsessions.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.FailureCode;
import io.authsessions.service.Failures;
import io.authsessions.web.RawHttp.Answer;
import io.vertx.core.Future;
import io.vertx.ext.web.handler.ChainAuthHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TOKEN stands for a good token. */
@DisplayName("The session cookie, to the handler alone,")
class CookieCorpusTest extends CookieCorpusContract {
    private static final String CLEARED = "__Host-session=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0";

    private final FakeSessionService service = new FakeSessionService();
    private final String token = service.tokenOf("ada");
    private WebServer server;

    @BeforeEach
    void start() {
        SessionAuthenticationHandler handler = AuthSessionHandler.create(service);
        server = new WebServer(router -> {
            router.route("/me").handler(handler).handler(WebServer::sayWho);
            router.route("/open").handler(handler.optional()).handler(WebServer::sayWho);
            router.route("/bearer").handler(handler.bearerOnly()).handler(WebServer::sayWho);
            router.route("/chain")
                    .failureHandler(ctx -> Problems.fail(ctx, ctx.failure()))
                    .handler(ChainAuthHandler.any().add(handler))
                    .handler(WebServer::sayWho);
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    protected CorpusTarget target() {
        return new FakeTarget(service, token, server);
    }

    private Answer send(String path, String... headerLines) {
        String[] lines = headerLines.clone();
        for (int i = 0; i < lines.length; i++) {
            lines[i] = lines[i].replace("TOKEN", token);
        }
        return RawHttp.get(server.port(), path, lines);
    }

    private void assertRefused(Answer answer, int status, String code, int calls) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.headers("Vary").get(0)).isEqualTo("Authorization, Cookie");
        assertThat(answer.headerLines() + answer.body()).doesNotContain(token.substring(28));
        assertThat(service.calls()).hasSize(calls);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "__Host-session=TOKEN",
                "a=b; __Host-session=TOKEN; c=\"d\"",
                "a=b;__Host-session=TOKEN",
                "x;;=; __Host-session=TOKEN \t",
                "a=\"; __Host-session=TOKEN"
            })
    @DisplayName("is taken wherever it stands among others")
    void good(String cookie) {
        for (String path : new String[] {"/me", "/open", "/chain"}) {
            Answer answer = send(path, "Cookie: " + cookie);
            assertThat(answer.body()).startsWith("ada ");
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
            assertThat(answer.header("Set-Cookie")).isNull();
        }
        assertRefused(send("/bearer", "Cookie: " + cookie), 401, "no_credentials", 3);
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
    @DisplayName("comes once; two of them are refused and cleared, also where no session is needed")
    void repeatedAnywhere(String cookies) {
        String[] lines = ("Cookie: " + cookies.replace("|", "\nCookie: ")).split("\n", -1);
        for (String path : new String[] {"/me", "/open", "/chain"}) {
            Answer answer = send(path, lines);
            assertRefused(answer, 400, "invalid_request", 0);
            assertThat(answer.headers("Set-Cookie")).containsExactly(CLEARED);
        }
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
    void notATokenWhereNoneIsNeeded(String value) {
        Answer answer = send("/me", "Cookie: __Host-session=" + value);
        assertRefused(answer, 401, "invalid_token", 0);
        assertThat(answer.header("Set-Cookie")).isNull();
        assertThat(send("/open", "Cookie: __Host-session=" + value).body()).isEqualTo("anonymous");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer x", "Basic dXNlcjpwdw==", "", "Bearer a b"})
    @DisplayName("is not looked at beside an Authorization header, not even after a failure")
    void authorizationGoesFirst(String authorization) {
        Answer answer = send("/me", "Authorization: " + authorization, "Cookie: __Host-session=TOKEN");
        assertThat(answer.status()).isIn(400, 401);
        assertThat(service.calls()).isEmpty();
    }

    @Test
    @DisplayName("that is dead is anonymous where no session is needed, a bearer token is not, and neither is cleared")
    void dead() {
        String unknown = FakeSessionService.unknownToken();
        String ended = service.endedToken("revoked");
        for (String value : new String[] {unknown, ended}) {
            Answer anonymous = send("/open", "Cookie: __Host-session=" + value);
            assertThat(anonymous.body()).isEqualTo("anonymous");
            assertThat(anonymous.header("Set-Cookie")).isNull();
            Answer refused = send("/me", "Cookie: __Host-session=" + value);
            assertThat(refused.code()).isEqualTo("invalid_token");
            assertThat(refused.header("Set-Cookie")).isNull();
            assertThat(send("/open", "Authorization: Bearer " + value).status()).isEqualTo(401);
        }
        assertThat(send("/me", "Cookie: __Host-session=" + ended).header("WWW-Authenticate"))
                .endsWith("error_description=\"revoked\"");
    }

    @Test
    @DisplayName("is kept in an outage, which is 503 and never anonymous")
    void outage() {
        service.answerBy(r -> Future.failedFuture(Failures.of(FailureCode.UNAVAILABLE, "store_timeout", "slow")));
        for (String path : new String[] {"/me", "/open", "/chain"}) {
            Answer answer = send(path, "Cookie: __Host-session=TOKEN");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.code()).isEqualTo("store_timeout");
            assertThat(answer.header("Retry-After")).isEqualTo("1");
            assertThat(answer.header("Set-Cookie")).isNull();
        }
    }

    @Test
    @Tag("corpus-20")
    @DisplayName("that another site sends along is refused before anybody is asked, also where no session is needed")
    void crossSiteAnywhere() {
        for (String path : new String[] {"/me", "/open", "/chain"}) {
            for (String line : new String[] {"Sec-Fetch-Site: cross-site", "Origin: null", "X: y"}) {
                Answer answer = RawHttp.request(
                        server.port(), "POST", path, "Cookie: __Host-session=" + token, line, "Content-Length: 0");
                assertRefused(answer, 403, "cross_site_request", 0);
                assertThat(answer.header("Set-Cookie")).isNull();
                assertThat(answer.header("WWW-Authenticate")).isNull();
            }
        }
    }
}
