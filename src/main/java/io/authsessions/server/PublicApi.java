package io.authsessions.server;

import io.authsessions.model.AuthSession;
import io.authsessions.model.EndReason;
import io.authsessions.model.PageRequest;
import io.authsessions.service.AuthSessionService;
import io.authsessions.web.AuthSessionContext;
import io.authsessions.web.AuthSessionHandler;
import io.authsessions.web.Problems;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;

/** The routes of the public listener: a caller's own sessions. Event-loop confined. */
final class PublicApi {
    private final AuthSessionService service;

    PublicApi(AuthSessionService service) {
        this.service = service;
    }

    void mount(Routes routes) {
        AuthSessionHandler signedIn = AuthSessionHandler.create(service);
        routes.at("/v1/session").get(this::current).delete(this::signOut).behind(signedIn);
        routes.at("/v1/sessions").get(this::list).behind(signedIn);
        routes.at("/v1/sessions/:id").delete(this::end).behind(signedIn);
    }

    private void current(RoutingContext ctx) {
        RequestReader.noQuery(ctx);
        Answers.json(ctx, 200, SessionJson.session(caller(ctx)));
    }

    private void signOut(RoutingContext ctx) {
        RequestReader.noQuery(ctx);
        service.destroySession(caller(ctx).id(), EndReason.SIGNED_OUT)
                .onComplete(ended -> Answers.empty(ctx), failure -> Problems.fail(ctx, failure));
    }

    private void list(RoutingContext ctx) {
        AuthSession caller = caller(ctx);
        PageRequest page = RequestReader.page(RequestReader.query(ctx, "limit", "cursor", "order"));
        Answers.ok(
                ctx,
                service.getSessionsForUser(caller.userId(), page)
                        .map(found -> SessionJson.page(found, session -> SessionJson.session(session)
                                .put("current", session.id().equals(caller.id())))));
    }

    /** What is not the caller's looks like what is not there. */
    private void end(RoutingContext ctx) {
        RequestReader.noQuery(ctx);
        AuthSession caller = caller(ctx);
        String id = RequestReader.sessionId(ctx, 2);
        if (id == null) {
            Answers.notFound(ctx);
            return;
        }
        String reason = id.equals(caller.id()) ? EndReason.SIGNED_OUT : EndReason.REVOKED;
        Answers.ended(
                ctx,
                service.getSession(id)
                        .compose(session -> session != null && session.userId().equals(caller.userId())
                                ? service.destroySession(id, reason)
                                : Future.succeededFuture(false)));
    }

    private static AuthSession caller(RoutingContext ctx) {
        return AuthSessionContext.of(ctx).session();
    }
}
