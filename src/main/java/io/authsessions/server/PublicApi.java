package io.authsessions.server;

import io.authsessions.model.AuthSession;
import io.authsessions.model.BulkResult;
import io.authsessions.model.EndReason;
import io.authsessions.model.InvalidRequestException;
import io.authsessions.model.PageRequest;
import io.authsessions.service.AuthSessionService;
import io.authsessions.web.AuthSessionContext;
import io.authsessions.web.AuthSessionHandler;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;

/** The routes of the public listener: a caller's own sessions. Event-loop confined. */
final class PublicApi {
    private final AuthSessionService service;
    private final Doors doors;
    private final KnownTokens known;
    private final SessionChanges changes;

    /**
     * What requests pass before they reach a route.
     *
     * @param sessions finds the session of a request, renews and ends it
     * @param signedIn lets through who has a session
     * @param ending lets through who may end sessions other than the one at hand
     * @param verifying judges a request that a proxy asks about
     */
    record Doors(
            AuthSessionHandler sessions,
            Handler<RoutingContext> signedIn,
            Handler<RoutingContext> ending,
            Handler<RoutingContext> verifying) {
        /** All of them the same. */
        static Doors of(AuthSessionHandler handler) {
            return new Doors(handler, handler, handler, handler);
        }
    }

    /**
     * Routes behind those doors.
     *
     * @param known told the tokens that stay good beside those that are found
     */
    PublicApi(AuthSessionService service, Doors doors, KnownTokens known) {
        this.service = service;
        this.doors = doors;
        this.known = known;
        this.changes = new SessionChanges(service);
    }

    void mount(Routes routes) {
        routes.at("/v1/session")
                .get(doors.signedIn, this::current)
                .delete(RoutingContext::next, this::signOut)
                .only();
        routes.at("/v1/session/rotate").post(doors.signedIn, this::rotate).only();
        routes.at("/v1/sessions")
                .get(doors.signedIn, this::list)
                .delete(doors.ending, this::endOthers)
                .only();
        routes.at("/v1/sessions/:id")
                .patch(doors.signedIn, this::rename)
                .delete(doors.ending, this::end)
                .only();
    }

    private void current(RoutingContext ctx) {
        RequestReader.noQuery(ctx);
        SessionChanges.show(ctx, caller(ctx));
    }

    private void signOut(RoutingContext ctx) {
        RequestReader.noQuery(ctx);
        doors.sessions.signOut(ctx);
    }

    private void rotate(RoutingContext ctx) {
        RequestReader.noQuery(ctx);
        // Good for the grace, in which other requests of the same client still come with it.
        known.add(AuthSessionContext.of(ctx).token());
        Answers.ok(ctx, doors.sessions.rotate(ctx).map(SessionJson::renewed));
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

    private void rename(RoutingContext ctx) {
        RequestReader.noQuery(ctx);
        AuthSession caller = caller(ctx);
        String id = RequestReader.sessionId(ctx, 2);
        changes.patch(ctx, id, caller.id().equals(id) ? null : caller.userId(), PatchReader.label(ctx));
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
        if (id.equals(caller.id())) {
            Answers.ended(ctx, service.destroySession(id, EndReason.SIGNED_OUT));
            return;
        }
        Answers.ended(
                ctx,
                service.getSession(id)
                        .compose(session -> session != null && session.userId().equals(caller.userId())
                                ? service.destroySession(id, EndReason.REVOKED)
                                : Future.succeededFuture(false)));
    }

    /** The word in the query is required, for without it the request would read as an end of all. */
    private void endOthers(RoutingContext ctx) {
        String except = RequestReader.query(ctx, "except").get("except");
        if (!"current".equals(except)) {
            throw new InvalidRequestException("except", "must be current");
        }
        AuthSession caller = caller(ctx);
        Answers.ok(
                ctx,
                service.destroySessionsForUser(caller.userId(), caller.id(), EndReason.REVOKED)
                        .map(BulkResult::toJson));
    }

    private static AuthSession caller(RoutingContext ctx) {
        return AuthSessionContext.of(ctx).session();
    }
}
