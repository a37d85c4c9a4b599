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
    private final InstantSource fallback;
    private volatile @Nullable Offset offset;

    private record Offset(long nanos, long floorNanos) {
        long at(long nanoTime) {
            return Math.max(floorNanos, nanos + nanoTime);
        }
    }

    private StoreTime(@Nullable InstantSource given, InstantSource fallback) {
        this.given = given;
        this.fallback = fallback;
    }

    /**
     * The time of Redis where the clock is the system's; else that of the clock, which a test moves.
     *
     * @param clock also the time before Redis has been heard of
     */
    static StoreTime of(InstantSource clock) {
        return new StoreTime(clock.equals(InstantSource.system()) ? null : clock, clock);
    }

    long nowMillis() {
        return nowMillis(System.nanoTime());
    }

    /**
     * The time of Redis itself, also where sessions live by another clock; {@link Long#MAX_VALUE} before Redis has been
     * heard of.
     */
    long redisMillis() {
        Offset known = offset;
        return known == null ? Long.MAX_VALUE : Math.floorDiv(known.at(System.nanoTime()), 1_000_000L);
    }

    long nowMillis(long nanoTime) {
        if (given != null) {
            return given.millis();
        }
        Offset known = offset;
        return known == null ? fallback.millis() : Math.floorDiv(known.at(nanoTime), 1_000_000L);
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
