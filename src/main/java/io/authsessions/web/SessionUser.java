package io.authsessions.web;

import io.authsessions.model.AuthSession;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authorization.Authorizations;
import org.jspecify.annotations.Nullable;

/**
 * The user of a session, with the principal {@code {sub, sid}}. What vertx-web can be told of a user is made when it is
 * asked for: few routes do. A vertx-web session does not keep it, so that it never outlives the session it is from.
 */
final class SessionUser implements User {
    private volatile AuthSessionContext context;
    private @Nullable User told;

    SessionUser(AuthSessionContext context) {
        this.context = context;
    }

    AuthSessionContext context() {
        return context;
    }

    /** Goes on with the same session as it is now. */
    void take(AuthSessionContext renewed) {
        context = renewed;
    }

    private synchronized User told() {
        if (told == null) {
            AuthSession session = context.session();
            told = User.create(new JsonObject().put("sub", session.userId()).put("sid", session.id()));
        }
        return told;
    }

    @Override
    public String subject() {
        return context.session().userId();
    }

    @Override
    public JsonObject principal() {
        return told().principal();
    }

    @Override
    public JsonObject attributes() {
        return told().attributes();
    }

    @Override
    public Authorizations authorizations() {
        return told().authorizations();
    }

    @Override
    public User merge(User other) {
        told().merge(other);
        return this;
    }

    @Override
    public String toString() {
        return "User[" + context.session().id() + "]";
    }
}
