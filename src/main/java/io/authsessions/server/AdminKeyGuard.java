package io.authsessions.server;

import io.authsessions.web.ProblemCode;
import io.authsessions.web.Problems;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * Lets through who presents an admin key: exactly one {@code Authorization: Bearer <key>}. Looks at nothing else, and
 * touches no store.
 */
final class AdminKeyGuard implements Handler<RoutingContext> {
    private static final String SCHEME = "Bearer ";
    private static final String CHALLENGE = "Bearer realm=\"authsessions admin\"";

    private final AdminKeys keys;

    AdminKeyGuard(AdminKeys keys) {
        this.keys = keys;
    }

    @Override
    public void handle(RoutingContext ctx) {
        List<String> headers = ctx.request().headers().getAll(HttpHeaders.AUTHORIZATION);
        if (headers.size() > 1) {
            Problems.send(ctx, ProblemCode.INVALID_REQUEST);
            return;
        }
        String header = headers.isEmpty() ? "" : headers.get(0);
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            refuse(ctx, CHALLENGE, ProblemCode.NO_CREDENTIALS);
        } else if (!keys.contains(header.substring(SCHEME.length()).strip())) {
            refuse(ctx, CHALLENGE + ", error=\"invalid_token\"", ProblemCode.INVALID_TOKEN);
        } else {
            ctx.next();
        }
    }

    private static void refuse(RoutingContext ctx, String challenge, ProblemCode problem) {
        ctx.response().putHeader("WWW-Authenticate", challenge);
        Problems.send(ctx, problem);
    }
}
