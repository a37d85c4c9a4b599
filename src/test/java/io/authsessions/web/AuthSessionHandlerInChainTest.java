package io.authsessions.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.FailureCode;
import io.authsessions.service.Failures;
import io.authsessions.web.RawHttp.Answer;
import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.handler.BasicAuthHandler;
import io.vertx.ext.web.handler.ChainAuthHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("In a chain with Basic authentication, the session handler")
class AuthSessionHandlerInChainTest {
    private static final String BASIC = "Authorization: Basic cm9vdDpwdw==";

    private final FakeSessionService service = new FakeSessionService();
    private final String token = service.tokenOf("ada");
    private WebServer server;

    @BeforeEach
    void start() {
        SessionAuthenticationHandler sessions = AuthSessionHandler.create(service);
        BasicAuthHandler basic =
                BasicAuthHandler.create(credentials -> Future.succeededFuture(User.fromName("root")), "basic");
        ChainAuthHandler any = ChainAuthHandler.any().add(sessions).add(basic);
        ChainAuthHandler all = ChainAuthHandler.all().add(basic).add(sessions);
        server = new WebServer(router -> {
            router.route().failureHandler(ctx -> Problems.fail(ctx, ctx.failure()));
            router.get("/any")
                    .handler(any)
                    .handler(ctx -> ctx.end(ctx.user().subject() + " " + (AuthSessionContext.find(ctx) != null)));
            router.get("/all").handler(all).handler(WebServer::sayWho);
            router.get("/bare").handler(ChainAuthHandler.any().add(sessions)).handler(WebServer::sayWho);
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Answer ask(String path, String... headerLines) {
        return RawHttp.get(server.port(), path, headerLines);
    }

    @Test
    @DisplayName("lets its own tokens pass and leaves the rest to the next")
    void any() {
        assertThat(ask("/any", "Authorization: Bearer " + token).body()).isEqualTo("ada true");
        Answer basic = ask("/any", BASIC);
        assertThat(basic.body()).isEqualTo("root false");
        assertThat(basic.header("WWW-Authenticate")).isNull();
    }

    @Test
    @DisplayName("adds its challenge to the chain's, with the error of this request")
    void challenges() {
        Answer none = ask("/any");
        assertThat(none.status()).isEqualTo(401);
        assertThat(none.headers("WWW-Authenticate"))
                .contains("Bearer realm=\"authsessions\"")
                .hasSize(2);
        Answer unknown = ask("/any", "Authorization: Bearer " + FakeSessionService.unknownToken());
        assertThat(unknown.status()).isEqualTo(401);
        assertThat(unknown.headers("WWW-Authenticate"))
                .contains("Bearer realm=\"authsessions\", error=\"invalid_token\"");
        Answer bare = ask("/bare", "Authorization: Bearer " + service.endedToken("revoked"));
        assertThat(bare.headers("WWW-Authenticate"))
                .containsExactly(
                        "Bearer realm=\"authsessions\", error=\"invalid_token\", error_description=\"revoked\"");
        assertThat(bare.code()).isEqualTo("invalid_token");
    }

    @Test
    @DisplayName("ends the chain with 503 when sessions cannot be read")
    void outage() {
        service.answerBy(r -> Future.failedFuture(Failures.of(FailureCode.UNAVAILABLE, "store_timeout", "slow")));
        for (String path : new String[] {"/any", "/bare"}) {
            Answer answer = ask(path, "Authorization: Bearer " + token);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Retry-After")).isEqualTo("1");
            assertThat(answer.code()).isEqualTo("store_timeout");
        }
    }

    @Test
    @DisplayName("ends the chain with 500 when the service is at fault")
    void fault() {
        service.answerBy(r -> null);
        Answer answer = ask("/any", "Authorization: Bearer " + token);
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.code()).isEqualTo("internal");
    }

    @Test
    @DisplayName("refuses where all are demanded and only the other agrees")
    void all() {
        Answer answer = ask("/all", BASIC);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.code()).isEqualTo("no_credentials");
    }
}
