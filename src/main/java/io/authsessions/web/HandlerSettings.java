package io.authsessions.web;

import io.authsessions.model.ResolveOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one handler differs from another.
 *
 * @param freshFor how recent a proof of identity must be, or null if it does not matter
 * @param cookie the cookie that is taken, or null if none is
 * @param remember whether cookies outlast the browser
 */
record HandlerSettings(
        boolean optional,
        ResolveOptions resolve,
        @Nullable Duration freshFor,
        Challenges challenges,
        @Nullable SessionCookie cookie,
        CrossSiteGuard guard,
        TrustedProxies proxies,
        boolean remember) {
    static final HandlerSettings DEFAULT = new HandlerSettings(
            false,
            ResolveOptions.DEFAULT,
            null,
            new Challenges(Challenges.DEFAULT_REALM),
            SessionCookie.create(),
            CrossSiteGuard.create(),
            TrustedProxies.NONE,
            false);

    HandlerSettings withOptional(boolean value) {
        return new HandlerSettings(value, resolve, freshFor, challenges, cookie, guard, proxies, remember);
    }

    HandlerSettings withResolve(ResolveOptions value) {
        return new HandlerSettings(optional, value, freshFor, challenges, cookie, guard, proxies, remember);
    }

    HandlerSettings withFreshFor(@Nullable Duration value) {
        return new HandlerSettings(optional, resolve, value, challenges, cookie, guard, proxies, remember);
    }

    HandlerSettings withChallenges(Challenges value) {
        return new HandlerSettings(optional, resolve, freshFor, value, cookie, guard, proxies, remember);
    }

    HandlerSettings withCookie(@Nullable SessionCookie value) {
        return new HandlerSettings(optional, resolve, freshFor, challenges, value, guard, proxies, remember);
    }

    HandlerSettings withGuard(CrossSiteGuard value) {
        return new HandlerSettings(optional, resolve, freshFor, challenges, cookie, value, proxies, remember);
    }

    HandlerSettings withProxies(TrustedProxies value) {
        return new HandlerSettings(optional, resolve, freshFor, challenges, cookie, guard, value, remember);
    }

    HandlerSettings withRemember(boolean value) {
        return new HandlerSettings(optional, resolve, freshFor, challenges, cookie, guard, proxies, value);
    }
}
