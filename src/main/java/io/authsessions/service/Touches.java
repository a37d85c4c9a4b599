package io.authsessions.service;

import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionPolicy;
import io.authsessions.store.SessionStore;
import io.authsessions.store.UseOutcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Records uses: off the response path, one at a time for each session, where one that fails is not repeated since the next
 * use of the session tries again; or, where what the store says of it decides, once for all who wait for that. Of those
 * that came while another was on its way, and have read the session before that was recorded, none is sent again.
 * Thread-safe.
 */
final class Touches {
    private final SessionStore store;
    private final KnownUses known;
    private final ConcurrentHashMap<String, Promise<Void>> underWay = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Presented, Promise<UseOutcome>> decided = new ConcurrentHashMap<>();

    private record Presented(String sessionId, SecretHash hash) {}

    Touches(SessionStore store, SessionPolicy policy) {
        this.store = store;
        this.known = new KnownUses(policy);
    }

    /** How many uses have been recorded from here; to be taken before the session is read that is to be used. */
    long begin() {
        return known.count();
    }

    /**
     * Records a use; the outcome if it is known at once, else null.
     *
     * @param begun when whoever uses it began, by {@link #begin}
     */
    @Nullable
    UseOutcome record(String sessionId, SecretHash presented, long usedAt, long begun) {
        Promise<Void> ended = Promise.promise();
        if (underWay.putIfAbsent(sessionId, ended) != null) {
            return null;
        }
        UseOutcome sinceThen = known.since(begun, sessionId, presented, usedAt);
        if (sinceThen != null) {
            end(sessionId, ended);
            return sinceThen;
        }
        Future<UseOutcome> use;
        try {
            use = store.use(sessionId, presented, usedAt);
        } catch (RuntimeException e) {
            end(sessionId, ended);
            throw e;
        }
        if (use.isComplete()) {
            known.add(sessionId, presented, use.result());
            end(sessionId, ended);
            return use.result();
        }
        use.onComplete((outcome, failure) -> {
            known.add(sessionId, presented, outcome);
            end(sessionId, ended);
        });
        return null;
    }

    /**
     * Lets the store decide on a token, once for all that ask while that is under way. Its answer is never older than what
     * one of them has read before: once it is decided, whoever reads sees that there is nothing to decide.
     *
     * @param begun when whoever presents it began, by {@link #begin}
     */
    Future<UseOutcome> decide(String sessionId, SecretHash presented, long usedAt, long begun) {
        Presented key = new Presented(sessionId, presented);
        Promise<UseOutcome> mine = Promise.promise();
        Promise<UseOutcome> there = decided.putIfAbsent(key, mine);
        if (there != null) {
            return there.future();
        }
        UseOutcome sinceThen = known.since(begun, sessionId, presented, usedAt);
        if (sinceThen != null) {
            decided.remove(key, mine);
            mine.complete(sinceThen);
            return mine.future();
        }
        Future<UseOutcome> use;
        try {
            use = store.use(sessionId, presented, usedAt);
        } catch (RuntimeException e) {
            decided.remove(key, mine);
            mine.fail(e);
            throw e;
        }
        use.onComplete((outcome, failure) -> {
            known.add(sessionId, presented, outcome);
            decided.remove(key, mine);
            mine.complete(outcome, failure);
        });
        return mine.future();
    }

    /** Completes when what is under way now has ended, which the store sees to within its deadline. */
    Future<Void> settled() {
        return Future.join(underWay.values().stream().map(Promise::future).toList())
                .mapEmpty();
    }

    private void end(String sessionId, Promise<Void> ended) {
        underWay.remove(sessionId);
        ended.complete();
    }
}
