package io.authsessions.service;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The change marks of a bucket each of which is known to have replaced the one before it, of these the last. Each has a
 * place, and places only grow, so that what was noted before a new beginning is not taken for something since. Not
 * thread-safe.
 */
final class MarkChain {
    /** So many changes may be announced before an older read is answered. */
    private static final int MOST = 128;

    private final LinkedHashMap<String, Long> places = new LinkedHashMap<>();
    private @Nullable String last;
    private long place;

    boolean isEmpty() {
        return last == null;
    }

    boolean has(String mark) {
        return places.containsKey(mark);
    }

    boolean endsWith(@Nullable String mark) {
        return last != null && last.equals(mark);
    }

    /** Of the last mark, or if there is none of the one before the next. */
    long place() {
        return place;
    }

    /** Whether it is one of these, and not of before that place. */
    boolean hasSince(@Nullable String mark, long earliest) {
        Long at = mark == null ? null : places.get(mark);
        return at != null && at >= earliest;
    }

    /** Whether it is one of these that is known to have replaced another than the given. */
    boolean contradicts(String mark, @Nullable String previous) {
        Long at = places.get(mark);
        if (at == null || at == place - places.size() + 1) {
            return false;
        }
        Long before = previous == null ? null : places.get(previous);
        return before == null || before != at - 1;
    }

    void append(String mark) {
        last = mark;
        places.put(mark, ++place);
        if (places.size() > MOST) {
            Map.Entry<String, Long> oldest = places.entrySet().iterator().next();
            places.remove(oldest.getKey());
        }
    }

    void clear() {
        places.clear();
        last = null;
    }
}
