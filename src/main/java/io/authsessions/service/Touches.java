package io.authsessions.service;

import io.authsessions.model.SecretHash;
import io.authsessions.store.SessionStore;
import io.authsessions.store.UseOutcome;
import io.vertx.core.Future;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Records uses off the response path: one at a time for each session. One that fails is not repeated here, since the
 * next use of the session tries again. Thread-safe.
 */
final class Touches {
    private final SessionStore store;
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();

    Touches(SessionStore store) {
        this.store = store;
    }

    /** Records a use; the outcome if it is known at once, else null. */
    @Nullable
    UseOutcome record(String sessionId, SecretHash presented, long usedAt) {
        if (!underWay.add(sessionId)) {
            return null;
        }
        Future<UseOutcome> use;
        try {
            use = store.use(sessionId, presented, usedAt);
        } catch (RuntimeException e) {
            underWay.remove(sessionId);
            throw e;
        }
        if (use.isComplete()) {
            underWay.remove(sessionId);
            return use.result();
        }
        use.onComplete(result -> underWay.remove(sessionId));
        return null;
    }
}
