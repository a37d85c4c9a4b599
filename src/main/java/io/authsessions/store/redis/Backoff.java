package io.authsessions.store.redis;

import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before the next attempt to connect: short at first, never long, never in step with other nodes. */
final class Backoff {
    private static final long FIRST_MILLIS = 20;
    private static final long LONGEST_MILLIS = 250;
    private static final int MOST_DOUBLINGS = 4;

    private int failures;

    /** The wait before the next attempt, each longer than the one before, from 1 to 250 milliseconds. */
    long nextMillis() {
        long bound = Math.min(LONGEST_MILLIS, FIRST_MILLIS << failures);
        failures = Math.min(failures + 1, MOST_DOUBLINGS);
        return 1 + ThreadLocalRandom.current().nextLong(bound / 2, bound);
    }

    /** Notes that Redis works. */
    void reset() {
        failures = 0;
    }
}
