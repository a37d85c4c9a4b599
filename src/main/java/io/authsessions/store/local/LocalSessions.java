package io.authsessions.store.local;

import io.authsessions.model.SessionIds;
import io.authsessions.store.StoredSession;
import io.vertx.core.shareddata.Shareable;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** All sessions of one Vert.x: what every {@link LocalSessionStore} of one name shares. Thread-safe. */
final class LocalSessions implements Shareable {
    static final int BUCKETS = 256;

    private final HeldSessions held = new HeldSessions();
    private final EndedMarkers markers = new EndedMarkers(held);
    private final AtomicLong size = new AtomicLong();
    private final AtomicInteger sweepTurn = new AtomicInteger();
    private final Bucket[] buckets = new Bucket[BUCKETS];

    LocalSessions() {
        for (int i = 0; i < BUCKETS; i++) {
            buckets[i] = new Bucket(held, markers, size, TreeSet::new);
        }
    }

    /** What stands under an id, without a lock. */
    @Nullable
    StoredSession get(String sessionId) {
        return held.get(sessionId);
    }

    Bucket bucket(int number) {
        return buckets[number];
    }

    Bucket bucketOfUser(String userId) {
        return buckets[SessionIds.bucketOfUser(userId, BUCKETS)];
    }

    /** The bucket of an id under which something stood. */
    Bucket bucketOf(String sessionId) {
        return buckets[SessionIds.bucketOf(sessionId)];
    }

    EndedMarkers markers() {
        return markers;
    }

    /** Where the next slice of sweeping begins. */
    int nextSweepTurn() {
        return Math.floorMod(sweepTurn.getAndIncrement(), BUCKETS);
    }

    /** Whether the store holds as many sessions as it may; 0 is no bound. */
    boolean isFull(long maxSessions) {
        return maxSessions > 0 && size.get() >= maxSessions;
    }

    /** Takes room for one more session, unless the store is full. */
    boolean takeRoom(long maxSessions) {
        long before = size.getAndUpdate(n -> maxSessions > 0 && n >= maxSessions ? n : n + 1);
        return maxSessions == 0 || before < maxSessions;
    }
}
