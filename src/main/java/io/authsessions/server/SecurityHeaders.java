package io.authsessions.server;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/** Puts the headers on every answer, errors too, that keep a browser from doing anything with it but read it. */
final class SecurityHeaders implements Handler<RoutingContext> {
    private static final String CREDENTIALS = "Authorization, Cookie";

    private final boolean secureOnly;

    /**
     * The headers of a listener.
     *
     * @param secureOnly whether browsers are told to come by HTTPS only, for a year and to all subdomains; over plain
     *     HTTP they do not listen to that
     */
    SecurityHeaders(boolean secureOnly) {
        this.secureOnly = secureOnly;
    }

    @Override
    public void handle(RoutingContext ctx) {
        set(ctx.response().headers());
        ctx.next();
    }

    void set(MultiMap headers) {
        if (secureOnly) {
            headers.set("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
        }
        headers.set("X-Content-Type-Options", "nosniff")
                .set("Referrer-Policy", "no-referrer")
                .set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
                .set("Cross-Origin-Resource-Policy", "same-origin")
                .set("X-Frame-Options", "DENY")
                .set(HttpHeaders.CACHE_CONTROL, "no-store");
        // What stands there may name more that the answer depends on.
        if (!headers.contains(HttpHeaders.VARY, CREDENTIALS, false)) {
            headers.add(HttpHeaders.VARY, CREDENTIALS);
        }
    }
}
