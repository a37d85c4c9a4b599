package io.authsessions.bench;

import io.authsessions.model.AuthSession;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.Resolution;
import io.authsessions.service.AuthSessionService;
import io.authsessions.service.AuthSessionServiceVertxEBProxy;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.function.Supplier;

/** What a resolve over the event bus is measured against: answers each request with a JSON that lies ready. */
final class BusPeer extends VerticleBase {
    private static final String ADDRESS = "bare";

    private final JsonObject ready;

    BusPeer(AuthSession session) {
        this.ready = Resolution.live(session).toJson();
    }

    /** The session that is measured, begun by that service. */
    static Future<IssuedSession> issueBy(AuthSessionService service) {
        return service.createSession(NewSession.of("user-0000001")
                .withLabel("Chrome on Windows")
                .withMeta(new JsonObject().put("role", "member").put("ok", true)));
    }

    /** Sends what a resolve of that token sends, and reads the reply. */
    static Supplier<Future<JsonObject>> request(Vertx vertx, String token) {
        JsonObject body = new JsonObject().put("token", token);
        DeliveryOptions options = new DeliveryOptions().setLocalOnly(true).addHeader("action", "resolveSession");
        return () ->
                vertx.eventBus().<JsonObject>request(ADDRESS, body, options).map(Message::body);
    }

    /** The service as raw callers have it, for the generated proxy does no more than they: each call is a message. */
    static AuthSessionService byMessages(Vertx vertx) {
        return new AuthSessionServiceVertxEBProxy(
                vertx, AuthSessionService.ADDRESS, new DeliveryOptions().setLocalOnly(true));
    }

    @Override
    public Future<?> start() {
        return vertx.eventBus()
                .<JsonObject>localConsumer(ADDRESS, message -> message.reply(ready))
                .completion();
    }
}
