package io.authsessions.web;

import io.authsessions.model.AuthSession;
import io.authsessions.model.BulkResult;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest;
import io.authsessions.model.Resolution;
import io.authsessions.model.ResolveOptions;
import io.authsessions.model.SessionPage;
import io.authsessions.model.SessionToken;
import io.authsessions.model.SessionUpdate;
import io.authsessions.service.AuthSessionService;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Answers what it is told to, and remembers each call. What a handler must never call fails the test. */
final class FakeSessionService implements AuthSessionService {
    static final Instant SIGNED_IN = Instant.parse("2026-03-01T12:00:00Z");

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Map<String, Resolution> known = new ConcurrentHashMap<>();
    private final List<ResolveOptions> calls = new CopyOnWriteArrayList<>();
    private volatile Function<Resolution, Future<Resolution>> manner = Future::succeededFuture;

    /** Signs a user in. */
    String tokenOf(String userId) {
        SessionToken token = newToken();
        long at = SIGNED_IN.toEpochMilli();
        AuthSession session = new AuthSession(token.id(), userId, "Lynx", "{}", null, at, at, at, at + 3_600_000, 1);
        known.put(token.reveal(), Resolution.live(session));
        return token.reveal();
    }

    /** A token of a session that has ended. */
    String endedToken(String reason) {
        String token = newToken().reveal();
        known.put(token, Resolution.ended(reason, SIGNED_IN.toEpochMilli()));
        return token;
    }

    /** A token of good form that nobody has issued. */
    static String unknownToken() {
        return newToken().reveal();
    }

    /** From now on every answer goes this way. */
    void answerBy(Function<Resolution, Future<Resolution>> newManner) {
        manner = newManner;
    }

    void forget(String token) {
        known.remove(token);
    }

    /** The options of each resolve so far. */
    List<ResolveOptions> calls() {
        return calls;
    }

    private static SessionToken newToken() {
        StringBuilder id = new StringBuilder();
        String digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        RANDOM.ints(22, 0, digits.length()).forEach(i -> id.append(digits.charAt(i)));
        return SessionToken.issue(id.toString(), RANDOM);
    }

    @Override
    public Future<Resolution> resolveSession(String token) {
        return resolveSessionWith(token, ResolveOptions.DEFAULT);
    }

    @Override
    public Future<Resolution> resolveSessionWith(String token, ResolveOptions options) {
        calls.add(options);
        return manner.apply(known.getOrDefault(token, Resolution.NONE));
    }

    @Override
    public Future<IssuedSession> createSession(NewSession request) {
        throw neverCalled();
    }

    @Override
    public Future<String> getUserIdFromSession(String token) {
        throw neverCalled();
    }

    @Override
    public Future<JsonObject> getSessionMeta(String token) {
        throw neverCalled();
    }

    @Override
    public Future<AuthSession> getSession(String sessionId) {
        throw neverCalled();
    }

    @Override
    public Future<SessionPage> getSessionsForUser(String userId, PageRequest page) {
        throw neverCalled();
    }

    @Override
    public Future<SessionPage> listSessions(PageRequest page) {
        throw neverCalled();
    }

    @Override
    public Future<Long> countSessions() {
        throw neverCalled();
    }

    @Override
    public Future<AuthSession> updateSession(String sessionId, SessionUpdate update) {
        throw neverCalled();
    }

    @Override
    public Future<IssuedSession> rotateSession(String token) {
        throw neverCalled();
    }

    @Override
    public Future<IssuedSession> reauthenticateSession(String token) {
        throw neverCalled();
    }

    @Override
    public Future<Boolean> destroySession(String sessionId, String reason) {
        throw neverCalled();
    }

    @Override
    public Future<Boolean> destroySessionByToken(String token, String reason) {
        throw neverCalled();
    }

    @Override
    public Future<BulkResult> destroySessionsForUser(String userId, String exceptSessionId, String reason) {
        throw neverCalled();
    }

    private static AssertionError neverCalled() {
        return new AssertionError("the handler resolves tokens and nothing else");
    }
}
