package io.authsessions.server;

import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Counts failures per key in windows of a minute, for a bounded number of keys; beyond it the oldest windows are
 * forgotten, so that many keys cost memory for none. A key that has had enough keeps a few looks, which come back one by
 * one when they are spent: who shares it may not have failed at all. Thread-safe.
 */
final class FailureCounts {
    static final int MAX_KEYS = 10_000;
    /** The most looks that a key has at once. */
    static final int MAX_LOOKS = 10;

    private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(6);

    private final int max;
    private final LongSupplier nanoTime;
    private final Map<String, Window> windows = new ConcurrentHashMap<>();

    /**
     * A minute of one key.
     *
     * @param busyUntil when all its looks will have come back, or a moment that is past
     */
    private record Window(long begunAt, int failures, long busyUntil) {
        Window busyUntil(long moment) {
            return new Window(begunAt, failures, moment);
        }
    }

    /**
     * Counts from nothing.
     *
     * @param max after so many failures in one window a key has had enough; 0 for never
     * @param nanoTime a clock that only goes forward, in nanoseconds
     */
    FailureCounts(int max, LongSupplier nanoTime) {
        this.max = max;
        this.nanoTime = nanoTime;
    }

    /** Counts a failure. */
    void add(String key) {
        if (max == 0) {
            return;
        }
        long now = nanoTime.getAsLong();
        if (windows.size() >= MAX_KEYS && !windows.containsKey(key)) {
            makeRoom(now);
        }
        windows.compute(
                key,
                (same, window) -> window == null || isOver(window, now)
                        ? new Window(now, 1, now)
                        : new Window(window.begunAt, Math.min(max, window.failures + 1), window.busyUntil));
    }

    /** Takes one of the looks that a key has left; false if there is none now. */
    boolean takeLook(String key) {
        long now = nanoTime.getAsLong();
        long most = (Math.min(max, MAX_LOOKS) - 1) * LOOK_NANOS;
        Window window = windows.get(key);
        while (window != null && !isOver(window, now)) {
            long busy = Math.max(0, window.busyUntil - now);
            if (busy > most) {
                return false;
            }
            if (windows.replace(key, window, window.busyUntil(now + busy + LOOK_NANOS))) {
                return true;
            }
            window = windows.get(key);
        }
        return true;
    }

    /** Gives a look back that did not end in a failure. */
    void returnLook(String key) {
        windows.computeIfPresent(key, (same, window) -> window.busyUntil(window.busyUntil - LOOK_NANOS));
    }

    /** In how many seconds a key may fail again: 0 for now. */
    int secondsToWait(String key) {
        Window window = max == 0 ? null : windows.get(key);
        long now = nanoTime.getAsLong();
        if (window == null || window.failures < max || isOver(window, now)) {
            return 0;
        }
        long left = WINDOW_NANOS - (now - window.begunAt);
        return (int) Math.max(1, TimeUnit.NANOSECONDS.toSeconds(left + TimeUnit.SECONDS.toNanos(1) - 1));
    }

    /** How many keys are kept. */
    int size() {
        return windows.size();
    }

    /** Windows that are over go first; if all are new, some of them go, whoever's they are. */
    private synchronized void makeRoom(long now) {
        windows.values().removeIf(window -> isOver(window, now));
        Iterator<String> keys = windows.keySet().iterator();
        for (int surplus = windows.size() - MAX_KEYS * 9 / 10; surplus > 0 && keys.hasNext(); surplus--) {
            keys.next();
            keys.remove();
        }
    }

    private static boolean isOver(Window window, long now) {
        return now - window.begunAt >= WINDOW_NANOS;
    }
}
