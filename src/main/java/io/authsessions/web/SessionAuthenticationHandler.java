package io.authsessions.web;

import io.vertx.ext.web.handler.AuthenticationHandler;
import java.time.Duration;
import java.util.Collection;

/**
 * The {@link AuthSessionHandler} in vertx-web's own type, as {@link AuthSessionHandler#create} gives it: so it can stand in
 * a {@link io.vertx.ext.web.handler.ChainAuthHandler}, and a router knows that it authenticates and where it may stand.
 */
public interface SessionAuthenticationHandler extends AuthSessionHandler, AuthenticationHandler {
    @Override
    SessionAuthenticationHandler required();

    @Override
    SessionAuthenticationHandler optional();

    @Override
    SessionAuthenticationHandler strict();

    @Override
    default SessionAuthenticationHandler fresh() {
        return fresh(DEFAULT_FRESH_FOR);
    }

    @Override
    SessionAuthenticationHandler fresh(Duration freshFor);

    @Override
    SessionAuthenticationHandler withoutTouch();

    @Override
    SessionAuthenticationHandler realm(String realm);

    @Override
    SessionAuthenticationHandler cookie(SessionCookie cookie);

    @Override
    SessionAuthenticationHandler bearerOnly();

    @Override
    SessionAuthenticationHandler origins(Collection<String> origins);

    @Override
    SessionAuthenticationHandler guard(CrossSiteGuard guard);

    @Override
    SessionAuthenticationHandler trustedProxies(TrustedProxies proxies);

    @Override
    SessionAuthenticationHandler remember();
}
