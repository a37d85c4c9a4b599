package io.authsessions.web;

import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.JWTAuthHandler;
import io.vertx.ext.web.handler.impl.AuthenticationHandlerInternal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The session handler in the one type that vertx-web-openapi-router 5.0 takes for bearer tokens. Thread-safe. */
final class BearerSecurity implements JWTAuthHandler, AuthenticationHandlerInternal {
    private final SessionAuthentication sessions;

    BearerSecurity(SessionAuthentication sessions) {
        this.sessions = sessions;
    }

    @Override
    public void handle(RoutingContext ctx) {
        sessions.handle(ctx);
    }

    @Override
    public Future<@Nullable User> authenticate(RoutingContext ctx) {
        return sessions.authenticate(ctx);
    }

    @Override
    public boolean setAuthenticateHeader(RoutingContext ctx) {
        return sessions.setAuthenticateHeader(ctx);
    }

    @Override
    public JWTAuthHandler scopeDelimiter(String delimiter) {
        throw noScopes();
    }

    @Override
    public JWTAuthHandler withScope(String scope) {
        throw noScopes();
    }

    @Override
    public JWTAuthHandler withScopes(List<String> scopes) {
        throw noScopes();
    }

    /** To pass over a scope would let somebody in. */
    private static IllegalArgumentException noScopes() {
        return new IllegalArgumentException("a session has no scopes: authorize in a handler after this one");
    }
}
