package io.authsessions.web;

import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** What holds for each request whose credentials are, or will be, in a cookie. */
final class CookieRules {
    private static final Logger LOG = System.getLogger(SessionCookie.class.getName());

    private CookieRules() {}

    /** Why a request with these credentials must not be let pass, before anybody is asked who it is; null if it may. */
    static @Nullable Throwable refusal(RoutingContext ctx, Credentials credentials, HandlerSettings settings) {
        SessionCookie cookie = settings.cookie();
        if (cookie == null) {
            return new IllegalStateException("a handler for bearer tokens only has no cookie");
        }
        if (!cookie.isPermittedOn(ctx.request())) {
            String fault = "the cookie for development works on loopback only";
            LOG.log(Level.ERROR, fault);
            return new IllegalStateException(fault);
        }
        if (credentials == Credentials.REPEATED_COOKIE) {
            cookie.putOn(ctx.response(), cookie.clearing());
            return settings.challenges().repeatedCookie();
        }
        return settings.guard().permits(ctx.request())
                ? null
                : settings.challenges().crossSite();
    }
}
