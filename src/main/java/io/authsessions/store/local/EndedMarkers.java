package io.authsessions.store.local;

import io.authsessions.store.EndedMarker;
import java.util.ArrayDeque;

/**
 * The markers of ended sessions in the order in which they came, so that the oldest give way first. Thread-safe; its
 * lock is taken last and nothing is called under it that takes another.
 */
final class EndedMarkers {
    private record Entry(String sessionId, EndedMarker marker) {}

    private final HeldSessions held;
    private final ArrayDeque<Entry> oldestFirst = new ArrayDeque<>();

    EndedMarkers(HeldSessions held) {
        this.held = held;
    }

    /** Puts a marker in the place of a record, and drops the oldest markers beyond the number that may be kept. */
    synchronized void add(String sessionId, EndedMarker marker, int keep) {
        held.put(sessionId, marker);
        oldestFirst.add(new Entry(sessionId, marker));
        while (oldestFirst.size() > keep) {
            dropOldest();
        }
    }

    /**
     * Drops at most so many markers of what ended at that time or before.
     *
     * @return whether there are more of them
     */
    synchronized boolean drop(long endedUntil, int most) {
        int dropped = 0;
        while (oldestIsOf(endedUntil) && dropped < most) {
            dropOldest();
            dropped++;
        }
        return oldestIsOf(endedUntil);
    }

    private boolean oldestIsOf(long endedUntil) {
        Entry oldest = oldestFirst.peek();
        return oldest != null && oldest.marker().atMillis() <= endedUntil;
    }

    private void dropOldest() {
        Entry oldest = oldestFirst.remove();
        held.remove(oldest.sessionId(), oldest.marker());
    }
}
