package io.authsessions.server;

import io.authsessions.web.ProblemCode;
import io.authsessions.web.Problems;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A router on which every path says what it can: HEAD wherever there is GET, 405 with {@code Allow} for other methods,
 * problem details for each error, the security headers on everything.
 */
final class Routes {
    private static final int[] ERRORS = {400, 401, 403, 404, 405, 406, 409, 412, 413, 414, 415, 429, 431, 500, 501, 503
    };

    private final Router router;

    Routes(Vertx vertx) {
        this.router = Router.router(vertx);
        router.route().handler(new SecurityHeaders());
        router.route().handler(InvalidRequests::checkPath);
        for (int status : ERRORS) {
            router.errorHandler(status, Routes::answerError);
        }
    }

    /** What may be done at a path. */
    final class Place {
        private final String path;
        private final Map<HttpMethod, Handler<RoutingContext>> handlers = new LinkedHashMap<>();

        private Place(String path) {
            this.path = path;
        }

        Place get(Handler<RoutingContext> handler) {
            handlers.put(HttpMethod.HEAD, handler);
            return on(HttpMethod.GET, handler);
        }

        Place post(Handler<RoutingContext> handler) {
            return on(HttpMethod.POST, handler);
        }

        Place delete(Handler<RoutingContext> handler) {
            return on(HttpMethod.DELETE, handler);
        }

        /** Puts the methods on the router, each behind the guards. */
        @SafeVarargs
        final void behind(Handler<RoutingContext>... guards) {
            String allow = new TreeSet<>(
                            handlers.keySet().stream().map(HttpMethod::name).toList())
                    .stream().collect(Collectors.joining(", "));
            router.route(path).handler(ctx -> {
                if (handlers.containsKey(ctx.request().method())) {
                    ctx.next();
                } else {
                    ctx.response().putHeader(HttpHeaders.ALLOW, allow);
                    Problems.send(ctx, ProblemCode.METHOD_NOT_ALLOWED);
                }
            });
            for (Handler<RoutingContext> guard : guards) {
                router.route(path).handler(guard);
            }
            handlers.forEach((method, handler) -> router.route(method, path).handler(handler));
        }

        private Place on(HttpMethod method, Handler<RoutingContext> handler) {
            handlers.put(method, handler);
            return this;
        }
    }

    /** A path, as the router writes it ({@code /a/:id}). */
    Place at(String path) {
        return new Place(path);
    }

    Router router() {
        return router;
    }

    private static void answerError(RoutingContext ctx) {
        // Some errors come before any handler could run.
        SecurityHeaders.set(ctx.response().headers());
        Problems.fail(ctx, ctx.failure());
    }
}
