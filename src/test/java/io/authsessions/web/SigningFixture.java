package io.authsessions.web;

import static io.authsessions.Futures.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessions;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.model.FailureCode;
import io.authsessions.model.NewSession;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionToken;
import io.authsessions.service.AuthSessionService;
import io.authsessions.service.Failures;
import io.authsessions.store.TestClock;
import io.authsessions.web.RawHttp.Answer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The real service over the local store, of which each call is noted and can be made to fail. */
abstract class SigningFixture {
    static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Lax";
    static final String CLEARED = "__Host-session=" + ATTRIBUTES + "; Max-Age=0";
    static final String OWN = "Sec-Fetch-Site: same-origin";

    final Vertx vertx = Vertx.vertx();
    final TestClock clock = new TestClock();
    final List<String> calls = new CopyOnWriteArrayList<>();
    volatile String failing = "";
    AuthSessionService service;
    AuthSessionHandler handler;
    WebServer server;

    @BeforeEach
    void start() {
        SessionPolicy policy = SessionPolicy.builder()
                .maxSessionsPerUser(1)
                .onLimit(SessionPolicy.OnLimit.REJECT)
                .build();
        AuthSessionService real = get(AuthSessions.start(
                        vertx, AuthSessionsOptions.defaults().withPolicy(policy), clock))
                .service();
        service = (AuthSessionService) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {AuthSessionService.class}, (proxy, method, arguments) -> {
                    calls.add(method.getName());
                    if (method.getName().equals(failing)) {
                        return Future.failedFuture(Failures.of(FailureCode.UNAVAILABLE, "store_timeout", "slow"));
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        handler = AuthSessionHandler.create(service, clock);
        server = new WebServer(vertx, router -> {
            router.route("/in").handler(ctx -> answer(ctx, handler.signIn(ctx, request(ctx))));
            router.post("/in/token")
                    .handler(ctx -> answer(ctx, handler.bearerOnly().signIn(ctx, request(ctx))));
            router.post("/in/remember")
                    .handler(ctx -> answer(ctx, handler.remember().signIn(ctx, request(ctx))));
            router.post("/in/proxied")
                    .handler(ctx -> answer(
                            ctx,
                            handler.trustedProxies(TrustedProxies.of(List.of("127.0.0.0/8", "10.0.0.1")))
                                    .signIn(ctx, request(ctx))));
            router.post("/in/dev")
                    .handler(ctx -> answer(
                            ctx, handler.cookie(SessionCookie.development()).signIn(ctx, request(ctx))));
            router.route("/out").handler(handler::signOut);
            router.get("/me").handler(handler).handler(WebServer::sayWho);
            router.post("/rotate").handler(handler).handler(ctx -> answer(ctx, handler.rotate(ctx)));
            router.post("/prove").handler(handler.fresh()).handler(ctx -> answer(ctx, handler.reauthenticate(ctx)));
        });
    }

    @AfterEach
    void stop() {
        get(vertx.close());
    }

    private static NewSession request(RoutingContext ctx) {
        return NewSession.of(ctx.request().getParam("user", "ada"));
    }

    private static void answer(RoutingContext ctx, Future<SignedIn> signedIn) {
        signedIn.onComplete(
                done -> ctx.end(done.session().id() + " " + done.token()), failure -> Problems.fail(ctx, failure));
    }

    Answer post(String path, String... lines) {
        String[] all = java.util.Arrays.copyOf(lines, lines.length + 1);
        all[lines.length] = "Content-Length: 0";
        return RawHttp.request(server.port(), "POST", path, all);
    }

    /** The token in the one cookie that an answer sets, which ends like that. */
    static String tokenIn(Answer answer, String end) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers("Set-Cookie")).hasSize(1);
        String cookie = answer.header("Set-Cookie");
        assertThat(cookie).startsWith("__Host-session=aus1_").endsWith(end);
        String token = cookie.substring("__Host-session=".length(), cookie.length() - end.length());
        assertThat(SessionToken.parse(token)).isNotNull();
        assertThat(answer.body()).endsWith(" null").doesNotContain(token.substring(28));
        return token;
    }

    String signIn() {
        return tokenIn(post("/in", OWN), ATTRIBUTES);
    }

    static String cookie(String token) {
        return "Cookie: __Host-session=" + token;
    }

    int me(String token) {
        return RawHttp.get(server.port(), "/me", cookie(token)).status();
    }
}
