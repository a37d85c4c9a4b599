package io.authsessions.web;

import io.authsessions.model.AuthSession;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.SessionToken;
import io.authsessions.service.AuthSessionService;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * The session that a request was sent with, as {@link AuthSessionHandler} found it, and the service that knows it.
 * Immutable and thread-safe; a snapshot of the moment at which the request came in, or, after the handler has renewed
 * the token of the request, of that moment.
 */
public final class AuthSessionContext {
    private static final String KEY = AuthSessionContext.class.getName();

    private final AuthSession session;
    private final SessionToken token;
    private final AuthSessionService service;
    private final @Nullable CrossSiteGuard guard;

    AuthSessionContext(AuthSession session, SessionToken token, AuthSessionService service) {
        this(session, token, service, null);
    }

    private AuthSessionContext(
            AuthSession session, SessionToken token, AuthSessionService service, @Nullable CrossSiteGuard guard) {
        this.session = session;
        this.token = token;
        this.service = service;
        this.guard = guard;
    }

    /** This, found by a cookie, with what guards requests that browsers send by themselves. */
    AuthSessionContext foundByCookie(CrossSiteGuard guardOfCookies) {
        return new AuthSessionContext(session, token, service, guardOfCookies);
    }

    /** This with the session and the token of a renewal. */
    AuthSessionContext renewed(IssuedSession issued) {
        SessionToken next = SessionToken.parse(issued.token());
        if (next == null) {
            throw new IllegalStateException("the session service issued no token");
        }
        return new AuthSessionContext(issued.session(), next, service, guard);
    }

    /**
     * The session of this request.
     *
     * @throws IllegalStateException if the request has none: no {@link AuthSessionHandler} ran before, or it is
     *     optional and the request is anonymous
     */
    public static AuthSessionContext of(RoutingContext ctx) {
        AuthSessionContext found = find(ctx);
        if (found == null) {
            throw new IllegalStateException("this request has no session: put an AuthSessionHandler before the route,"
                    + " or use AuthSessionContext.find where it is optional");
        }
        return found;
    }

    /** The session of this request, or null if it has none. */
    public static @Nullable AuthSessionContext find(RoutingContext ctx) {
        return ctx.user() instanceof SessionUser user ? user.context() : ctx.get(KEY);
    }

    /** The session. */
    public AuthSession session() {
        return session;
    }

    /**
     * The token that was presented, or that took its place in this request, for rotating or ending the session; its
     * {@code toString} redacts it.
     */
    public SessionToken token() {
        return token;
    }

    /** The service that resolved it. */
    public AuthSessionService service() {
        return service;
    }

    /** Whether the token came in the cookie, and not in an Authorization header. */
    public boolean isFromCookie() {
        return guard != null;
    }

    /** Whether the request may be answered with a stream of what happens in this session. */
    boolean permitsStream(HttpServerRequest request) {
        return guard == null || guard.permitsStream(request);
    }

    /** For requests whose user somebody else sets, and may merge with others. */
    void attachTo(RoutingContext ctx) {
        ctx.put(KEY, this);
    }

    /** Stands in the place of what was found for this request before. */
    void replaceIn(RoutingContext ctx) {
        if (ctx.user() instanceof SessionUser user) {
            user.take(this);
        } else {
            attachTo(ctx);
        }
    }

    static void detachFrom(RoutingContext ctx) {
        ctx.remove(KEY);
    }

    @Override
    public String toString() {
        return "AuthSessionContext[" + session.id() + "]";
    }
}
