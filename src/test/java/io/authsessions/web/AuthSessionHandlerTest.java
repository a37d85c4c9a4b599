package io.authsessions.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.authsessions.model.FailureCode;
import io.authsessions.model.ResolveOptions;
import io.authsessions.service.Failures;
import io.authsessions.web.RawHttp.Answer;
import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.SimpleAuthenticationHandler;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The session handler")
class AuthSessionHandlerTest {
    private final FakeSessionService service = new FakeSessionService();
    private final String token = service.tokenOf("ada");
    private final AtomicReference<Instant> now = new AtomicReference<>(FakeSessionService.SIGNED_IN);
    private final AuthSessionHandler handler = AuthSessionHandler.create(service, now::get);
    private WebServer server;

    @AfterEach
    void stop() {
        server.close();
    }

    private Answer ask(AuthSessionHandler configured, String... headerLines) {
        if (server != null) {
            server.close();
        }
        server = WebServer.whoAmI(configured);
        return RawHttp.get(server.port(), "/me", headerLines);
    }

    private String bearer() {
        return "Authorization: Bearer " + token;
    }

    @Test
    @DisplayName("puts the user, the session and the service on the routing context")
    void context() {
        server = new WebServer(router -> router.get("/me").handler(handler).handler(ctx -> {
            AuthSessionContext found = AuthSessionContext.of(ctx);
            assertThat(found.service()).isSameAs(service);
            assertThat(found.token().reveal()).isEqualTo(token);
            assertThat(found.toString())
                    .isEqualTo("AuthSessionContext[" + found.session().id() + "]");
            assertThat(ctx.user().subject()).isEqualTo("ada");
            ctx.json(ctx.user().principal());
        }));
        Answer answer = RawHttp.get(server.port(), "/me", bearer());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().getMap()).containsOnlyKeys("sub", "sid").containsEntry("sub", "ada");
        assertThat(token).contains(answer.json().getString("sid"));
    }

    @Test
    @DisplayName("keeps answers that depend on credentials out of caches, unless the route says otherwise")
    void caching() {
        Answer usual = ask(handler.optional());
        assertThat(usual.header("Cache-Control")).isEqualTo("no-store");
        assertThat(usual.header("Vary")).isEqualTo("Authorization, Cookie");
        server.close();
        server = new WebServer(router -> {
            router.route().handler(ctx -> {
                ctx.response().putHeader("Vary", "Origin");
                ctx.next();
            });
            router.get("/me").handler(handler).handler(handler).handler(ctx -> ctx.response()
                    .putHeader("Cache-Control", "private")
                    .end());
        });
        Answer own = RawHttp.get(server.port(), "/me", bearer());
        assertThat(own.headers("Cache-Control")).containsExactly("private");
        assertThat(own.headers("Vary")).containsExactly("Origin", "Authorization, Cookie");
    }

    @Test
    @DisplayName("fails with a sentence where a route asks for a session and no handler ran")
    void withoutHandler() {
        AtomicReference<Throwable> seen = new AtomicReference<>();
        server = new WebServer(
                router -> router.get("/me").handler(AuthSessionContext::of).failureHandler(ctx -> {
                    seen.set(ctx.failure());
                    Problems.fail(ctx, ctx.failure());
                }));
        Answer answer = RawHttp.get(server.port(), "/me");
        assertThat(seen.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("AuthSessionHandler");
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body()).doesNotContain("AuthSessionHandler");
    }

    @Test
    @DisplayName("when optional, lets a request without credentials pass as anonymous")
    void optionalAnonymous() {
        assertThat(ask(handler.optional()).body()).isEqualTo("anonymous");
        assertThat(ask(handler.optional(), "Authorization: Basic dXNlcjpwdw==").body())
                .isEqualTo("anonymous");
        assertThat(service.calls()).isEmpty();
        assertThat(ask(handler.optional(), bearer()).body()).startsWith("ada ");
    }

    @Test
    @DisplayName("when optional, refuses bad bearer tokens all the same")
    void optionalBadToken() {
        Answer unknown = ask(handler.optional(), "Authorization: Bearer " + FakeSessionService.unknownToken());
        assertThat(unknown.status()).isEqualTo(401);
        assertThat(unknown.code()).isEqualTo("invalid_token");
        assertThat(ask(handler.optional(), "Authorization: Bearer x").status()).isEqualTo(401);
        assertThat(ask(handler.optional(), "Authorization: Bearer x y").status())
                .isEqualTo(400);
        assertThat(ask(handler.optional().required()).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"store_unavailable", "store_timeout", "overloaded", "newer_format", "shutting_down"})
    @DisplayName("answers an outage with 503, never 401 and never as anonymous")
    void outage(String detail) {
        service.answerBy(r -> Future.failedFuture(Failures.of(FailureCode.UNAVAILABLE, detail, "driver says no")));
        for (AuthSessionHandler each : new AuthSessionHandler[] {handler, handler.optional(), handler.strict()}) {
            Answer answer = ask(each, bearer());
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Retry-After")).isEqualTo("1");
            assertThat(answer.header("WWW-Authenticate")).isNull();
            assertThat(answer.code()).isEqualTo(detail);
            assertThat(answer.body()).doesNotContain("driver");
        }
    }

    @Test
    @DisplayName("answers an outage of a detail that it does not know with the general one")
    void unknownOutage() {
        service.answerBy(r -> Future.failedFuture(Failures.of(FailureCode.UNAVAILABLE, "x\"}<script>", "no")));
        assertThat(ask(handler, bearer()).code()).isEqualTo("store_unavailable");
        service.answerBy(r -> Future.failedFuture(Failures.of(FailureCode.UNAVAILABLE, "invalid_token", "no")));
        assertThat(ask(handler, bearer()).code()).isEqualTo("store_unavailable");
        service.answerBy(r -> Future.failedFuture(Failures.of(FailureCode.LIMIT, "too_many_requests", "no")));
        Answer answer = ask(handler, bearer());
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.code()).isEqualTo("too_many_requests");
    }

    @Test
    @Tag("fault-31")
    @DisplayName("answers every other fault of the service with 500 that tells nothing, and never hangs")
    void faults() {
        IllegalStateException secret = new IllegalStateException("secret");
        service.answerBy(r -> Future.failedFuture(secret));
        assertFault();
        service.answerBy(r -> {
            throw secret;
        });
        assertFault();
        service.answerBy(r -> null);
        assertFault();
        service.answerBy(r -> Future.succeededFuture(null));
        assertFault();
        service.answerBy(r -> Future.failedFuture(Failures.of(FailureCode.INVALID, "secret")));
        assertFault();
        service.answerBy(r -> Future.failedFuture(Failures.of(FailureCode.NOT_FOUND, "secret")));
        assertFault();
        service.answerBy(r -> Future.failedFuture(Failures.of(FailureCode.INTERNAL, "secret")));
        assertFault();
    }

    private void assertFault() {
        Answer answer = ask(handler.optional(), bearer());
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.code()).isEqualTo("internal");
        assertThat(answer.json().getString("instance")).matches("urn:authsessions:incident:[0-9a-f]{1,16}");
        assertThat(answer.body()).doesNotContain("secret", "Exception");
        assertThat(answer.header("WWW-Authenticate")).isNull();
    }

    @Test
    @DisplayName("answers a thrown outage as an outage")
    void thrownOutage() {
        service.answerBy(r -> {
            throw Failures.of(FailureCode.UNAVAILABLE, "shutting_down", "ending");
        });
        assertThat(ask(handler, bearer()).code()).isEqualTo("shutting_down");
    }

    @Test
    @DisplayName("passes strictness and touch on to the service, each setting on a handler of its own")
    void options() {
        AuthSessionHandler strict = handler.strict();
        ask(handler, bearer());
        ask(strict, bearer());
        ask(handler.withoutTouch(), bearer());
        ask(strict.withoutTouch().optional(), bearer());
        assertThat(service.calls())
                .containsExactly(
                        ResolveOptions.DEFAULT,
                        new ResolveOptions(true, true),
                        new ResolveOptions(false, false),
                        new ResolveOptions(true, false));
    }

    @Test
    @Tag("ASVS-7.5.1")
    @Tag("ASVS-7.5.3")
    @DisplayName("when it demands a fresh session, refuses one from the very moment on")
    void fresh() {
        now.set(FakeSessionService.SIGNED_IN.plusSeconds(300).minusMillis(1));
        assertThat(ask(handler.fresh(Duration.ofMinutes(5)), bearer()).status()).isEqualTo(200);
        now.set(FakeSessionService.SIGNED_IN.plusSeconds(300));
        Answer stale = ask(handler.fresh(Duration.ofMinutes(5)), bearer());
        assertThat(stale.status()).isEqualTo(401);
        assertThat(stale.code()).isEqualTo("insufficient_user_authentication");
        assertThat(stale.headers("WWW-Authenticate"))
                .containsExactly("Bearer realm=\"authsessions\", error=\"insufficient_user_authentication\","
                        + " max_age=\"300\"");
        assertThat(ask(handler, bearer()).status()).isEqualTo(200);
        assertThat(ask(handler.fresh(Duration.ofMinutes(5)).optional(), bearer())
                        .status())
                .isEqualTo(401);
    }

    @Test
    @DisplayName("takes a day for fresh unless told otherwise")
    void freshByDefault() {
        now.set(FakeSessionService.SIGNED_IN.plus(Duration.ofDays(1)).minusMillis(1));
        assertThat(ask(handler.fresh(), bearer()).status()).isEqualTo(200);
        now.set(FakeSessionService.SIGNED_IN.plus(Duration.ofDays(1)));
        assertThat(ask(handler.fresh(), bearer()).header("WWW-Authenticate")).endsWith("max_age=\"86400\"");
        assertThatThrownBy(() -> handler.fresh(Duration.ofMillis(999))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> handler.fresh(Duration.ofSeconds(-5))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> handler.fresh(Duration.ofDays(366))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> handler.fresh(Duration.ofSeconds(Long.MAX_VALUE)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("names its realm in every challenge")
    void realm() {
        AuthSessionHandler named = handler.realm("my shop");
        assertThat(ask(named).header("WWW-Authenticate")).isEqualTo("Bearer realm=\"my shop\"");
        assertThat(ask(named, "Authorization: Bearer x").header("WWW-Authenticate"))
                .isEqualTo("Bearer realm=\"my shop\", error=\"invalid_token\"");
        for (String bad : new String[] {"", " ", "a\"b", "a\\b", "a\r\nb", "é", "a".repeat(129)}) {
            assertThatThrownBy(() -> handler.realm(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    @DisplayName("asks the service although an earlier handler has set a user")
    void earlierUser() {
        SimpleAuthenticationHandler other = SimpleAuthenticationHandler.create()
                .authenticate(ctx -> Future.succeededFuture(User.fromName("mallory")));
        server = new WebServer(router -> router.get("/me")
                .handler(other)
                .handler(handler)
                .handler(ctx -> ctx.end(ctx.user().subject())));
        assertThat(RawHttp.get(server.port(), "/me").status()).isEqualTo(401);
        assertThat(RawHttp.get(server.port(), "/me", bearer()).body()).isEqualTo("ada");
    }

    @Test
    @DisplayName("takes the session away again when a rerouted request no longer has one")
    void rerouted() {
        server = new WebServer(router -> {
            router.get("/start").handler(handler).handler(ctx -> {
                ctx.request().headers().remove("Authorization");
                ctx.reroute("/me");
            });
            router.get("/me").handler(handler.optional()).handler((RoutingContext ctx) -> {
                assertThat(ctx.user()).isNull();
                WebServer.sayWho(ctx);
            });
        });
        assertThat(RawHttp.get(server.port(), "/start", bearer()).body()).isEqualTo("anonymous");
    }

    @Test
    @DisplayName("does not take a preflight for credentials")
    void preflight() {
        server = WebServer.whoAmI(handler);
        Answer answer = RawHttp.request(
                server.port(),
                "OPTIONS",
                "/me",
                "Origin: http://a.example",
                "Access-Control-Request-Method: GET",
                "Access-Control-Request-Headers: Authorization");
        assertThat(answer.status()).isEqualTo(401);
    }
}
