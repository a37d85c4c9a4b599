package io.authsessions.web;

import io.authsessions.service.AuthSessionService;
import io.vertx.ext.web.handler.AuthenticationHandler;
import io.vertx.ext.web.handler.JWTAuthHandler;
import java.time.Duration;
import java.time.InstantSource;

/**
 * A vertx-web authentication handler that lets a request pass with the session of its bearer token:
 * {@code ctx.user()} gets the principal {@code {sub, sid}}, and {@link AuthSessionContext#of} the session itself. It
 * asks on every request, also when an earlier handler has set a user, and never creates a session.
 *
 * <p>Usable on a route, in a {@link io.vertx.ext.web.handler.ChainAuthHandler}, and, as {@link #asBearerSecurity()}, as a
 * security handler of an OpenAPI router. On a route a refused request is answered at once with problem details (RFC 9457); failure handlers are not
 * asked. In a chain the chain answers; {@link Problems#fail} in a failure handler gives the same body there.
 *
 * <p>When sessions cannot be read the answer is 503, never 401 and never an anonymous request. Answers are marked
 * {@code Cache-Control: no-store} and {@code Vary: Authorization, Cookie} before the route runs; a route may say
 * otherwise. A preflight request has no credentials: put a {@code CorsHandler} before this.
 *
 * <p>Immutable and thread-safe: each setting gives another handler.
 */
public interface AuthSessionHandler extends AuthenticationHandler {
    /** How recent a proof of identity must be where {@link #fresh()} does not say: one day, as in the policy. */
    Duration DEFAULT_FRESH_FOR = Duration.ofDays(1);

    /** A handler that requires a session, which that service knows. */
    static AuthSessionHandler create(AuthSessionService service) {
        return create(service, InstantSource.system());
    }

    /** As {@link #create(AuthSessionService)}, with the clock that {@link #fresh} compares with. */
    static AuthSessionHandler create(AuthSessionService service, InstantSource clock) {
        return SessionAuthentication.create(service, clock);
    }

    /** Refuses requests without a session; so it is from the beginning. */
    AuthSessionHandler required();

    /**
     * Lets requests without credentials pass, with no session. A bad token is refused all the same, and so is every
     * request with one while sessions cannot be read.
     */
    AuthSessionHandler optional();

    /** Asks the store about every token, never a cache. */
    AuthSessionHandler strict();

    /** Refuses sessions whose user proved who they are a day ago or longer. */
    default AuthSessionHandler fresh() {
        return fresh(DEFAULT_FRESH_FOR);
    }

    /**
     * Refuses sessions whose user proved who they are that long ago or longer (RFC 9470).
     *
     * @param freshFor one second to 365 days; the client is told whole seconds
     * @throws IllegalArgumentException if it is outside of that
     */
    AuthSessionHandler fresh(Duration freshFor);

    /** Does not count the request as a use of the session: for pages that poll by themselves. */
    AuthSessionHandler withoutTouch();

    /**
     * Names the protected space in challenges; {@code authsessions} unless set.
     *
     * @param realm 1 to 128 printable ASCII characters, no quotation mark, no backslash
     * @throws IllegalArgumentException if it is something else
     */
    AuthSessionHandler realm(String realm);

    /**
     * This handler in the type that an OpenAPI router takes for a security scheme of type {@code http} and scheme
     * {@code bearer}: {@code builder.security("session").httpHandler(sessions.asBearerSecurity())}. It knows nothing of
     * JWT, and refuses scopes, which a session does not have.
     */
    JWTAuthHandler asBearerSecurity();
}
