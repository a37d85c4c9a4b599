package io.authsessions.service;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The two clocks by which leases run: one that no setting of the time moves but that may stand still while the host is
 * suspended, and the wall clock, which does not. A lease is over when either says so. Neither is the clock by which
 * sessions live. Thread-safe, as its sources.
 *
 * @param nanoTime as {@link System#nanoTime()}
 * @param wall the time of day
 * @param lease how long a lease lasts
 */
record LeaseClock(LongSupplier nanoTime, InstantSource wall, Duration lease) {
    /** One moment by both. */
    record Moment(long nanos, long wallMillis) {}

    /** Now, read before what is to be proven is sent. */
    Moment now() {
        return new Moment(nanoTime.getAsLong(), wall.millis());
    }

    /** The lease that a mark proves which was read at that moment or later. */
    Lease from(Moment sent, long epoch) {
        return new Lease(epoch, true, sent.nanos() + lease.toNanos(), sent.wallMillis() + lease.toMillis());
    }

    /** Whether a lease lasts at this moment. */
    boolean holds(Lease granted) {
        return holds(granted, nanoTime.getAsLong());
    }

    /** Whether a lease lasts at this moment, of which the clock that only counts has been read. */
    boolean holds(Lease granted, long nanos) {
        return granted.given() && nanos - granted.untilNanos() < 0 && wall.millis() < granted.untilWallMillis();
    }
}
