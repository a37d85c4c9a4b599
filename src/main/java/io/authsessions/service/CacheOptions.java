package io.authsessions.service;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How resolves are answered from memory. Immutable.
 *
 * @param enabled true to have it wherever the store can tell of changes, as the Redis store can; false never to have it;
 *     null as true, but without it where Caffeine is not on the class path
 * @param size how many sessions are held at most, 100 to 10,000,000; of unknown ids a tenth as many
 * @param lease for how long what is held counts as current without proof, and so the longest that a session resolves after
 *     it was ended through another node: 200 ms to 10 s
 */
public record CacheOptions(@Nullable Boolean enabled, int size, Duration lease) {
    /** The fewest sessions to hold. */
    public static final int MIN_SIZE = 100;
    /** The most sessions to hold. */
    public static final int MAX_SIZE = 10_000_000;
    /** The shortest lease. */
    public static final Duration MIN_LEASE = Duration.ofMillis(200);
    /** The longest lease. */
    public static final Duration MAX_LEASE = Duration.ofSeconds(10);
    /** Where nothing is configured. */
    public static final CacheOptions DEFAULT = new CacheOptions(null, 100_000, Duration.ofSeconds(1));
    /** Never. */
    public static final CacheOptions OFF = new CacheOptions(false, DEFAULT.size, DEFAULT.lease);

    /** @throws IllegalArgumentException if a value is out of range */
    public CacheOptions {
        if (size < MIN_SIZE || size > MAX_SIZE) {
            throw new IllegalArgumentException("a cache holds from " + MIN_SIZE + " to " + MAX_SIZE + " sessions");
        }
        if (lease.compareTo(MIN_LEASE) < 0 || lease.compareTo(MAX_LEASE) > 0) {
            throw new IllegalArgumentException("a lease lasts from 200 ms to 10 s");
        }
    }

    /** Whether it is wanted where it is possible. */
    public boolean wanted() {
        return enabled == null || enabled;
    }
}
