package io.authsessions.web;

import static io.authsessions.Futures.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessionVerticle;
import io.authsessions.AuthSessions;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.model.EndReason;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.service.AuthSessionService;
import io.authsessions.store.TestClock;
import io.authsessions.web.RawHttp.Answer;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The real service over the local store, behind the handler. */
@DisplayName("A session over HTTP")
class SessionsOverHttpTest {
    enum Way {
        IN_PROCESS,
        OVER_THE_EVENT_BUS
    }

    private final Vertx vertx = Vertx.vertx();
    private final TestClock clock = new TestClock();
    private String deployment = "";
    private WebServer server;

    @AfterEach
    void stop() {
        get(vertx.close());
    }

    private AuthSessionService serve(Way way) {
        AuthSessionService service;
        if (way == Way.IN_PROCESS) {
            service = get(AuthSessions.start(vertx, AuthSessionsOptions.defaults(), clock))
                    .service();
        } else {
            deployment = get(vertx.deployVerticle(new AuthSessionVerticle(AuthSessionsOptions.defaults(), clock)));
            service = AuthSessionService.createProxy(vertx);
        }
        AuthSessionHandler handler = AuthSessionHandler.create(service, clock);
        server = new WebServer(vertx, router -> {
            router.get("/me").handler(handler).handler(WebServer::sayWho);
            router.get("/secure").handler(handler.strict().fresh()).handler(WebServer::sayWho);
            router.get("/open").handler(handler.optional()).handler(WebServer::sayWho);
        });
        return service;
    }

    private Answer ask(String path, String token) {
        return RawHttp.get(server.port(), path, "Authorization: Bearer " + token);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("ASVS-7.4.1")
    @DisplayName("is good until it is signed out, and then says so to its holder")
    void signOut(Way way) {
        AuthSessionService service = serve(way);
        IssuedSession issued = get(service.createSession(NewSession.of("ada")));
        assertThat(ask("/me", issued.token()).body())
                .isEqualTo("ada " + issued.session().id());
        get(service.destroySession(issued.session().id(), EndReason.SIGNED_OUT));
        Answer ended = ask("/me", issued.token());
        assertThat(ended.status()).isEqualTo(401);
        assertThat(ended.header("WWW-Authenticate")).endsWith("error_description=\"signed_out\"");
        assertThat(ask("/open", issued.token()).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("ASVS-7.2.1")
    @DisplayName("is not told apart from none by somebody with another secret")
    void probing(Way way) {
        AuthSessionService service = serve(way);
        IssuedSession issued = get(service.createSession(NewSession.of("ada")));
        String id = issued.session().id();
        String guess = io.authsessions.model.SessionToken.issue(id, new java.security.SecureRandom())
                .reveal();
        Answer unknown = ask("/me", FakeSessionService.unknownToken());
        assertThat(unknown.status()).isEqualTo(401);
        assertThat(ask("/me", guess)).isEqualTo(unknown);
        get(service.destroySession(id, EndReason.REVOKED));
        assertThat(ask("/me", guess)).isEqualTo(unknown);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("ASVS-7.3.1")
    @DisplayName("ends when it is not used")
    void expires(Way way) {
        AuthSessionService service = serve(way);
        String token = get(service.createSession(NewSession.of("ada"))).token();
        clock.advance(Duration.ofDays(7));
        assertThat(ask("/me", token).status()).isEqualTo(200);
        clock.advance(Duration.ofDays(8));
        Answer expired = ask("/me", token);
        assertThat(expired.status()).isEqualTo(401);
        assertThat(expired.header("WWW-Authenticate")).endsWith("error_description=\"expired\"");
    }

    @ParameterizedTest
    @EnumSource
    @Tag("ASVS-7.2.4")
    @Tag("ASVS-7.5.3")
    @DisplayName("that is no longer fresh becomes so by a new proof, with a new token")
    void reauthenticates(Way way) {
        AuthSessionService service = serve(way);
        String token = get(service.createSession(NewSession.of("ada"))).token();
        assertThat(ask("/secure", token).status()).isEqualTo(200);
        clock.advance(Duration.ofDays(1));
        assertThat(ask("/secure", token).code()).isEqualTo("insufficient_user_authentication");
        String renewed = get(service.reauthenticateSession(token)).token();
        assertThat(ask("/secure", renewed).status()).isEqualTo(200);
        assertThat(ask("/me", token).status()).isEqualTo(401);
    }

    @Test
    @Tag("fault-23")
    @DisplayName("is neither signed out nor let in while the service is gone, and is there again after it")
    void serviceGone() {
        AuthSessionService service = serve(Way.OVER_THE_EVENT_BUS);
        String token = get(service.createSession(NewSession.of("ada"))).token();
        get(vertx.undeploy(deployment));
        for (String path : new String[] {"/me", "/open", "/secure"}) {
            Answer answer = ask(path, token);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Retry-After")).isEqualTo("1");
            assertThat(answer.code()).isEqualTo("store_unavailable");
        }
        get(vertx.deployVerticle(new AuthSessionVerticle(AuthSessionsOptions.defaults(), clock)));
        assertThat(ask("/me", token).status()).isEqualTo(200);
    }
}
