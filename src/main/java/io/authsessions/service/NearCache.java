package io.authsessions.service;

import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionKey;
import io.authsessions.store.ChangeMarks;
import io.authsessions.store.ChangeMarks.Announcement;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Answers resolves from memory, and yet: a resolve that begins longer than a lease after a session was ended, through
 * whichever node, does not answer that it lives. The proof is in docs/decisions/0009. Needs Caffeine. Thread-safe.
 */
public final class NearCache {
    private final ChangeMarks marks;
    private final Entries entries;
    private final UserStamps stamps = new UserStamps();
    private final CacheCounters counters = new CacheCounters();
    private final LeaseClock clock;
    private final List<CachedBucket> buckets;
    private final MarkRounds rounds;

    /**
     * A cache over a store that is not open yet.
     *
     * @param buckets of the store
     * @param wall the wall clock, by which it is noticed that the host was suspended
     * @param nanoTime the clock by which leases run, as {@link System#nanoTime()}
     */
    public NearCache(
            Vertx vertx,
            ChangeMarks marks,
            int buckets,
            CacheOptions options,
            InstantSource wall,
            LongSupplier nanoTime) {
        this.marks = marks;
        this.entries = new Entries(options.size(), nanoTime);
        this.clock = new LeaseClock(nanoTime, wall, options.lease());
        this.buckets = IntStream.range(0, buckets)
                .mapToObj(number -> new CachedBucket(entries, stamps, clock, counters))
                .toList();
        this.rounds = new MarkRounds(vertx, marks, this.buckets, clock);
        marks.changesTo(this::take);
    }

    /** Whether Caffeine is on the class path. */
    public static boolean available() {
        try {
            Class.forName("com.github.benmanes.caffeine.cache.Caffeine", false, NearCache.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** Begins, once the store is open; completes soon, also where the store cannot be reached, and never fails. */
    public Future<Void> start() {
        return rounds.start();
    }

    /** Proves nothing more; what is held lapses. */
    public void stop() {
        rounds.stop();
    }

    /** Whether nothing has been proven for longer than a lease, so that resolves ask the store. */
    public boolean degraded() {
        return rounds.ageMillis() > clock.lease().toMillis();
    }

    /** What it has done, and how it is. */
    public CacheMeters meters() {
        return new CacheMeters(
                counters.hits.sum(),
                counters.misses.sum(),
                counters.invalidations.sum(),
                rounds.leases(true),
                rounds.leases(false),
                rounds.ageMillis(),
                counters.dropsByCause());
    }

    /** Where a session is held, or null where there can be none: no such bucket exists. Counts as interest in it. */
    @Nullable
    CachedBucket asked(SessionKey session) {
        int number = session.bucket();
        if (number >= buckets.size()) {
            return null;
        }
        CachedBucket bucket = buckets.get(number);
        rounds.asked(bucket, number);
        return bucket;
    }

    /** As {@link #asked}, without interest. */
    @Nullable
    CachedBucket bucket(String sessionId) {
        int number = SessionIds.isId(sessionId) ? SessionIds.bucketOf(sessionId) : buckets.size();
        return number < buckets.size() ? buckets.get(number) : null;
    }

    ChangeMarks marks() {
        return marks;
    }

    Entries entries() {
        return entries;
    }

    UserStamps stamps() {
        return stamps;
    }

    CacheCounters counters() {
        return counters;
    }

    boolean holds(Lease lease) {
        return clock.holds(lease);
    }

    /** As {@link #holds(Lease)}, by {@link #nanos} that were read just now. */
    boolean holds(Lease lease, long nanos) {
        return clock.holds(lease, nanos);
    }

    /** Now, by the clock by which leases run. */
    long nanos() {
        return clock.nanoTime().getAsLong();
    }

    private void take(Announcement change) {
        if (change.bucket() < buckets.size()) {
            buckets.get(change.bucket()).take(change);
        }
    }
}
