package io.authsessions.web;

import io.authsessions.model.AuthSession;
import io.authsessions.model.SessionToken;
import io.authsessions.service.AuthSessionService;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * The session that a request was sent with, as {@link AuthSessionHandler} found it, and the service that knows it.
 * Immutable and thread-safe; a snapshot of the moment at which the request came in.
 */
public final class AuthSessionContext {
    private static final String KEY = AuthSessionContext.class.getName();

    private final AuthSession session;
    private final SessionToken token;
    private final AuthSessionService service;

    AuthSessionContext(AuthSession session, SessionToken token, AuthSessionService service) {
        this.session = session;
        this.token = token;
        this.service = service;
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
        return ctx.get(KEY);
    }

    /** The session. */
    public AuthSession session() {
        return session;
    }

    /** The token that was presented, for rotating or ending the session; its {@code toString} redacts it. */
    public SessionToken token() {
        return token;
    }

    /** The service that resolved it. */
    public AuthSessionService service() {
        return service;
    }

    void attachTo(RoutingContext ctx) {
        ctx.put(KEY, this);
    }

    static void detachFrom(RoutingContext ctx) {
        ctx.remove(KEY);
    }

    @Override
    public String toString() {
        return "AuthSessionContext[" + session.id() + "]";
    }
}
