package io.authsessions.service;

import io.authsessions.model.AuthSession;
import io.authsessions.model.BulkResult;
import io.authsessions.model.EndReason;
import io.authsessions.model.FailureCode;
import io.authsessions.model.InvalidRequestException;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest;
import io.authsessions.model.Resolution;
import io.authsessions.model.ResolveOptions;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPage;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionToken;
import io.authsessions.model.SessionUpdate;
import io.authsessions.store.ListQuery;
import io.authsessions.store.Nonce;
import io.authsessions.store.RecordPage;
import io.authsessions.store.RotateOutcome;
import io.authsessions.store.SessionRecord;
import io.authsessions.store.SessionStore;
import io.authsessions.store.StoredSession;
import io.authsessions.store.UpdateOutcome;
import io.authsessions.store.UseOutcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The service over a store, in process. Thread-safe. */
public final class StoreSessionService implements AuthSessionService, TokenResolver {
    private static final int ID_TRIES = 5;

    private final SessionStore store;
    private final SessionPolicy policy;
    private final Calls calls;
    private final Issuer issuer;
    private final Resolver resolver;
    private final FullStore fullStore = new FullStore();
    private final @Nullable CachedResolver cached;

    /**
     * A service over an open store.
     *
     * @param deadline within which each call ends
     */
    public StoreSessionService(
            Vertx vertx, SessionStore store, SessionPolicy policy, Duration deadline, SecureRandom random) {
        this(vertx, store, null, policy, deadline, random);
    }

    /**
     * A service over an open store and, if it is not null, a near cache of it.
     *
     * @param deadline within which each call ends
     */
    public StoreSessionService(
            Vertx vertx,
            SessionStore opened,
            @Nullable NearCache near,
            SessionPolicy policy,
            Duration deadline,
            SecureRandom random) {
        this.store = near == null ? opened : new CachedStore(opened, near, policy);
        this.policy = policy;
        this.calls = new Calls(vertx, deadline);
        this.issuer = new Issuer(policy, store.buckets(), random);
        this.resolver = new Resolver(store, policy);
        this.cached = near == null ? null : new CachedResolver(near, resolver, store, policy);
    }

    /**
     * Takes no more calls, waits for those under way, and fails with UNAVAILABLE ({@code shutting_down}) what is not
     * done after the given time. Uses that are being recorded have as long again: without them sessions would expire
     * sooner than their users have a right to.
     */
    public Future<Void> close(Duration drain) {
        return calls.close(drain).compose(drained -> resolver.touches()
                .settled()
                .timeout(Math.max(1, drain.toMillis()), TimeUnit.MILLISECONDS)
                .otherwiseEmpty());
    }

    @Override
    public Future<IssuedSession> createSession(NewSession request) {
        return calls.call(() -> {
            Given.value("request", request).check(policy);
            return create(request, ID_TRIES);
        });
    }

    @Override
    public Future<Resolution> resolveSession(@Nullable String token) {
        SessionToken read = SessionToken.parse(token);
        return read == null ? calls.call(() -> Resolver.NONE) : resolve(read, ResolveOptions.DEFAULT);
    }

    @Override
    public Future<Resolution> resolveSessionWith(@Nullable String token, ResolveOptions options) {
        return calls.call(() -> {
            Given.value("options", options);
            SessionToken read = SessionToken.parse(token);
            return read == null ? Resolver.NONE : found(read, options);
        });
    }

    @Override
    public Future<Resolution> resolve(SessionToken token, ResolveOptions options) {
        // First and by itself: what is known is most of what is asked, and nothing of it waits or is recorded.
        Future<Resolution> known = cached == null || calls.areEnding() ? null : cached.known(token, options);
        return known == null ? calls.call(() -> found(token, options)) : known;
    }

    @Override
    public Future<@Nullable String> getUserIdFromSession(@Nullable String token) {
        return resolveSession(token).map(resolution -> {
            AuthSession session = resolution.session();
            return session == null ? null : session.userId();
        });
    }

    @Override
    public Future<@Nullable JsonObject> getSessionMeta(@Nullable String token) {
        return resolveSession(token).map(resolution -> {
            AuthSession session = resolution.session();
            return session == null ? null : session.meta();
        });
    }

    @Override
    public Future<@Nullable AuthSession> getSession(String sessionId) {
        return calls.call(() -> SessionIds.isId(Given.value("sessionId", sessionId))
                ? store.find(sessionId).map(this::living)
                : Future.succeededFuture(null));
    }

    @Override
    public Future<SessionPage> getSessionsForUser(String userId, PageRequest page) {
        return calls.call(() -> {
            NewSession.checkUserId(Given.value("userId", userId));
            Given.value("page", page).check();
            ListQuery query = query(page, userId);
            return store.listForUser(userId, query).map(records -> page(records, page, userId));
        });
    }

    @Override
    public Future<SessionPage> listSessions(PageRequest page) {
        return calls.call(() -> {
            Given.value("page", page).check();
            ListQuery query = query(page, Cursors.ALL);
            return store.list(query).map(records -> page(records, page, Cursors.ALL));
        });
    }

    @Override
    public Future<Long> countSessions() {
        return calls.call(store::count);
    }

