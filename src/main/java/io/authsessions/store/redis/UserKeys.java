package io.authsessions.store.redis;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Remembers whose the sessions are that were read last, so that the script that follows a read needs no other. An id
 * belongs to one user for good, so nothing here is ever wrong; the script checks it all the same. Thread-safe.
 */
final class UserKeys {
    private static final int SLOTS = 4096;

    private final AtomicReferenceArray<@Nullable Entry> slots = new AtomicReferenceArray<>(SLOTS);

    void remember(String sessionId, byte[] userKey) {
        int slot = slot(sessionId);
        Entry there = slots.get(slot);
        if (there == null || !there.sessionId.equals(sessionId)) {
            slots.set(slot, new Entry(sessionId, userKey));
        }
    }

    byte @Nullable [] find(String sessionId) {
        Entry entry = slots.get(slot(sessionId));
        return entry != null && entry.sessionId.equals(sessionId) ? entry.userKey : null;
    }

    void forget(String sessionId) {
        slots.set(slot(sessionId), null);
    }

    private static int slot(String sessionId) {
        int hash = sessionId.hashCode();
        return (hash ^ (hash >>> 16)) & (SLOTS - 1);
    }

    private static final class Entry {
        private final String sessionId;
        private final byte[] userKey;

        Entry(String sessionId, byte[] userKey) {
            this.sessionId = sessionId;
            this.userKey = userKey;
        }
    }
}
