package io.authsessions.service;

import io.authsessions.service.LeaseClock.Moment;
import io.authsessions.store.ChangeMarks;
import io.authsessions.store.ChangeMarks.Mark;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the marks of the buckets that are asked for, four times in each lease, so that a lease outlives rounds that fail.
 * A bucket that nobody asks for any more is left alone after a minute at the usual pace, and read at once when somebody
 * does again. Thread-safe.
 */
final class MarkRounds {
    private static final int ROUNDS_PER_LEASE = 4;
    private static final int IDLE_ROUNDS = 240;
    private static final int MOST_UNDER_WAY = 4;

    private final Vertx vertx;
    private final ChangeMarks marks;
    private final List<CachedBucket> buckets;
    private final LeaseClock clock;
    private final long periodMillis;
    /** Less than the leases of two rounds overlap: one server that hangs lets nothing lapse of what others serve. */
    private final Duration patience;

    private final AtomicInteger underWay = new AtomicInteger();
    private final Set<Integer> woken = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean waking = new AtomicBoolean();
    private final AtomicInteger round = new AtomicInteger();
    private volatile long provenAt;
    private volatile @Nullable Context context;
    private volatile long timer;
    private volatile boolean stopped;

    MarkRounds(Vertx vertx, ChangeMarks marks, List<CachedBucket> buckets, LeaseClock clock) {
        this.vertx = vertx;
        this.marks = marks;
        this.buckets = buckets;
        this.clock = clock;
        this.periodMillis = clock.lease().toMillis() / ROUNDS_PER_LEASE;
        this.patience = clock.lease().multipliedBy(2).dividedBy(5);
        this.provenAt = clock.now().nanos();
    }

    /** Begins; completes after the first round, or when that takes longer than a round may. Never fails. */
    Future<Void> start() {
        Moment now = clock.now();
        provenAt = now.nanos();
        buckets.forEach(bucket -> bucket.unprovenSince(now));
        Context rounds = vertx.getOrCreateContext();
        context = rounds;
        Promise<Void> first = Promise.promise();
        rounds.runOnContext(begun -> {
            again();
            readWanted().timeout(periodMillis, TimeUnit.MILLISECONDS).onComplete(done -> first.complete());
        });
        return first.future();
    }

    void stop() {
        stopped = true;
        vertx.cancelTimer(timer);
    }

    /** Notes that somebody asks for sessions of that bucket. */
    void asked(CachedBucket bucket, int number) {
        if (bucket.asked(round.get(), IDLE_ROUNDS)) {
            return;
        }
        Context rounds = context;
        if (rounds != null) {
            bucket.unprovenSince(clock.now());
            woken.add(number);
            // A read and the write behind it go over one connection only if they are sent from one event loop.
            rounds.runOnContext(now -> wake());
        }
    }

    /**
     * How long ago the read was sent that proved something last: of the bucket, of those that are asked for, of which that
     * is longest ago; or of any if none is asked for.
     */
    long ageMillis() {
        long now = clock.now().nanos();
        int current = round.get();
        long age = buckets.stream()
                .filter(bucket -> bucket.askedWithin(current, IDLE_ROUNDS))
                .mapToLong(bucket -> now - bucket.provenAtNanos())
                .max()
                .orElse(now - provenAt);
        return TimeUnit.NANOSECONDS.toMillis(age);
    }

    /** How many of the buckets that are asked for have, or have not, a lease that lasts. */
    int leases(boolean alive) {
        return (int) buckets.stream()
                .filter(bucket -> bucket.askedWithin(round.get(), IDLE_ROUNDS))
                .filter(bucket -> clock.holds(bucket.lease()) == alive)
                .count();
    }

    private void again() {
        if (!stopped) {
            timer = vertx.setTimer(periodMillis, fired -> {
                again();
                if (underWay.get() < MOST_UNDER_WAY) {
                    round.incrementAndGet();
                    readWanted();
                }
            });
        }
    }

    private Future<?> readWanted() {
        int now = round.get();
        List<Integer> wanted = IntStream.range(0, buckets.size())
                .filter(number -> buckets.get(number).askedWithin(now, IDLE_ROUNDS))
                .boxed()
                .toList();
        // One at least: it keeps up the proof that marks can be read here.
        return read(wanted.isEmpty() ? List.of(Math.floorMod(now, buckets.size())) : wanted);
    }

    private void wake() {
        if (!woken.isEmpty() && waking.compareAndSet(false, true)) {
            List<Integer> numbers = List.copyOf(woken);
            numbers.forEach(woken::remove);
            read(numbers).onComplete(done -> {
                waking.set(false);
                wake();
            });
        }
    }

    private Future<?> read(List<Integer> numbers) {
        List<Integer> missing = new ArrayList<>();
        return readOnce(numbers, missing)
                .compose(done -> missing.isEmpty()
                        ? Future.succeededFuture()
                        : marks.setMissingMarks(missing).transform(set -> readOnce(missing, new ArrayList<>())));
    }

    private Future<Void> readOnce(List<Integer> numbers, List<Integer> missing) {
        Moment sent = clock.now();
        underWay.incrementAndGet();
        return attempt(numbers).transform(read -> {
            underWay.decrementAndGet();
            if (read.succeeded()) {
                apply(read.result(), sent, missing);
            }
            return Future.succeededFuture();
        });
    }

    private void apply(List<Mark> read, Moment sent, List<Integer> missing) {
        for (Mark mark : read) {
            if (buckets.get(mark.bucket()).read(mark.mark(), sent)) {
                provenAt = sent.nanos();
            } else if (mark.mark() == null) {
                missing.add(mark.bucket());
            }
        }
    }

    private Future<List<Mark>> attempt(List<Integer> numbers) {
        try {
            return marks.readMarks(numbers, patience);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }
}
