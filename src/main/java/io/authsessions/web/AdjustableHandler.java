package io.authsessions.web;

import io.authsessions.model.NewSession;
import io.authsessions.model.ResolveOptions;
import io.authsessions.service.AuthSessionService;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Objects;

/** What a handler is made of, and how another one is made from it. Immutable. */
abstract class AdjustableHandler implements SessionAuthenticationHandler {
    private static final Duration MAX_FRESH_FOR = Duration.ofDays(365);

    final AuthSessionService service;
    final InstantSource clock;
    final HandlerSettings settings;

    AdjustableHandler(AuthSessionService service, InstantSource clock, HandlerSettings settings) {
        this.service = Objects.requireNonNull(service, "service");
        this.clock = Objects.requireNonNull(clock, "clock");
        this.settings = settings;
    }

    /** This handler with other settings. */
    abstract SessionAuthenticationHandler with(HandlerSettings changed);

    @Override
    public SessionAuthenticationHandler required() {
        return with(settings.withOptional(false));
    }

    @Override
    public SessionAuthenticationHandler optional() {
        return with(settings.withOptional(true));
    }

    @Override
    public SessionAuthenticationHandler strict() {
        return with(
                settings.withResolve(new ResolveOptions(true, settings.resolve().touch())));
    }

    @Override
    public SessionAuthenticationHandler withoutTouch() {
        return with(settings.withResolve(new ResolveOptions(settings.resolve().strict(), false)));
    }

    @Override
    public SessionAuthenticationHandler fresh(Duration freshFor) {
        if (freshFor.toSeconds() < 1 || freshFor.compareTo(MAX_FRESH_FOR) > 0) {
            throw new IllegalArgumentException("freshFor must be from one second to 365 days");
        }
        return with(settings.withFreshFor(freshFor));
    }

    @Override
    public SessionAuthenticationHandler realm(String realm) {
        return with(settings.withChallenges(new Challenges(realm)));
    }

    @Override
    public SessionAuthenticationHandler cookie(SessionCookie cookie) {
        return with(settings.withCookie(Objects.requireNonNull(cookie, "cookie")));
    }

    @Override
    public SessionAuthenticationHandler bearerOnly() {
        return with(settings.withCookie(null));
    }

    @Override
    public SessionAuthenticationHandler origins(Collection<String> origins) {
        return guard(CrossSiteGuard.create(origins));
    }

    @Override
    public SessionAuthenticationHandler trustedProxies(TrustedProxies proxies) {
        return with(settings.withProxies(Objects.requireNonNull(proxies, "proxies")));
    }

    @Override
    public SessionAuthenticationHandler remember() {
        return with(settings.withRemember(true));
    }

    @Override
    public SessionAuthenticationHandler guard(CrossSiteGuard guard) {
        return with(settings.withGuard(Objects.requireNonNull(guard, "guard")));
    }

    @Override
    public Future<SignedIn> signIn(RoutingContext ctx, NewSession request) {
        return new Issuing(service, clock, settings).signIn(ctx, request);
    }

    @Override
    public Future<SignedIn> rotate(RoutingContext ctx) {
        return new Issuing(service, clock, settings).renew(ctx, service::rotateSession);
    }

    @Override
    public Future<SignedIn> reauthenticate(RoutingContext ctx) {
        return new Issuing(service, clock, settings).renew(ctx, service::reauthenticateSession);
    }
}