    @Override
    public Future<AuthSession> updateSession(String sessionId, SessionUpdate update) {
        return calls.call(() -> {
            Given.value("update", update).check();
            if (!SessionIds.isId(Given.value("sessionId", sessionId))) {
                return Future.failedFuture(notFound());
            }
            return store.update(sessionId, update).compose(StoreSessionService::updated);
        });
    }

    @Override
    public Future<IssuedSession> rotateSession(String token) {
        return calls.call(() -> {
            SessionToken old = SessionToken.parse(Given.value("token", token));
            return old == null ? Future.failedFuture(notFound()) : rotate(old);
        });
    }

    @Override
    public Future<IssuedSession> reauthenticateSession(String token) {
        return calls.call(() -> {
            SessionToken old = SessionToken.parse(Given.value("token", token));
            if (old == null) {
                return Future.failedFuture(notFound());
            }
            SessionToken fresh = issuer.fresh(old.id());
            return store.reauthenticate(old.id(), old.secretHash(), fresh.secretHash())
                    .compose(outcome -> outcome instanceof UseOutcome.Live live
                            ? Future.succeededFuture(Issuer.issued(live.record(), fresh))
                            : Future.failedFuture(notFound()));
        });
    }

    @Override
    public Future<Boolean> destroySession(String sessionId, String reason) {
        return calls.call(() -> {
            EndReason.check(reason);
            return SessionIds.isId(Given.value("sessionId", sessionId))
                    ? store.destroy(sessionId, null, reason)
                    : Future.succeededFuture(false);
        });
    }

    @Override
    public Future<Boolean> destroySessionByToken(@Nullable String token, String reason) {
        return calls.call(() -> {
            EndReason.check(reason);
            SessionToken presented = SessionToken.parse(token);
            return presented == null
                    ? Future.succeededFuture(false)
                    : store.destroy(presented.id(), presented.secretHash(), reason);
        });
    }

    @Override
    public Future<BulkResult> destroySessionsForUser(String userId, @Nullable String exceptSessionId, String reason) {
        return calls.call(() -> {
            EndReason.check(reason);
            NewSession.checkUserId(Given.value("userId", userId));
            if (exceptSessionId != null && !SessionIds.isId(exceptSessionId)) {
                throw new InvalidRequestException("exceptSessionId", "is not a session id");
            }
            return store.destroyForUser(userId, exceptSessionId, reason);
        });
    }

    private @Nullable AuthSession living(@Nullable StoredSession found) {
        return found instanceof SessionRecord record && !record.expired(store.nowMillis()) ? record.session() : null;
    }

    private Future<Resolution> found(SessionToken token, ResolveOptions options) {
        return cached == null || options.strict() ? resolver.resolve(token, options) : cached.resolve(token, options);
    }

    private Future<IssuedSession> create(NewSession request, int triesLeft) {
        Issuer.Draft draft = issuer.draft(request, store.nowMillis());
        return store.create(draft.record()).compose(outcome -> switch (outcome) {
            case CREATED -> Future.succeededFuture(Issuer.issued(draft.record(), draft.token()));
            case ID_TAKEN ->
                triesLeft > 1
                        ? create(request, triesLeft - 1)
                        : Future.failedFuture(Failures.of(FailureCode.INTERNAL, "no free session id was found"));
            case LIMIT_REACHED ->
                Future.failedFuture(Failures.of(FailureCode.LIMIT, "the user holds as many sessions as permitted"));
            case STORE_FULL -> Future.failedFuture(fullStore.refusal());
        });
    }

    private Future<IssuedSession> rotate(SessionToken old) {
        Nonce nonce = issuer.nonce();
        SessionToken successor = old.successor(nonce.toBytes());
        return store.rotate(old.id(), old.secretHash(), successor.secretHash(), nonce)
                .compose(outcome -> {
                    if (outcome instanceof RotateOutcome.Rotated rotated) {
                        boolean mine = rotated.nonce().equals(nonce);
                        SessionToken token =
                                mine ? successor : old.successor(rotated.nonce().toBytes());
                        return Future.succeededFuture(Issuer.issued(rotated.record(), token));
                    }
                    return outcome instanceof RotateOutcome.Unchanged unchanged
                            ? Future.succeededFuture(Issuer.issued(unchanged.record(), old))
                            : Future.failedFuture(notFound());
                });
    }

    private static Future<AuthSession> updated(UpdateOutcome outcome) {
        if (outcome instanceof UpdateOutcome.Updated updated) {
            return Future.succeededFuture(updated.record().session());
        }
        if (outcome instanceof UpdateOutcome.Conflict) {
            return Future.failedFuture(Failures.of(FailureCode.CONFLICT, "the session was changed in between"));
        }
        return Future.failedFuture(outcome instanceof UpdateOutcome.Refused refused ? refused.mistake() : notFound());
    }

    private static ListQuery query(PageRequest page, String scope) {
        return new ListQuery(page.order(), page.limit(), Cursors.read(page.cursor(), page.order(), scope));
    }

    private static SessionPage page(RecordPage records, PageRequest page, String scope) {
        List<AuthSession> sessions =
                records.items().stream().map(SessionRecord::session).toList();
        return new SessionPage(sessions, Cursors.write(records.next(), page.order(), scope));
    }

    private static Throwable notFound() {
        return Failures.of(FailureCode.NOT_FOUND, "there is no such session");
    }
}
