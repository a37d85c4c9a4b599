package io.authsessions.service;

import io.authsessions.model.AuthSession;
import io.authsessions.model.BulkResult;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest;
import io.authsessions.model.Resolution;
import io.authsessions.model.ResolveOptions;
import io.authsessions.model.SessionPage;
import io.authsessions.model.SessionUpdate;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.annotations.ProxyGen;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/**
 * Login sessions: the same calls in process and over the event bus.
 *
 * <p>A call fails with a {@code io.vertx.serviceproxy.ServiceException} whose code is the
 * {@link io.authsessions.model.FailureCode#busCode() bus code} of one of INVALID, NOT_FOUND, CONFLICT, LIMIT,
 * UNAVAILABLE, INTERNAL, and in whose debug info {@code code} says more; nothing else is ever thrown. No call waits
 * longer than the service's deadline (2 s unless configured). Any thread may call; the future completes on the caller's
 * context.
 */
@ProxyGen
@VertxGen
public interface AuthSessionService {
    /** Where the service listens unless configured otherwise. */
    String ADDRESS = "authsessions";
    /** Where each Vert.x that hosts the service publishes its {@link io.authsessions.model.SessionEvent events}. */
    String EVENTS_ADDRESS = "authsessions.events";

    /**
     * A service on the event bus, at {@link #ADDRESS}. It tries this node first and the cluster when this node has
     * none.
     */
    static AuthSessionService createProxy(Vertx vertx) {
        return new BusSessionService(vertx, ADDRESS, BusSessionService.DEFAULT_DEADLINE);
    }

    /** A service on the event bus, at another address. */
    @GenIgnore
    static AuthSessionService createProxy(Vertx vertx, String address) {
        return new BusSessionService(vertx, address, BusSessionService.DEFAULT_DEADLINE);
    }

    /** A service on the event bus, at another address, where calls are given another time than 2 s. */
    @GenIgnore
    static AuthSessionService createProxy(Vertx vertx, String address, Duration deadline) {
        return new BusSessionService(vertx, address, deadline);
    }

    /**
     * Signs a user in.
     *
     * @return the session and its token, which is told this once. LIMIT if the user holds as many sessions as permitted
     *     and the policy refuses more
     */
    Future<IssuedSession> createSession(NewSession request);

    /**
     * Finds what a token stands for, and counts it as a use. Null, malformed, unknown and wrong tokens are one answer,
     * {@link Resolution#NONE}.
     */
    Future<Resolution> resolveSession(@Nullable String token);

    /** As {@link #resolveSession}, by the store alone ({@code strict}), or without counting it as a use. */
    Future<Resolution> resolveSessionWith(@Nullable String token, ResolveOptions options);

    /** The user of a living session, or null; a use. */
    Future<@Nullable String> getUserIdFromSession(@Nullable String token);

    /** The meta of a living session, or null; a use. */
    Future<@Nullable JsonObject> getSessionMeta(@Nullable String token);

    /** A living session by its public id, or null; not a use. */
    Future<@Nullable AuthSession> getSession(String sessionId);

    /** The living sessions of a user, a page at a time. INVALID if the cursor is damaged or of another list. */
    Future<SessionPage> getSessionsForUser(String userId, PageRequest page);

    /** All living sessions, a page at a time. INVALID if the cursor is damaged or of another list. */
    Future<SessionPage> listSessions(PageRequest page);

    /** How many sessions live. */
    Future<Long> countSessions();

    /**
     * Changes label and meta.
     *
     * @return the session after it. NOT_FOUND if there is no living one; CONFLICT if it has another version than
     *     {@code ifVersion}, and then nothing changed
     */
    Future<AuthSession> updateSession(String sessionId, SessionUpdate update);

    /**
     * Gives a session a new token. The old one stays good until the new one was presented, and the policy's
     * {@code rotationGrace} after that; calls that race with one old token all get the same new one. NOT_FOUND if the
     * token is not good.
     */
    Future<IssuedSession> rotateSession(String token);

    /**
     * Notes that the user has just proved who they are, and gives the session a new token; the old one is dead at once
     * (OWASP ASVS 5.0, 7.2.4). The absolute deadline stays. NOT_FOUND if the token is not good.
     */
    Future<IssuedSession> reauthenticateSession(String token);

    /**
     * Ends a session by its public id.
     *
     * @param reason one of {@link io.authsessions.model.EndReason}, or your own of the form {@code [a-z_]{1,32}}
     * @return false if there was none
     */
    Future<Boolean> destroySession(String sessionId, String reason);

    /** Ends the session of a token; false if the token is not good. */
    Future<Boolean> destroySessionByToken(@Nullable String token, String reason);

    /**
     * Ends the sessions of a user, a bounded number per call: repeat it while {@code more} is true.
     *
     * @param exceptSessionId one that is spared, or null
     */
    Future<BulkResult> destroySessionsForUser(String userId, @Nullable String exceptSessionId, String reason);
}
