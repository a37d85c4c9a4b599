package io.authsessions.server;

import io.authsessions.model.AuthSession;
import io.authsessions.model.BulkResult;
import io.authsessions.model.EndReason;
import io.authsessions.model.FieldError;
import io.authsessions.model.InvalidRequestException;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.JsonFields;
import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPage;
import io.authsessions.service.AuthSessionService;
import io.authsessions.service.Failures;
import io.authsessions.store.StoreException;
import io.authsessions.web.Problems;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The routes of the admin listener, for holders of an admin key. Event-loop confined. */
final class AdminApi {
    private static final String SESSIONS = "/v1/admin/sessions";

    private final AuthSessionService service;
    private final AdminKeyGuard guard;
    private final AdminKeyGuard introspecting;
    private final KnownTokens known;
    private final EndOlder older;
    private final Runnable noRoom;
    private final SessionChanges changes;

    /**
     * Routes for the holders of those keys.
     *
     * @param known told the tokens that are issued here
     * @param noRoom is run for each session that the store has no room for
     */
    AdminApi(
            AuthSessionService service,
            AdminKeyGuard.Holders holders,
            KnownTokens known,
            EndOlder older,
            Runnable noRoom) {
        this.service = service;
        this.guard = AdminKeyGuard.forOperators(holders);
        this.introspecting = AdminKeyGuard.forIntrospection(holders);
        this.known = known;
        this.older = older;
        this.noRoom = noRoom;
        this.changes = new SessionChanges(service);
    }

    void mount(Routes routes) {
        routes.at(SESSIONS)
                .get(guard, this::list)
                .post(guard, this::signIn)
                .delete(guard, this::endOlder)
                .only();
        routes.at(SESSIONS + "/reauthenticate")
                .post(guard, this::reauthenticate)
                .only();
        routes.at(SESSIONS + "/:id")
                .get(guard, this::one)
                .patch(guard, this::change)
                .delete(guard, this::end)
                .only();
        routes.at("/v1/admin/users/:userId/sessions")
                .delete(guard, this::endAll)
                .only();
        routes.at("/v1/admin/introspect")
                .post(introspecting, new Introspection(service)::handle)
                .only();
    }

    private void signIn(RoutingContext ctx) {
        RequestReader.noQuery(ctx);
        RequestReader.json(ctx)
                .compose(body -> service.createSession(NewSession.fromJson(body)))
                .onComplete(issued -> created(ctx, issued), failure -> notCreated(ctx, failure));
    }

    private void notCreated(RoutingContext ctx, Throwable failure) {
        if (Failures.detailOf(failure).equals(StoreException.FULL)) {
            noRoom.run();
        }
        Problems.fail(ctx, failure);
    }

    private void created(RoutingContext ctx, IssuedSession issued) {
        known.add(issued.token());
        ctx.response()
                .putHeader(
                        HttpHeaders.LOCATION, SESSIONS + "/" + issued.session().id());
        Answers.json(ctx, 201, SessionJson.issued(issued));
    }

    private void reauthenticate(RoutingContext ctx) {
        RequestReader.noQuery(ctx);
        Future<IssuedSession> issued = RequestReader.json(ctx).compose(body -> {
            JsonFields fields = JsonFields.of(body);
            String token = fields.requiredString("token");
            fields.refuseOthers().finish();
            return service.reauthenticateSession(token);
        });
        Answers.ok(ctx, issued.onSuccess(fresh -> known.add(fresh.token())).map(SessionJson::issued));
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
            SessionChanges.show(ctx, session);
        }
    }

    private void change(RoutingContext ctx) {
        RequestReader.noQuery(ctx);
        changes.patch(ctx, RequestReader.sessionId(ctx, 3), null, PatchReader.labelAndMeta(ctx));
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

    /** Both parameters are required: one slip must not sign everybody out. */
    private void endOlder(RoutingContext ctx) {
        Map<String, String> query = RequestReader.query(ctx, "createdBefore", "confirm");
        List<FieldError> errors = new ArrayList<>();
        Instant createdBefore = RequestReader.instant(query.get("createdBefore"));
        if (createdBefore == null) {
            errors.add(new FieldError("createdBefore", "must be a time such as 2026-01-31T12:00:00Z"));
        }
        if (!"all".equals(query.get("confirm"))) {
            errors.add(new FieldError("confirm", "must be all"));
        }
        if (createdBefore == null || !errors.isEmpty()) {
            throw new InvalidRequestException(errors);
        }
        Answers.ok(ctx, older.end(createdBefore.toEpochMilli()).map(BulkResult::toJson));
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
                        .map(BulkResult::toJson));
    }
}
