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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A router on which every path says what it can: HEAD wherever there is GET, 405 with {@code Allow} for other methods,
 * problem details for each error, the security headers on everything.
 */
final class Routes {
    private static final int[] ERRORS = {400, 401, 403, 404, 405, 406, 409, 412, 413, 414, 415, 429, 431, 500, 501, 503
    };

    /** Stands for all methods, those too that nobody has thought of. */
    static final String ANY = "*";

    private final Router router;
    private final SecurityHeaders securityHeaders;
    private final Map<String, Set<String>> places = new LinkedHashMap<>();

    Routes(Vertx vertx, SecurityHeaders securityHeaders) {
        this.securityHeaders = securityHeaders;
        this.router = Router.router(vertx);
        router.route().handler(securityHeaders);
        router.route().handler(new Farewell());
        router.route().handler(InvalidRequests::check);
        for (int status : ERRORS) {
            router.errorHandler(status, this::answerError);
        }
    }

    /** What may be done at a path; each method by its handlers, one after the other. */
    final class Place {
        private final String path;
        private final Map<HttpMethod, List<Handler<RoutingContext>>> handlers = new LinkedHashMap<>();

        private Place(String path) {
            this.path = path;
        }

        /** Open to all. */
        Place get(Handler<RoutingContext> handler) {
            on(HttpMethod.HEAD, List.of(handler));
            return on(HttpMethod.GET, List.of(handler));
        }

        Place get(Handler<RoutingContext> guard, Handler<RoutingContext> handler) {
            on(HttpMethod.HEAD, List.of(guard, handler));
            return on(HttpMethod.GET, List.of(guard, handler));
        }

        Place post(Handler<RoutingContext> guard, Handler<RoutingContext> handler) {
            return on(HttpMethod.POST, List.of(guard, handler));
        }

        Place patch(Handler<RoutingContext> guard, Handler<RoutingContext> handler) {
            return on(HttpMethod.PATCH, List.of(guard, handler));
        }

        Place delete(Handler<RoutingContext> guard, Handler<RoutingContext> handler) {
            return on(HttpMethod.DELETE, List.of(guard, handler));
        }

        /** Ends the list of methods: any other is 405. */
        void only() {
            Set<String> names = names();
            places.put(path, names);
            String allow = String.join(", ", names);
            router.route(path).handler(ctx -> {
                if (handlers.containsKey(ctx.request().method())) {
                    ctx.next();
                } else {
                    ctx.response().putHeader(HttpHeaders.ALLOW, allow);
                    Problems.send(ctx, ProblemCode.METHOD_NOT_ALLOWED);
                }
            });
            handlers.forEach((method, chain) ->
                    chain.forEach(handler -> router.route(method, path).handler(handler)));
        }

        private Set<String> names() {
            return handlers.keySet().stream().map(HttpMethod::name).collect(Collectors.toCollection(TreeSet::new));
        }

        private Place on(HttpMethod method, List<Handler<RoutingContext>> chain) {
            handlers.put(method, chain);
            return this;
        }
    }

    /** Puts a handler before all routes that are made after this. */
    void before(Handler<RoutingContext> handler) {
        router.route().handler(handler);
    }

    /** Puts handlers at a path for every method there is. */
    @SafeVarargs
    final void any(String path, Handler<RoutingContext>... chain) {
        places.put(path, Set.of(ANY));
        for (Handler<RoutingContext> handler : chain) {
            router.route(path).handler(handler);
        }
    }

    /** The methods of each path; {@value #ANY} where there is no other. */
    Map<String, Set<String>> places() {
        return Map.copyOf(places);
    }

    /** A path, as the router writes it ({@code /a/:id}). */
    Place at(String path) {
        return new Place(path);
    }

    Router router() {
        return router;
    }

    private void answerError(RoutingContext ctx) {
        // Some errors come before any handler could run.
        securityHeaders.set(ctx.response().headers());
        Problems.fail(ctx, ctx.failure());
    }
}
