package io.authsessions.server;

import io.authsessions.model.AuthSession;
import io.authsessions.model.InvalidRequestException;
import io.authsessions.model.ResolveOptions;
import io.authsessions.service.AuthSessionService;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a token stands for (RFC 7662): {@code {active, sub, sid, iat, exp, auth_time, token_type}} in whole
 * seconds, or {@code {"active":false}} and nothing else.
 */
final class Introspection {
    private final AuthSessionService service;

    Introspection(AuthSessionService service) {
        this.service = service;
    }

    void handle(RoutingContext ctx) {
        RequestReader.noQuery(ctx);
        Answers.ok(ctx, RequestReader.form(ctx).compose(this::resolve).map(Introspection::describe));
    }

    /** Parameters that we do not know are passed over, as RFC 6749 (3.2) and RFC 7662 (2.1) ask for. */
    private Future<@Nullable AuthSession> resolve(Map<String, String> form) {
        String token = form.get("token");
        if (token == null || token.isEmpty()) {
            throw new InvalidRequestException("token", "is required");
        }
        String touch = form.getOrDefault("touch", "true");
        if (!touch.equals("true") && !touch.equals("false")) {
            throw new InvalidRequestException("touch", "must be true or false");
        }
        return service.resolveSessionWith(token, new ResolveOptions(false, touch.equals("true")))
                .map(resolution -> resolution.session());
    }

    private static JsonObject describe(@Nullable AuthSession session) {
        if (session == null) {
            return new JsonObject().put("active", false);
        }
        return new JsonObject()
                .put("active", true)
                .put("sub", session.userId())
                .put("sid", session.id())
                .put("token_type", "Bearer")
                .put("iat", session.createdAt().getEpochSecond())
                .put("exp", session.expiresAt().getEpochSecond())
                .put("auth_time", session.authenticatedAt().getEpochSecond());
    }
}
