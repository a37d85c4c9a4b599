package io.authsessions.service;

/**
 * For how long the copies of one bucket count as current. Immutable, and read as one value.
 *
 * @param epoch of the copies that it is for; others were dropped
 * @param given false before anything was proven
 * @param untilNanos when it ends, by the clock that only counts
 * @param untilWallMillis when it ends, by the wall clock
 */
record Lease(long epoch, boolean given, long untilNanos, long untilWallMillis) {
    static Lease none(long epoch) {
        return new Lease(epoch, false, 0, 0);
    }

    boolean endsBefore(Lease other) {
        return !given || untilNanos - other.untilNanos < 0;
    }
}
