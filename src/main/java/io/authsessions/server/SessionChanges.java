package io.authsessions.server;

import io.authsessions.model.AuthSession;
import io.authsessions.model.FailureCode;
import io.authsessions.model.SessionUpdate;
import io.authsessions.service.AuthSessionService;
import io.authsessions.service.Failures;
import io.authsessions.web.Problems;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Changes one session on condition, for whoever may. Event-loop confined. */
final class SessionChanges {
    private final AuthSessionService service;

    SessionChanges(AuthSessionService service) {
        this.service = service;
    }

    /**
     * Answers PATCH: 200 with the session after it and its ETag, 404, 412 where {@code If-Match} does not hold.
     *
     * @param id whose session, or null if the path names none
     * @param owner the only user whose session it may be, for what is another's looks like what is not there; null where
     *     that needs no look
     */
    void patch(RoutingContext ctx, @Nullable String id, @Nullable String owner, Future<SessionUpdate> change) {
        if (id == null) {
            Answers.notFound(ctx);
            return;
        }
        IfMatch condition = IfMatch.of(ctx.request());
        change.compose(update -> change(id, owner, condition, update))
                .onComplete(session -> show(ctx, session), failure -> Problems.fail(ctx, failure));
    }

    private Future<AuthSession> change(String id, @Nullable String owner, IfMatch condition, SessionUpdate update) {
        if (owner == null && !condition.isConditional()) {
            return service.updateSession(id, update);
        }
        return service.getSession(id).compose(session -> {
            if (session == null || (owner != null && !owner.equals(session.userId()))) {
                return Future.failedFuture(Failures.of(FailureCode.NOT_FOUND, "there is no such session"));
            }
            if (!condition.holdsFor(session)) {
                return Future.failedFuture(Failures.of(FailureCode.CONFLICT, "the session has another version"));
            }
            return service.updateSession(id, condition.isConditional() ? update.ifVersion(session.version()) : update);
        });
    }

    /** Answers 200 with a session and the ETag that a change of it may name. */
    static void show(RoutingContext ctx, AuthSession session) {
        ctx.response().putHeader(HttpHeaders.ETAG, IfMatch.tagOf(session));
        Answers.json(ctx, 200, SessionJson.session(session));
    }
}
