package io.authsessions.service;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * When something of a user was last changed from here whose session ids nobody here knows: the end of all of a user's
 * sessions, or a creation at the limit. Users share a bounded number of places, so that now and then a copy is thought
 * older than it is. Thread-safe.
 */
final class UserStamps {
    private static final int PLACES = 4096;

    private final AtomicLong changes = new AtomicLong();
    private final AtomicLongArray last = new AtomicLongArray(PLACES);

    /** What is read from now on is younger than all changes so far. */
    long now() {
        return changes.get();
    }

    void changed(String userId) {
        last.accumulateAndGet(place(userId), changes.incrementAndGet(), Math::max);
    }

    boolean unchangedSince(String userId, long stamp) {
        return last.get(place(userId)) <= stamp;
    }

    private static int place(String userId) {
        int hash = userId.hashCode();
        return (hash ^ (hash >>> 16)) & (PLACES - 1);
    }
}
