package io.authsessions.store;

import io.authsessions.model.AuthSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionUpdate;
import org.jspecify.annotations.Nullable;

/**
 * All that a store keeps of a living session, and the rules by which it changes. Immutable: each change is a new
 * record. Every store applies these rules and no others; a store that cannot call them (a script inside a database)
 * does the same and is held to it by the contract test.
 *
 * @param session what callers see
 * @param secretHash of the token that is good now
 * @param idleTimeoutMillis how long this session lives unused
 * @param idleDeadlineMillis last use + idle timeout + touch interval of the policy at that time
 * @param absoluteDeadlineMillis creation + absolute lifetime; never moves
 * @param rotation the last rotation, or null after create and re-authentication
 */
public record SessionRecord(
        AuthSession session,
        SecretHash secretHash,
        long idleTimeoutMillis,
        long idleDeadlineMillis,
        long absoluteDeadlineMillis,
        @Nullable Rotation rotation)
        implements StoredSession {

    /** How a presented token stands to a living session. */
    public enum Standing {
        /** The token that is good. */
        CURRENT,
        /** The one before, within the grace: as good. */
        PREDECESSOR,
        /** The one before, after the grace: it may have been stolen. */
        REUSED,
        /** Not a token of this session. */
        MISMATCH
    }

    /** A new session. */
    public static SessionRecord create(
            String id, SecretHash secretHash, NewSession request, SessionPolicy policy, long now) {
        Long ownIdle = request.idleTimeoutMillis();
        Long ownAbsolute = request.absoluteTimeoutMillis();
        long idle = ownIdle == null ? policy.idleTimeout().toMillis() : ownIdle;
        long absolute = now + (ownAbsolute == null ? policy.absoluteTimeout().toMillis() : ownAbsolute);
        long idleDeadline = now + idle + policy.touchInterval().toMillis();
        AuthSession session = new AuthSession(
                id,
                request.userId(),
                request.label(),
                request.metaJson(),
                request.client(),
                now,
                now,
                now,
                Math.min(idleDeadline, absolute),
                1);
        return new SessionRecord(session, secretHash, idle, idleDeadline, absolute, null);
    }

    /** The session's public id. */
    public String id() {
        return session.id();
    }

    /** The earlier of the idle and the absolute deadline. */
    public long deadlineMillis() {
        return session.expiresAtMillis();
    }

    /** Whether its time is over. At the deadline itself it is. */
    public boolean expired(long now) {
        return now >= session.expiresAtMillis();
    }

    /** How a presented token stands to it; both comparisons are constant-time. */
    public Standing standing(SecretHash presented, long now, SessionPolicy policy) {
        if (secretHash.matches(presented)) {
            return Standing.CURRENT;
        }
        if (rotation == null || !rotation.previous().matches(presented)) {
            return Standing.MISMATCH;
        }
        return rotation.graceOver(now, policy.rotationGrace().toMillis()) ? Standing.REUSED : Standing.PREDECESSOR;
    }

    /** Whether the present token came from a rotation and has not been presented yet. */
    public boolean awaitsPresentation() {
        return rotation != null && !rotation.presented();
    }

    /** Whether a use at that time is to be recorded. */
    public boolean touchDue(long usedAt, SessionPolicy policy) {
        return usedAt - session.lastUsedAtMillis() >= policy.touchInterval().toMillis()
                && usedAt > session.lastUsedAtMillis();
    }

    /** Whether the present token may be rotated: not while it is itself a successor younger than the grace. */
    public boolean mayRotate(long now, SessionPolicy policy) {
        return rotation == null
                || now - rotation.atMillis() >= policy.rotationGrace().toMillis();
    }

    /** This after a use; the time of use and the deadline never go backwards. */
    public SessionRecord used(long usedAt, SessionPolicy policy) {
        long last = Math.max(usedAt, session.lastUsedAtMillis());
        long idleDeadline = Math.max(
                idleDeadlineMillis,
                last + idleTimeoutMillis + policy.touchInterval().toMillis());
        return new SessionRecord(
                session(session.label(), session.metaJson(), last, session.authenticatedAtMillis(), idleDeadline, 0),
                secretHash,
                idleTimeoutMillis,
                idleDeadline,
                absoluteDeadlineMillis,
                rotation);
    }

    /** This after the present token was presented. */
    public SessionRecord presented(long now) {
        return rotation == null ? this : with(rotation.presentedAt(now));
    }

    /** This before it is written: without a nonce whose grace is over. */
    public SessionRecord forgetting(long now, SessionPolicy policy) {
        return rotation == null
                ? this
                : with(rotation.forgetting(now, policy.rotationGrace().toMillis()));
    }

    /** This with the successor of its token. */
    public SessionRecord rotated(SecretHash successor, Nonce nonce, long now) {
        return new SessionRecord(
                session(
                        session.label(),
                        session.metaJson(),
                        session.lastUsedAtMillis(),
                        session.authenticatedAtMillis(),
                        idleDeadlineMillis,
                        1),
                successor,
                idleTimeoutMillis,
                idleDeadlineMillis,
                absoluteDeadlineMillis,
                new Rotation(secretHash, nonce, now, Rotation.NOT_PRESENTED));
    }

    /** This with a token of its own, after the user proved who they are; the absolute deadline stays. */
    public SessionRecord reauthenticated(SecretHash fresh, long now) {
        long authenticatedAt = Math.max(now, session.authenticatedAtMillis());
        return new SessionRecord(
                session(
                        session.label(),
                        session.metaJson(),
                        session.lastUsedAtMillis(),
                        authenticatedAt,
                        idleDeadlineMillis,
                        1),
                fresh,
                idleTimeoutMillis,
                idleDeadlineMillis,
                absoluteDeadlineMillis,
                null);
    }

    /**
     * This with another label and meta.
     *
     * @throws io.authsessions.model.InvalidRequestException if the merged meta is too large or too deep
     */
    public SessionRecord updated(SessionUpdate update) {
        return new SessionRecord(
                session(
                        update.labelAfter(session.label()),
                        update.metaAfter(session.metaJson()),
                        session.lastUsedAtMillis(),
                        session.authenticatedAtMillis(),
                        idleDeadlineMillis,
                        1),
                secretHash,
                idleTimeoutMillis,
                idleDeadlineMillis,
                absoluteDeadlineMillis,
                rotation);
    }

    /** What is left of it after its end. */
    public EndedMarker ended(String reason, long now) {
        return new EndedMarker(reason, now, secretHash);
    }

    private SessionRecord with(Rotation value) {
        return value.equals(rotation)
                ? this
                : new SessionRecord(
                        session, secretHash, idleTimeoutMillis, idleDeadlineMillis, absoluteDeadlineMillis, value);
    }

    private AuthSession session(
            @Nullable String label,
            String metaJson,
            long lastUsedAt,
            long authenticatedAt,
            long idleDeadline,
            int versionStep) {
        return new AuthSession(
                session.id(),
                session.userId(),
                label,
                metaJson,
                session.client(),
                session.createdAtMillis(),
                lastUsedAt,
                authenticatedAt,
                Math.min(idleDeadline, absoluteDeadlineMillis),
                session.version() + versionStep);
    }
}
