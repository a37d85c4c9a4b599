package io.authsessions.web;

import io.authsessions.model.NewSession;
import io.authsessions.service.AuthSessionService;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.JWTAuthHandler;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;

/**
 * A vertx-web authentication handler that lets a request pass with the session of its bearer token, or of the cookie
 * {@link SessionCookie __Host-session} where there is no Authorization header: {@code ctx.user()} gets the principal
 * {@code {sub, sid}}, and {@link AuthSessionContext#of} the session itself. It asks on every request, also when an earlier
 * handler has set a user, and never creates a session.
 *
 * <p>Usable on a route, in a {@link io.vertx.ext.web.handler.ChainAuthHandler}, and, as {@link #asBearerSecurity()}, as a
 * security handler of an OpenAPI router. On a route a refused request is answered at once with problem details
 * (RFC 9457); failure handlers are not asked. In a chain the chain answers; {@link Problems#fail} in a failure handler
 * gives the same body there.
 *
 * <p>When sessions cannot be read the answer is 503, never 401 and never an anonymous request. Answers are marked
 * {@code Cache-Control: no-store} and {@code Vary: Authorization, Cookie} before the route runs; a route may say
 * otherwise. A preflight request has no credentials: put a {@link CorsAllowlist} before this.
 *
 * <p>With the cookie, what pages of other origins make a browser send is refused with 403 ({@link CrossSiteGuard}):
 * behind a proxy it has to be told the {@link #origins} that it is reached at. A request with two session cookies is
 * refused with 400, and they are cleared. A dead cookie is refused as a dead token is, and is not cleared: the answer to
 * a request that was sent before a sign-in must not take away the cookie that the sign-in has set.
 *
 * <p>Immutable and thread-safe: each setting gives another handler. What {@link #create} gives is a
 * {@link SessionAuthenticationHandler}, which says the same in vertx-web's own type; this one names none of vertx-web's, so
 * that the JVM can load it where vertx-web is missing, and {@code create} say so.
 */
public interface AuthSessionHandler extends Handler<RoutingContext> {
    /** Where {@link #signOut} leaves in the routing context, as a Boolean, whether it has ended a session. */
    String SIGNED_OUT = "authsessions.signedOut";

    /** How recent a proof of identity must be where {@link #fresh()} does not say: one day, as in the policy. */
    Duration DEFAULT_FRESH_FOR = Duration.ofDays(1);

    /**
     * A handler that requires a session, which that service knows.
     *
     * @throws IllegalStateException if {@code io.vertx:vertx-web} is not on the class path
     */
    static SessionAuthenticationHandler create(AuthSessionService service) {
        return create(service, InstantSource.system());
    }

    /** As {@link #create(AuthSessionService)}, with the clock that {@link #fresh} compares with. */
    static SessionAuthenticationHandler create(AuthSessionService service, InstantSource clock) {
        VertxWeb.requireFor(AuthSessionHandler.class);
        return SessionAuthentication.create(service, clock);
    }

    /** Refuses requests without a session; so it is from the beginning. */
    AuthSessionHandler required();

    /**
     * Lets requests without credentials pass, with no session, and so with a cookie whose session has ended. A bad
     * bearer token is refused all the same, and so is every request with a token while sessions cannot be read.
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

    /** Takes another cookie than {@link SessionCookie#create()}. */
    AuthSessionHandler cookie(SessionCookie cookie);

    /** Takes no cookie, and hands out tokens in answers. */
    AuthSessionHandler bearerOnly();

    /**
     * The origins of the pages that may act with the cookie, as {@link CrossSiteGuard#create(Collection)} takes them;
     * unless set, the listener's own when it is reached directly.
     */
    AuthSessionHandler origins(Collection<String> origins);

    /** Guards requests with the cookie by that guard; {@link #origins} makes the usual one. */
    AuthSessionHandler guard(CrossSiteGuard guard);

    /** The proxies that are believed about the address of a client who signs in; unless set, none. */
    AuthSessionHandler trustedProxies(TrustedProxies proxies);

    /** Lets the cookies that it sets outlast the browser, as long as the session has left (remember me). */
    AuthSessionHandler remember();

    /**
     * Signs a user in, whom the application has just authenticated: creates the session and sets the cookie, or, if
     * this handler is {@link #bearerOnly()}, gives the token for the answer; never both. The session that the browser
     * held before is ended, so that nobody goes on in a session that somebody else put there. Without a
     * {@link NewSession#client() client} of its own the session gets the address and the user agent of this request.
     * The application answers.
     *
     * @return fails, with nothing set, for {@link Problems#fail}: cross-site request, two session cookies, and what
     *     {@link AuthSessionService#createSession} fails with
     */
    Future<SignedIn> signIn(RoutingContext ctx, NewSession request);

    /**
     * Gives the session of this request, which this handler has let pass, a new token, the way the old one came: in the
     * cookie or for the answer.
     *
     * @return fails as {@link AuthSessionService#rotateSession}; a token that has become bad meanwhile is 401
     */
    Future<SignedIn> rotate(RoutingContext ctx);

    /** As {@link #rotate}, after the user has proved who they are once more; the old token is dead at once. */
    Future<SignedIn> reauthenticate(RoutingContext ctx);

    /**
     * Ends the session of this request and answers: 204 with {@code Clear-Site-Data}, and with the cookie cleared if it
     * came in one, also in a dead one; 503, and nothing cleared, if the session cannot be ended now. It needs no handler
     * before it. GET and HEAD, which links can cause, are refused with 405. Where a token of good form was looked for,
     * {@link #SIGNED_OUT} tells whether it had a session.
     */
    void signOut(RoutingContext ctx);

    /**
     * This handler in the type that an OpenAPI router takes for a security scheme of type {@code http} and scheme
     * {@code bearer}: {@code builder.security("session").httpHandler(sessions.asBearerSecurity())}. It knows nothing of
     * JWT, and refuses scopes, which a session does not have.
     */
    JWTAuthHandler asBearerSecurity();
}
