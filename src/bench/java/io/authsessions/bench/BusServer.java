package io.authsessions.bench;

import io.authsessions.AuthSessionVerticle;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.Resolution;
import io.authsessions.service.AuthSessionService;
import io.authsessions.web.AuthSessionHandler;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;

/**
 * The server of {@link BusBench}, a process of its own: one route that does nothing, one that makes a bare event-bus
 * request and reads the reply, one behind the handler over the proxy. Prints {@code port token}; ends when its standard input does.
 */
public final class BusServer {
    static final String BARE = "bare";

    private BusServer() {}

    public static void main(String[] args) throws java.io.IOException {
        Vertx vertx = Vertx.vertx();
        vertx.deployVerticle(new AuthSessionVerticle(AuthSessionsOptions.defaults()))
                .await();
        IssuedSession issued = issue(AuthSessionService.createProxy(vertx));
        vertx.deployVerticle(new Bare(Resolution.live(issued.session()).toJson()))
                .await();
        Http http = new Http(issued.token());
        vertx.deployVerticle(http).await();
        System.out.println(http.port + " " + issued.token());
        while (System.in.read() >= 0) {
            // The parent holds the other end until it is done.
        }
        vertx.close().await();
    }

    static IssuedSession issue(AuthSessionService service) {
        return issueBy(service).await();
    }

    /** The session that is measured, begun by that service. */
    static Future<IssuedSession> issueBy(AuthSessionService service) {
        return service.createSession(NewSession.of("user-0000001")
                .withLabel("Chrome on Windows")
                .withMeta(new JsonObject().put("role", "member").put("ok", true)));
    }

    /** Answers each request with a JSON that lies ready. */
    static final class Bare extends VerticleBase {
        private final JsonObject ready;

        Bare(JsonObject ready) {
            this.ready = ready;
        }

        @Override
        public Future<?> start() {
            return vertx.eventBus()
                    .<JsonObject>localConsumer(BARE, message -> message.reply(ready))
                    .completion();
        }
    }

    private static final class Http extends VerticleBase {
        private final String token;
        private volatile int port;

        Http(String token) {
            this.token = token;
        }

        @Override
        public Future<?> start() {
            Router router = Router.router(vertx);
            JsonObject body = new JsonObject().put("token", token);
            router.get("/nothing").handler(ctx -> ctx.response().end("ok"));
            router.get("/bare").handler(ctx -> {
                ctx.request().getHeader(HttpHeaders.AUTHORIZATION);
                DeliveryOptions options =
                        new DeliveryOptions().setLocalOnly(true).addHeader("action", "resolveSession");
                vertx.eventBus()
                        .<JsonObject>request(BARE, body, options)
                        .map(Message::body)
                        .onSuccess(session -> ctx.response().end("ok"))
                        .onFailure(ctx::fail);
            });
            router.get("/session").handler(AuthSessionHandler.create(AuthSessionService.createProxy(vertx)));
            router.get("/session").handler(ctx -> ctx.response().end("ok"));
            return vertx.createHttpServer()
                    .requestHandler(router)
                    .listen(0, "127.0.0.1")
                    .onSuccess(server -> port = server.actualPort());
        }
    }
}
