package io.authsessions.server;

import io.authsessions.web.ProblemCode;
import io.authsessions.web.Problems;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets through who presents an admin key: exactly one {@code Authorization: Bearer <key>}; and where it is about
 * introspection also its clients, by {@code Basic} or {@code Bearer}. Looks at nothing else, and touches no store.
 */
final class AdminKeyGuard implements Handler<RoutingContext> {
    private static final String BEARER = "Bearer ";
    private static final String BASIC = "Basic ";
    private static final String CHALLENGE = "Bearer realm=\"authsessions admin\"";

    private final Holders holders;
    private final boolean introspection;

    /**
     * Who may come in.
     *
     * @param keys open everything
     * @param clients open introspection
     */
    record Holders(AdminKeys keys, IntrospectionClients clients) {}

    private AdminKeyGuard(Holders holders, boolean introspection) {
        this.holders = holders;
        this.introspection = introspection;
    }

    /** A guard that only admin keys open. */
    static AdminKeyGuard forOperators(Holders holders) {
        return new AdminKeyGuard(holders, false);
    }

    /** A guard that the clients of introspection open too. */
    static AdminKeyGuard forIntrospection(Holders holders) {
        return new AdminKeyGuard(holders, true);
    }

    @Override
    public void handle(RoutingContext ctx) {
        List<String> headers = ctx.request().headers().getAll(HttpHeaders.AUTHORIZATION);
        if (headers.size() > 1) {
            Problems.send(ctx, ProblemCode.INVALID_REQUEST);
            return;
        }
        String header = headers.isEmpty() ? "" : headers.get(0);
        String bearer = credentials(header, BEARER);
        String basic = credentials(header, BASIC);
        if (bearer != null && holders.keys.contains(bearer)) {
            ctx.next();
        } else if (holders.clients.contains(bearer, basic)) {
            passClient(ctx);
        } else if (bearer != null) {
            refuse(ctx, CHALLENGE + ", error=\"invalid_token\"", ProblemCode.INVALID_TOKEN);
        } else {
            refuse(ctx, CHALLENGE, ProblemCode.NO_CREDENTIALS);
        }
    }

    /** Known, but not permitted to do anything else (RFC 6750, 3.1). */
    private void passClient(RoutingContext ctx) {
        if (introspection) {
            ctx.next();
        } else {
            refuse(ctx, CHALLENGE + ", error=\"insufficient_scope\"", ProblemCode.FORBIDDEN);
        }
    }

    private static @Nullable String credentials(String header, String scheme) {
        return header.regionMatches(true, 0, scheme, 0, scheme.length())
                ? header.substring(scheme.length()).strip()
                : null;
    }

    private void refuse(RoutingContext ctx, String challenge, ProblemCode problem) {
        ctx.response().headers().add("WWW-Authenticate", challenge);
        if (introspection && !holders.clients.isEmpty()) {
            ctx.response().headers().add("WWW-Authenticate", "Basic realm=\"authsessions introspection\"");
        }
        Problems.send(ctx, problem);
    }
}
