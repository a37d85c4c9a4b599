package io.authsessions.service;

import io.authsessions.model.EndReason;
import io.authsessions.model.Resolution;
import io.authsessions.model.ResolveOptions;
import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionToken;
import io.authsessions.store.EndedMarker;
import io.authsessions.store.SessionRecord;
import io.authsessions.store.SessionRecord.Standing;
import io.authsessions.store.SessionStore;
import io.authsessions.store.StoredSession;
import io.authsessions.store.UseOutcome;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a token stands for: the hot path. One read of the store, judged here; the store is asked for more only
 * where something is to be recorded or decided. Thread-safe.
 */
final class Resolver {
    static final Future<Resolution> NONE = Future.succeededFuture(Resolution.NONE);

    private final SessionStore store;
    private final SessionPolicy policy;
    private final Touches touches;

    Resolver(SessionStore store, SessionPolicy policy) {
        this.store = store;
        this.policy = policy;
        this.touches = new Touches(store, policy);
    }

    Touches touches() {
        return touches;
    }

    Future<Resolution> resolve(SessionToken token, ResolveOptions options) {
        long begun = touches.begin();
        Future<@Nullable StoredSession> found = store.find(token.id());
        return found.succeeded()
                ? judge(token, found.result(), options, begun)
                : found.compose(stored -> judge(token, stored, options, begun));
    }

    /**
     * Judges by what was read.
     *
     * @param begun by {@link Touches#begin}, before it was read
     */
    Future<Resolution> judge(SessionToken token, @Nullable StoredSession stored, ResolveOptions options, long begun) {
        if (stored instanceof SessionRecord record) {
            return judge(token, record, options, begun);
        }
        return stored instanceof EndedMarker marker && marker.secretHash().matches(token.secretHash())
                ? ended(marker)
                : NONE;
    }

    private Future<Resolution> judge(SessionToken token, SessionRecord record, ResolveOptions options, long begun) {
        SecretHash presented = token.secretHash();
        long now = store.nowMillis();
        Standing standing = record.standing(presented, now, policy);
        if (standing == Standing.MISMATCH) {
            return NONE;
        }
        if (record.expired(now)) {
            return standing == Standing.CURRENT
                    ? ended(record.ended(EndReason.EXPIRED, record.deadlineMillis()))
                    : NONE;
        }
        long usedAt = options.touch() ? now : SessionStore.NOT_A_USE;
        boolean touchDue = options.touch() && record.touchDue(now, policy);
        boolean decisive = touchDue
                && record.deadlineMillis() - now < policy.touchInterval().toMillis();
        if (standing == Standing.REUSED || decisive) {
            return touches.decide(record.id(), presented, usedAt, begun).compose(Resolver::outcome);
        }
        if (touchDue || (standing == Standing.CURRENT && record.awaitsPresentation())) {
            UseOutcome outcome = touches.record(record.id(), presented, usedAt, begun);
            if (outcome != null) {
                return outcome(outcome);
            }
        }
        return Future.succeededFuture(Resolution.live(record.session()));
    }

    static Future<Resolution> outcome(UseOutcome outcome) {
        if (outcome instanceof UseOutcome.Live live) {
            return Future.succeededFuture(Resolution.live(live.record().session()));
        }
        return outcome instanceof UseOutcome.Gone gone && gone.marker() != null ? ended(gone.marker()) : NONE;
    }

    private static Future<Resolution> ended(EndedMarker marker) {
        return Future.succeededFuture(Resolution.ended(marker.reason(), marker.atMillis()));
    }
}
