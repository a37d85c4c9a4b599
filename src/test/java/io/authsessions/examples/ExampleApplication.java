package io.authsessions.examples;

import io.authsessions.AuthSessionVerticle;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.model.NewSession;
import io.authsessions.model.SessionPolicy;
import io.authsessions.service.AuthSessionService;
import io.authsessions.web.AuthSessionContext;
import io.authsessions.web.AuthSessionHandler;
import io.authsessions.web.Problems;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.List;

/** The application that README shows: one verticle keeps the sessions, another serves HTTP. */
public final class ExampleApplication {
    private ExampleApplication() {}

    /** Deploys both; the result is the port that is listened on. */
    public static Future<Integer> start(Vertx vertx) {
        WebVerticle web = new WebVerticle();
        return deploySessions(vertx)
                .compose(sessions -> vertx.deployVerticle(web))
                .map(deployed -> web.port());
    }

    static Future<String> deploySessions(Vertx vertx) {
        // tag::deploy
        SessionPolicy policy = SessionPolicy.builder()
                .idleTimeout(Duration.ofDays(7))
                .maxSessionsPerUser(10)
                .build();
        return vertx.deployVerticle(
                new AuthSessionVerticle(AuthSessionsOptions.defaults().withPolicy(policy)));
        // end::deploy
    }

    /** Serves HTTP; reaches the sessions over the event bus, on this node or another. */
    static final class WebVerticle extends VerticleBase {
        private int port;

        int port() {
            return port;
        }

        @Override
        public Future<?> start() {
            // tag::routes
            AuthSessionService sessions = AuthSessionService.createProxy(vertx);
            Router router = Router.router(vertx);

            // Whoever gets here has proved who they are: that is the application's part.
            router.post("/sign-in").handler(ctx -> sessions.createSession(NewSession.of("alice")
                            .withLabel("Chrome on macOS")
                            .withMeta(new JsonObject().put("role", "admin")))
                    .onSuccess(issued -> ctx.json(new JsonObject().put("token", issued.token())))
                    .onFailure(ctx::fail));

            router.get("/me").handler(AuthSessionHandler.create(sessions)).handler(ctx -> {
                AuthSessionContext context = AuthSessionContext.of(ctx);
                ctx.json(new JsonObject()
                        .put("userId", context.session().userId())
                        .put("role", context.session().meta(Profile.class).role()));
            });
            // end::routes
            // tag::cookie
            AuthSessionHandler browser =
                    AuthSessionHandler.create(sessions).origins(List.of("https://app.example.com"));
            router.post("/login").handler(ctx -> browser.remember()
                    .signIn(ctx, NewSession.of("alice").withIdleTimeout(Duration.ofDays(30)))
                    .onSuccess(signedIn -> ctx.response().setStatusCode(204).end())
                    .onFailure(failure -> Problems.fail(ctx, failure)));
            router.post("/logout").handler(browser::signOut);
            router.get("/home")
                    .handler(browser.optional())
                    .handler(ctx -> ctx.end(AuthSessionContext.find(ctx) == null ? "please sign in" : "welcome"));
            // end::cookie
            return vertx.createHttpServer()
                    .requestHandler(router)
                    .listen(0, "127.0.0.1")
                    .onSuccess(server -> port = server.actualPort());
        }
    }

    // tag::meta
    /** What the application keeps in a session. */
    public record Profile(String role) {}
    // end::meta
}
