package io.authsessions.service;

import io.authsessions.model.SecretHash;
import io.authsessions.store.SessionStore;
import io.authsessions.store.UseOutcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Records uses: off the response path, one at a time for each session, where one that fails is not repeated since the next
 * use of the session tries again; or, where what the store says of it decides, once for all who wait for that. Thread-safe.
 */
final class Touches {
    private final SessionStore store;
    private final ConcurrentHashMap<String, Promise<Void>> underWay = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Presented, Promise<UseOutcome>> decided = new ConcurrentHashMap<>();

    private record Presented(String sessionId, SecretHash hash) {}

    Touches(SessionStore store) {
        this.store = store;
    }

    /** Records a use; the outcome if it is known at once, else null. */
    @Nullable
    UseOutcome record(String sessionId, SecretHash presented, long usedAt) {
        Promise<Void> ended = Promise.promise();
        if (underWay.putIfAbsent(sessionId, ended) != null) {
            return null;
        }
        Future<UseOutcome> use;
        try {
            use = store.use(sessionId, presented, usedAt);
        } catch (RuntimeException e) {
            end(sessionId, ended);
            throw e;
        }
        if (use.isComplete()) {
            end(sessionId, ended);
            return use.result();
        }
        use.onComplete(result -> end(sessionId, ended));
        return null;
    }

    /**
     * Lets the store decide on a token, once for all that ask while that is under way. Its answer is never older than what
     * one of them has read before: once it is decided, whoever reads sees that there is nothing to decide.
     */
    Future<UseOutcome> decide(String sessionId, SecretHash presented, long usedAt) {
        Presented key = new Presented(sessionId, presented);
        Promise<UseOutcome> mine = Promise.promise();
        Promise<UseOutcome> there = decided.putIfAbsent(key, mine);
        if (there != null) {
            return there.future();
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
