package io.authsessions.service;

import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionPolicy;
import io.authsessions.store.SessionRecord;
import io.authsessions.store.SessionStore;
import io.authsessions.store.UseOutcome;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What the last uses came to that were recorded from here, for those who began before that was known: their own use would
 * change nothing more, and the outcome is as good an answer for them as one of their own, since it came after they began.
 * Whoever began later is told nothing, and asks the store; so what a failover has lost is recorded anew. Sessions share a
 * bounded number of places. Thread-safe.
 */
final class KnownUses {
    private static final int PLACES = 1024;

    private final SessionPolicy policy;
    private final AtomicLong count = new AtomicLong();
    private final AtomicReferenceArray<@Nullable Use> last = new AtomicReferenceArray<>(PLACES);

    private record Use(long number, String sessionId, SecretHash presented, UseOutcome outcome) {}

    KnownUses(SessionPolicy policy) {
        this.policy = policy;
    }

    /** How many there were. */
    long count() {
        return count.get();
    }

    /** Notes what a use came to; nothing if that is not known. */
    void add(String sessionId, SecretHash presented, @Nullable UseOutcome outcome) {
        if (outcome != null) {
            last.set(place(sessionId), new Use(count.incrementAndGet(), sessionId, presented, outcome));
        }
    }

    /**
     * What a use came to that became known after so many, if another of the same token at the given time would come to the
     * same; else null.
     *
     * @param usedAt as for {@link SessionStore#use}
     */
    @Nullable
    UseOutcome since(long begun, String sessionId, SecretHash presented, long usedAt) {
        Use use = last.get(place(sessionId));
        return use != null
                        && use.number > begun
                        && use.sessionId.equals(sessionId)
                        && use.presented.matches(presented)
                        && settles(use.outcome, presented, usedAt)
                ? use.outcome
                : null;
    }

    private boolean settles(UseOutcome outcome, SecretHash presented, long usedAt) {
        if (outcome instanceof UseOutcome.Live live) {
            SessionRecord record = live.record();
            boolean isRecorded = usedAt == SessionStore.NOT_A_USE || !record.touchDue(usedAt, policy);
            return isRecorded && record.secretHash().matches(presented) && !record.awaitsPresentation();
        }
        // No token comes back to life.
        return true;
    }

    private static int place(String sessionId) {
        int hash = sessionId.hashCode();
        return (hash ^ (hash >>> 16)) & (PLACES - 1);
    }
}
