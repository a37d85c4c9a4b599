package io.authsessions.server;

import io.authsessions.model.AuthSession;
import io.authsessions.web.AuthSessionContext;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Answers a proxy that asks whether a request may pass (nginx {@code auth_request}, Traefik, Caddy, Envoy): 204 with who
 * sends it. Whatever the request was, its query and body are not this server's, and are not looked at.
 */
final class ForwardAuth {
    private static final String UNRESERVED = "-._~";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private ForwardAuth() {}

    /**
     * Mounts the routes that proxies ask at. Nothing that answers by itself may stand before them: whatever is 2xx lets
     * the request pass.
     *
     * @param verifying lets through who has a session
     */
    static void mount(Routes routes, Handler<RoutingContext> limiter, Handler<RoutingContext> verifying) {
        routes.any("/v1/verify", limiter, verifying, ForwardAuth::answer);
        routes.any("/v1/verify/*", limiter, verifying, ForwardAuth::answer);
    }

    static void answer(RoutingContext ctx) {
        AuthSession session = AuthSessionContext.of(ctx).session();
        ctx.response()
                .putHeader("X-Auth-User-Id", percentEncoded(session.userId()))
                .putHeader("X-Auth-Session-Id", session.id());
        Answers.empty(ctx);
    }

    /** A user id may hold any character, and a header may not. */
    static String percentEncoded(String text) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            if ((c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || UNRESERVED.indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HEX.toHexDigits(b));
            }
        }
        return encoded.toString();
    }
}
