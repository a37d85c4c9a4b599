package io.authsessions.server;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/** Puts the headers on every answer, errors too, that keep a browser from doing anything with it but read it. */
final class SecurityHeaders implements Handler<RoutingContext> {
    @Override
    public void handle(RoutingContext ctx) {
        set(ctx.response().headers());
        ctx.next();
    }

    static void set(MultiMap headers) {
        headers.set("X-Content-Type-Options", "nosniff")
                .set("Referrer-Policy", "no-referrer")
                .set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
                .set("Cross-Origin-Resource-Policy", "same-origin")
                .set("X-Frame-Options", "DENY")
                .set(HttpHeaders.CACHE_CONTROL, "no-store")
                .set(HttpHeaders.VARY, "Authorization, Cookie");
    }
}
