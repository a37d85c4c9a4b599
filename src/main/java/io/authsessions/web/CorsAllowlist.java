package io.authsessions.web;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Lets pages of certain other origins read answers (CORS), with cookies. Origins are compared letter by letter;
 * {@code null}, a longer or shorter name, and another case are other origins, and get no CORS header at all. Answers
 * the preflight requests of those it knows. Stands first on a router, before any {@link AuthSessionHandler}: a preflight
 * has no credentials. Only a route at which proxies ask whether a request may pass stands before it, or the answer to a
 * preflight would let everything pass there.
 *
 * <p>To read is not to write: for changes with the cookie an origin must also be given to
 * {@link AuthSessionHandler#origins}. Immutable and thread-safe.
 */
public final class CorsAllowlist implements Handler<RoutingContext> {
    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
    private static final String REQUEST_HEADERS = "Accept, Authorization, Content-Type, If-Match, X-Requested-With";
    private static final String ANSWER_HEADERS = "ETag, Location, Retry-After, WWW-Authenticate";
    private static final String PREFLIGHT_SECONDS = "600";
    private static final int NO_CONTENT = 204;

    private final Set<String> origins;

    private CorsAllowlist(Set<String> origins) {
        this.origins = origins;
    }

    /**
     * A handler for these origins; with none it lets nobody read.
     *
     * @throws IllegalStateException if {@code io.vertx:vertx-web} is not on the class path
     * @throws IllegalArgumentException if one is not written as {@link CrossSiteGuard#create(Collection)} asks for
     */
    public static CorsAllowlist create(Collection<String> origins) {
        VertxWeb.requireFor(CorsAllowlist.class);
        origins.forEach(CrossSiteGuard::requireOrigin);
        return new CorsAllowlist(Set.copyOf(origins));
    }

    @Override
    public void handle(RoutingContext ctx) {
        MultiMap headers = ctx.response().headers();
        headers.add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        List<String> from = ctx.request().headers().getAll(HttpHeaders.ORIGIN);
        if (from.size() != 1 || !origins.contains(from.get(0))) {
            ctx.next();
            return;
        }
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, from.get(0))
                .set(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
        boolean isPreflight = HttpMethod.OPTIONS.equals(ctx.request().method())
                && ctx.request().headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
        if (isPreflight) {
            headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
                    .set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS)
                    .set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS);
            ctx.response().setStatusCode(NO_CONTENT).end();
        } else {
            headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, ANSWER_HEADERS);
            ctx.next();
        }
    }
}
