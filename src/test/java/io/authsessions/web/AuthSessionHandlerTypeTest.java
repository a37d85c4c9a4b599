package io.authsessions.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.authsessions.web.RawHttp.Answer;
import io.vertx.core.Handler;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.AuthenticationHandler;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.ChainAuthHandler;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The type of the session handler")
class AuthSessionHandlerTypeTest {
    private final FakeSessionService service = new FakeSessionService();
    private final String token = service.tokenOf("ada");
    private WebServer server;

    @BeforeEach
    void start() {
        // Neither variable names a type of vertx-web.
        var sessions = AuthSessionHandler.create(service).optional();
        AuthSessionHandler declared = AuthSessionHandler.create(service).realm("app");
        server = new WebServer(router -> {
            router.get("/chain").handler(ChainAuthHandler.any().add(sessions)).handler(WebServer::sayWho);
            router.get("/route").handler(declared).handler(WebServer::sayWho);
            router.post("/body")
                    .handler(BodyHandler.create())
                    .handler(declared)
                    .handler(ctx -> ctx.end(ctx.body().asString()));
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    @DisplayName("is one that chains and routes take, and that vertx-web names nowhere in the one that callers name")
    void taken() {
        String credentials = "Authorization: Bearer " + token;
        assertThat(RawHttp.get(server.port(), "/chain", credentials).body()).startsWith("ada ");
        assertThat(RawHttp.get(server.port(), "/route", credentials).body()).startsWith("ada ");
        assertThat(RawHttp.get(server.port(), "/route").header("WWW-Authenticate"))
                .isEqualTo("Bearer realm=\"app\"");
        assertThat(AuthSessionHandler.class.getInterfaces()).containsExactly(Handler.class);
        Answer echoed = RawHttp.exchange(
                server.port(),
                "POST /body HTTP/1.1\r\nHost: localhost\r\n" + credentials
                        + "\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi");
        assertThat(echoed.body()).isEqualTo("hi");
    }

    @Test
    @DisplayName("stays the one that chains take through every setting")
    void settings() {
        SessionAuthenticationHandler handler = AuthSessionHandler.create(service);
        Stream.of(
                        handler.required(),
                        handler.optional(),
                        handler.strict(),
                        handler.fresh(),
                        handler.fresh(Duration.ofHours(1)),
                        handler.withoutTouch(),
                        handler.realm("app"),
                        handler.cookie(SessionCookie.create()),
                        handler.bearerOnly(),
                        handler.origins(List.of("https://app.example.com")),
                        handler.guard(CrossSiteGuard.create()),
                        handler.trustedProxies(TrustedProxies.NONE),
                        handler.remember())
                .forEach(changed -> assertThat(changed)
                        .isInstanceOf(AuthenticationHandler.class)
                        .isNotSameAs(handler));
    }

    @Test
    @DisplayName("lets a router see that it authenticates: after the body, before the application's own handlers")
    void order() {
        Router router = Router.router(server.vertx);
        AuthSessionHandler declared = AuthSessionHandler.create(service);
        Route late = router.get("/late").handler(ctx -> ctx.next());
        assertThatThrownBy(() -> late.handler(declared))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("AUTHENTICATION");
        Route early = router.get("/early").handler(declared);
        BodyHandler body = BodyHandler.create();
        assertThatThrownBy(() -> early.handler(body))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("BODY");
    }
}
