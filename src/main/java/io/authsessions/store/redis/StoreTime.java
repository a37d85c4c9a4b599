package io.authsessions.store.redis;

import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time by the clock of Redis. Each answer to TIME proves that the clock's distance from {@link System#nanoTime()}
 * lies between two bounds; what is assumed of it moves only as far as a proof demands, so that the noise of round trips
 * moves nothing. Where a proof demands a small step back, the time stands still until it has caught up. Thread-safe.
 */
final class StoreTime {
    private static final long STEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final @Nullable InstantSource given;
    private final InstantSource machine;
    private volatile @Nullable Offset offset;

    private record Offset(long nanos, long floorNanos) {
        long at(long nanoTime) {
            return Math.max(floorNanos, nanos + nanoTime);
        }
    }

    private StoreTime(@Nullable InstantSource given, InstantSource machine) {
        this.given = given;
        this.machine = machine;
    }

    /** The time of Redis where the clock is the system's; else that of the clock, which a test moves. */
    static StoreTime of(InstantSource clock) {
        InstantSource machine = InstantSource.system();
        return new StoreTime(clock.equals(machine) ? null : clock, machine);
    }

    /** Whether a test gives the time. */
    boolean isGiven() {
        return given != null;
    }

    /** Whether the clock has been heard of. */
    boolean isKnown() {
        return offset != null;
    }

    /** The time by which sessions live, in milliseconds since the epoch, at a moment of {@link System#nanoTime()}. */
    long nowMillis(long nanoTime) {
        return given != null ? given.millis() : redisMillis(nanoTime);
    }

    /** The time of Redis, or of this machine before Redis has been heard of. */
    long redisMillis() {
        return redisMillis(System.nanoTime());
    }

    long redisMillis(long nanoTime) {
        Offset known = offset;
        return known == null ? machine.millis() : Math.floorDiv(known.at(nanoTime), 1_000_000L);
    }

    /**
     * Takes what Redis said.
     *
     * @param redisMicros since the epoch
     * @param sentAt before TIME was sent, by {@link System#nanoTime()}
     * @param receivedAt when it was answered
     */
    synchronized void learn(long redisMicros, long sentAt, long receivedAt) {
        long redisNanos = redisMicros * 1000;
        long least = redisNanos - receivedAt;
        long most = redisNanos - sentAt;
        Offset known = offset;
        if (known == null) {
            offset = new Offset(least + (most - least) / 2, Long.MIN_VALUE);
            return;
        }
        long moved = Math.max(least, Math.min(most, known.nanos()));
        long stepBack = known.nanos() - moved;
        if (stepBack > STEP_NANOS) {
            offset = new Offset(moved, Long.MIN_VALUE);
        } else if (stepBack > 0) {
            offset = new Offset(moved, known.at(receivedAt));
        } else if (stepBack < 0) {
            offset = new Offset(moved, known.floorNanos());
        }
    }
}
