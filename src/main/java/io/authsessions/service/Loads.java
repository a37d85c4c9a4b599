package io.authsessions.service;

import io.authsessions.service.CachedBucket.Load;
import io.authsessions.store.ChangeMarks;
import io.authsessions.store.ChangeMarks.MarkedSession;
import io.authsessions.store.EndedMarker;
import io.authsessions.store.SessionRecord;
import io.authsessions.store.StoreException;
import io.authsessions.store.StoredSession;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads sessions for the near cache: of each id one read is under way and one waits for its end. Who comes shares the one
 * that waits, never the one that was sent before: that may have been answered long ago and be late. Thread-safe.
 */
final class Loads {
    /** They share one read, so this is only to bound how long an event loop is busy with its answer. */
    private static final int MOST_WAITING = 16_384;

    /**
     * What was read.
     *
     * @param stored as the store has it
     * @param copy that is held of it now; null if none is
     */
    record Loaded(@Nullable StoredSession stored, @Nullable Copy copy) {}

    private final ChangeMarks store;
    private final Entries entries;
    private final ConcurrentHashMap<String, Flight> flights = new ConcurrentHashMap<>();

    Loads(ChangeMarks store, Entries entries) {
        this.store = store;
        this.entries = entries;
    }

    /** Reads a session, and holds a copy of it where that is permitted. */
    Future<Loaded> load(String id, CachedBucket bucket) {
        while (true) {
            Flight mine = new Flight();
            Flight there = flights.putIfAbsent(id, mine);
            if (there == null) {
                return fly(id, bucket, mine);
            }
            Future<Loaded> joined = there.joinNext();
            if (joined != null) {
                return joined;
            }
            Thread.onSpinWait();
        }
    }

    private Future<Loaded> fly(String id, CachedBucket bucket, Flight flight) {
        Load load = bucket.begin(id);
        return find(id).transform(read -> {
            try {
                return read.succeeded()
                        ? Future.succeededFuture(keep(id, read.result(), bucket, load))
                        : Future.failedFuture(read.cause());
            } catch (RuntimeException e) {
                return Future.failedFuture(e);
            } finally {
                // Also of one that failed: nobody may wait for it for ever.
                bucket.end(load, null, null);
                land(id, bucket, flight);
            }
        });
    }

    private Loaded keep(String id, MarkedSession read, CachedBucket bucket, Load load) {
        StoredSession stored = read.stored();
        if (stored instanceof SessionRecord record) {
            Copy copy = Copy.of(record, load.epoch(), load.stamp());
            return new Loaded(stored, bucket.end(load, read.mark(), () -> entries.put(copy)) ? copy : null);
        }
        Refusal refusal = new Refusal(load.epoch(), stored instanceof EndedMarker marker ? marker.secretHash() : null);
        bucket.endUnknown(load, read.mark(), () -> entries.put(id, refusal));
        return new Loaded(stored, null);
    }

    private void land(String id, CachedBucket bucket, Flight flight) {
        Promise<Loaded> waiting = flight.land();
        if (waiting == null) {
            flights.remove(id, flight);
        } else {
            Flight next = new Flight();
            flights.replace(id, flight, next);
            fly(id, bucket, next).onComplete(waiting);
        }
    }

    private Future<MarkedSession> find(String id) {
        try {
            return store.findMarked(id);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    /** A read that is under way, and who waits for the next. */
    private static final class Flight {
        private @Nullable Promise<Loaded> next;
        private int waiting;
        private boolean landed;

        /** Null if this one is over. */
        synchronized @Nullable Future<Loaded> joinNext() {
            if (landed) {
                return null;
            }
            if (waiting >= MOST_WAITING) {
                return Future.failedFuture(new StoreException(
                        StoreException.OVERLOADED, "too many calls wait for the same session", null));
            }
            waiting++;
            Promise<Loaded> shared = next == null ? Promise.promise() : next;
            next = shared;
            return shared.future();
        }

        synchronized @Nullable Promise<Loaded> land() {
            landed = true;
            return next;
        }
    }
}
