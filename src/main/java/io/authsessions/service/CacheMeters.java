package io.authsessions.service;

import java.util.Map;

/**
 * What a near cache has done and how it is, at one moment.
 *
 * @param hits resolves that were answered from memory
 * @param misses resolves that asked the store
 * @param invalidations ids that were named by a change, of this node or another
 * @param leasesAlive buckets whose copies count as current
 * @param leasesLapsed buckets that are asked for and read from the store, since nothing is proven of their copies
 * @param markRoundAgeMillis how long ago the mark read was sent that proved the copies current of the bucket, of those that are asked
 *     for, of which that is longest ago
 * @param dropsByCause how many times the copies of a bucket were dropped at once: {@code lost_message},
 *     {@code unknown_mark}, {@code missing_mark}, {@code older_mark}
 */
public record CacheMeters(
        long hits,
        long misses,
        long invalidations,
        int leasesAlive,
        int leasesLapsed,
        long markRoundAgeMillis,
        Map<String, Long> dropsByCause) {
    /** Copies the map. */
    public CacheMeters {
        dropsByCause = Map.copyOf(dropsByCause);
    }
}
