package io.authsessions.service;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a near cache does. Thread-safe. */
final class CacheCounters {
    final LongAdder hits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder invalidations = new LongAdder();
    private final Map<DropCause, LongAdder> drops = new EnumMap<>(DropCause.class);

    CacheCounters() {
        for (DropCause cause : DropCause.values()) {
            drops.put(cause, new LongAdder());
        }
    }

    void dropped(DropCause cause) {
        LongAdder count = drops.get(cause);
        if (count != null) {
            count.increment();
        }
    }

    Map<String, Long> dropsByCause() {
        Map<String, Long> counts = new TreeMap<>();
        drops.forEach((cause, count) -> counts.put(cause.name().toLowerCase(Locale.ROOT), count.sum()));
        return counts;
    }
}
