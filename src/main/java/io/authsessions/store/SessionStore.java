package io.authsessions.store;

import io.authsessions.model.BulkResult;
import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionEvent;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionUpdate;
import io.vertx.core.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where sessions are kept. The laws that every store keeps, each proven by the published contract test
 * ({@code SessionStoreContract} in the test jar):
 *
 * <ol>
 *   <li>{@link #create} never overwrites.
 *   <li>Nothing but {@code create} brings a session into being. Whatever races with a destroy loses, in any order of
 *       arrival: a destroyed session never comes back, not for a moment.
 *   <li>Each change is one atomic step over the record and every index it stands in, or nothing.
 *   <li>Expiry is read from the record against {@link #nowMillis()} on every read; at its deadline a session is
 *       expired.
 *   <li>A change of label or meta is never lost; a stale version changes nothing.
 *   <li>{@code lastUsedAt} never goes backwards.
 *   <li>Lists hold no ended or expired session and miss none; their cost does not depend on how many other sessions
 *       there are.
 *   <li>All values are immutable.
 *   <li>A record that cannot be read is absent, and is counted; no reader deletes it. A record of a newer format fails
 *       the call with {@link StoreException#NEWER_FORMAT}, except {@link #destroy}, which ends it.
 *   <li>A failed future means that the store is broken or too slow, or a fault of its own; it fails with a
 *       {@link StoreException}. Unknown, conflict and limit are returned outcomes.
 *   <li>Limits count living sessions only: expired ones end in the same step, before anyone is evicted or refused.
 * </ol>
 *
 * <p>Every method is safe to call from any thread; a future completes on the caller's context where there is one. No
 * method waits: one that cannot answer fails within the deadline that the store was given. All times are milliseconds
 * since the epoch by the store's clock.
 */
public interface SessionStore {
    /**
     * Begins to work. Events of all changes, made through this store or, in a shared one, by others, go to the consumer:
     * each once per Vert.x, on any thread. Called once, before everything else.
     */
    Future<Void> open(Consumer<SessionEvent> events);

    /** Ends the work and frees what is held; the sessions stay. A second call does nothing. */
    Future<Void> close();

    /** The store's clock: the one authority on deadlines and uses. */
    long nowMillis();

    /**
     * As {@link #nowMillis()}, for who has just read {@link System#nanoTime()}: a store whose clock runs by that need not read
     * it once more.
     *
     * @param nanoTime what was read
     */
    default long nowMillis(long nanoTime) {
        return nowMillis();
    }

    /** Into how many buckets users are divided; from 1 to {@link SessionIds#MAX_BUCKETS}, the same for good. */
    int buckets();

    /**
     * Brings a session into being, and in the same step keeps the limit of the policy: expired sessions of the user end
     * first, then, by the policy, others give way (reason {@code limit}) or the new one is refused.
     *
     * @param record whose id names the bucket of its user
     * @return created; or that the id is taken, which changed nothing; or that the limit refuses it, or the store is
     *     full
     */
    Future<CreateOutcome> create(SessionRecord record);

    /**
     * What stands under an id. Not a use, and nothing is written: a record is given as it is, even when it has expired,
     * for the caller to judge against {@link #nowMillis()}.
     *
     * @return the record, the marker of an ended one, or null
     */
    Future<@Nullable StoredSession> find(String sessionId);

    /**
     * Takes note that a token was presented. In one step: judges the token and the deadlines as of now; records the use,
     * at most once per {@code touchInterval}; records the first presentation of a successor; and ends the session if the
     * token is a predecessor whose grace is over (unless the policy says refuse). Repeating it changes nothing more.
     *
     * @param usedAt the time of the use, which may lie a little back, or {@link #NOT_A_USE}
     */
    Future<UseOutcome> use(String sessionId, SecretHash presented, long usedAt);

    /** In {@link #use}: the token was presented, but is not to count as a use of the session. */
    long NOT_A_USE = -1;

    /**
     * Changes label and meta of a living session. An empty update changes nothing, not the version either, and returns
     * the session.
     */
    Future<UpdateOutcome> update(String sessionId, SessionUpdate update);

    /**
     * Gives a session the successor of its token. All calls that race with the same old token get the nonce of one and
     * the same successor. A successor younger than the grace is not rotated again.
     *
     * @param presented the hash of the token that is to be replaced
     * @param successor the hash of the token that derives from it and the nonce
     */
    Future<RotateOutcome> rotate(String sessionId, SecretHash presented, SecretHash successor, Nonce nonce);

    /** Gives a session a fresh token, without grace for the old one, and notes that the user was authenticated now. */
    Future<UseOutcome> reauthenticate(String sessionId, SecretHash presented, SecretHash fresh);

    /**
     * Ends a session and leaves a marker.
     *
     * @param presented the hash of a token that must be good for it (current, or within the grace), or null for no
     *     such condition
     * @return whether this call ended it: false if there was none, or it had expired, or the token was not good
     */
    Future<Boolean> destroy(String sessionId, @Nullable SecretHash presented, String reason);

    /**
     * Ends sessions of a user, a bounded number per call. Repeated until {@code more} is false it ends every session
     * whose create had returned when the first call began.
     *
     * @param exceptSessionId one that is spared, or null
     */
    Future<BulkResult> destroyForUser(String userId, @Nullable String exceptSessionId, String reason);

    /** A page of one user's living sessions. */
    Future<RecordPage> listForUser(String userId, ListQuery query);

    /** A page of all living sessions. */
    Future<RecordPage> list(ListQuery query);

    /** How many sessions live; expired ones that are not swept yet do not count. */
    Future<Long> count();

    /**
     * Ends a small, bounded number of expired sessions, each with one {@code expired} event, and leaves their markers.
     * Bounded so that it never holds up an event loop for more than a few milliseconds.
     *
     * @return whether there is more to do at once
     */
    Future<Boolean> sweep();
}
