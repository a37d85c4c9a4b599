package io.authsessions.server;

import io.authsessions.model.AuthSession;
import io.authsessions.model.EndReason;
import io.authsessions.model.InvalidRequestException;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPage;
import io.authsessions.service.AuthSessionService;
import io.authsessions.web.Problems;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The routes of the admin listener, for holders of an admin key. Event-loop confined. */
final class AdminApi {
    private static final String SESSIONS = "/v1/admin/sessions";

    private final AuthSessionService service;
    private final AdminKeyGuard guard;

    AdminApi(AuthSessionService service, AdminKeys keys) {
        this.service = service;
        this.guard = new AdminKeyGuard(keys);
    }

    void mount(Routes routes) {
        routes.at(SESSIONS).get(this::list).post(this::signIn).behind(guard);
        routes.at(SESSIONS + "/:id").get(this::one).delete(this::end).behind(guard);
        routes.at("/v1/admin/users/:userId/sessions").delete(this::endAll).behind(guard);
        routes.at("/v1/admin/introspect")
                .post(new Introspection(service)::handle)
                .behind(guard);
    }

    private void signIn(RoutingContext ctx) {
        RequestReader.noQuery(ctx);
        RequestReader.json(ctx)
                .compose(body -> service.createSession(NewSession.fromJson(body)))
                .onComplete(issued -> created(ctx, issued), failure -> Problems.fail(ctx, failure));
    }

    private static void created(RoutingContext ctx, IssuedSession issued) {
        ctx.response()
                .putHeader(
                        HttpHeaders.LOCATION, SESSIONS + "/" + issued.session().id());
        Answers.json(
                ctx,
                201,
                new JsonObject()
                        .put("session", SessionJson.session(issued.session()))
                        .put("token", issued.token()));
    }

    private void list(RoutingContext ctx) {
        Map<String, String> query = RequestReader.query(ctx, "limit", "cursor", "order", "userId");
        PageRequest page = RequestReader.page(query);
        String userId = query.get("userId");
        Future<SessionPage> found =
                userId == null ? service.listSessions(page) : service.getSessionsForUser(userId, page);
        Answers.ok(ctx, found.map(sessions -> SessionJson.page(sessions, SessionJson::session)));
    }

    private void one(RoutingContext ctx) {
        RequestReader.noQuery(ctx);
        String id = RequestReader.sessionId(ctx, 3);
        if (id == null) {
            Answers.notFound(ctx);
            return;
        }
        service.getSession(id).onComplete(session -> show(ctx, session), failure -> Problems.fail(ctx, failure));
    }

    private static void show(RoutingContext ctx, @Nullable AuthSession session) {
        if (session == null) {
            Answers.notFound(ctx);
        } else {
            Answers.json(ctx, 200, SessionJson.session(session));
        }
    }

    private void end(RoutingContext ctx) {
        RequestReader.noQuery(ctx);
        String id = RequestReader.sessionId(ctx, 3);
        if (id == null) {
            Answers.notFound(ctx);
        } else {
            Answers.ended(ctx, service.destroySession(id, EndReason.REVOKED));
        }
    }

    private void endAll(RoutingContext ctx) {
        String except = RequestReader.query(ctx, "except").get("except");
        if (except != null && !SessionIds.isId(except)) {
            throw new InvalidRequestException("except", "must be the id of a session");
        }
        String userId = RequestReader.pathSegment(ctx, 3);
        if (userId == null) {
            Answers.notFound(ctx);
            return;
        }
        Answers.ok(
                ctx,
                service.destroySessionsForUser(userId, except, EndReason.REVOKED)
                        .map(result -> result.toJson()));
    }
}
