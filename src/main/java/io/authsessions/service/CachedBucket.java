package io.authsessions.service;

import io.authsessions.service.LeaseClock.Moment;
import io.authsessions.store.ChangeMarks.Announcement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the changes of one bucket, and what follows for its copies. Decides alone which copy is kept and for
 * how long all of them count as current; docs/decisions/0009 proves that it may.
 *
 * <p>The rules: an announced change removes what it names and moves on to its mark, if it follows the last one. A mark
 * that was read and is one of those applied proves that all changes before the read were applied. What was read of a
 * session is kept if the mark that was read with it is applied, and was not behind when the read began. Anything else
 * drops all copies at once by a new epoch. Thread-safe; {@link #lease} is read without a lock.
 */
final class CachedBucket {
    /** An unknown mark is waited for in this round and the next. */
    private static final int PATIENT_ROUNDS = 2;

    private final Entries entries;
    private final UserStamps stamps;
    private final LeaseClock clock;
    private final CacheCounters counters;
    private final MarkChain applied = new MarkChain();
    private final Map<String, Moment> ahead = new LinkedHashMap<>();
    private final Map<String, List<Load>> loads = new HashMap<>();
    private final Map<String, Integer> barred = new HashMap<>();
    private volatile Lease lease = Lease.none(0);
    private volatile int askedIn;
    private volatile long provenAt;
    private long appliedAt;
    private int unknownRounds;

    CachedBucket(Entries entries, UserStamps stamps, LeaseClock clock, CacheCounters counters) {
        this.entries = entries;
        this.stamps = stamps;
        this.clock = clock;
        this.counters = counters;
        this.provenAt = clock.now().nanos();
    }

    /** A read of one session, from before it was sent until it has been answered. */
    static final class Load {
        private final String id;
        private final long epoch;
        private final long place;
        private final long stamp;
        private final boolean mayBeKept;
        private boolean named;
        private boolean born;

        private Load(String id, long epoch, long place, long stamp, boolean mayBeKept) {
            this.id = id;
            this.epoch = epoch;
            this.place = place;
            this.stamp = stamp;
            this.mayBeKept = mayBeKept;
        }

        long epoch() {
            return epoch;
        }

        long stamp() {
            return stamp;
        }
    }

    /** For how long the copies count, as one value; read it before looking one up. */
    Lease lease() {
        return lease;
    }

    /** Notes that somebody asks for sessions of this bucket; false if nobody did for so many rounds. */
    boolean asked(int round, int idleRounds) {
        int before = askedIn;
        if (before != round) {
            askedIn = round;
        }
        return round - before <= idleRounds;
    }

    boolean askedWithin(int round, int idleRounds) {
        return round - askedIn <= idleRounds;
    }

    /** Begins to read a session; called before the read is sent. */
    synchronized Load begin(String id) {
        boolean mayBeKept = clock.holds(lease) && !barred.containsKey(id);
        Load load = new Load(id, lease.epoch(), applied.place(), stamps.now(), mayBeKept);
        if (mayBeKept) {
            loads.computeIfAbsent(id, name -> new ArrayList<>(1)).add(load);
        }
        return load;
    }

    /**
     * Ends a read. What was read is kept only if nothing can have changed of which this would not hear.
     *
     * @param mark that stood in the bucket at the very moment of what was read
     * @param keep null if nothing was read
     */
    synchronized boolean end(Load load, @Nullable String mark, @Nullable Runnable keep) {
        return finish(load, applied.hasSince(mark, load.place) ? keep : null);
    }

    /** Ends a read that found no session, as {@link #end}; that is not kept either if one came into being meanwhile. */
    synchronized void endUnknown(Load load, @Nullable String mark, Runnable keep) {
        end(load, mark, load.born ? null : keep);
    }

    /** Ends a use, whose answer tells no mark; so it may only bring up to date what is held already. */
    synchronized void endUse(Load load, @Nullable Runnable refresh) {
        finish(load, refresh);
    }

    private boolean finish(Load load, @Nullable Runnable keep) {
        List<Load> others = loads.get(load.id);
        if (others != null && others.remove(load) && others.isEmpty()) {
            loads.remove(load.id);
        }
        if (keep == null || !load.mayBeKept || load.named || load.epoch != lease.epoch()) {
            return false;
        }
        keep.run();
        return true;
    }

    /** Lets nothing of a session be held until {@link #admit}. */
    synchronized void bar(String id) {
        barred.merge(id, 1, Integer::sum);
        name(id);
    }

    synchronized void admit(String id) {
        barred.computeIfPresent(id, (name, count) -> count > 1 ? count - 1 : null);
    }

    /** Removes what is held of a session, and what is being read. */
    synchronized void forget(String id) {
        name(id);
    }

    /** Takes a change. */
    synchronized void take(Announcement change) {
        String mark = change.mark();
        if (mark == null) {
            change.sessionIds().forEach(this::born);
            return;
        }
        // A mark that was set twice would prove less than it seems to.
        boolean follows = applied.has(mark)
                ? !applied.contradicts(mark, change.previous())
                : applied.isEmpty() || applied.endsWith(change.previous());
        if (!follows) {
            drop(DropCause.LOST_MESSAGE);
        }
        change.sessionIds().forEach(this::name);
        if (!applied.has(mark)) {
            apply(mark);
        }
    }

    /**
     * Takes a mark that was read, or that none was there; the read was sent at that moment or later.
     *
     * @return whether that proves something now: of a mark whose message has yet to come it does not
     */
    synchronized boolean read(@Nullable String mark, Moment sent) {
        if (mark == null) {
            if (!applied.isEmpty()) {
                drop(DropCause.MISSING_MARK);
            }
            return false;
        }
        if (applied.isEmpty()) {
            adopt(mark, sent);
        } else if (!applied.has(mark)) {
            return unknown(mark, sent);
        } else if (!applied.endsWith(mark) && sent.nanos() - appliedAt > 0) {
            // No server goes back to an older mark: another has taken over, without the changes since. Nothing that is
            // read from it would be kept until the next change.
            drop(DropCause.OLDER_MARK);
            adopt(mark, sent);
        } else {
            unknownRounds = 0;
            ahead.clear();
            extend(sent);
        }
        return true;
    }

    private boolean unknown(String mark, Moment sent) {
        if (++unknownRounds > PATIENT_ROUNDS) {
            drop(DropCause.UNKNOWN_MARK);
            adopt(mark, sent);
            return true;
        }
        ahead.put(mark, sent);
        return false;
    }

    /** Its message has come after all: what was read then is proven now. */
    private void apply(String mark) {
        append(mark);
        Moment sent = ahead.remove(mark);
        if (sent != null) {
            unknownRounds = 0;
            extend(sent);
        }
    }

    /** Nothing is held of this epoch yet, so what led to the mark does not matter. */
    private void adopt(String mark, Moment sent) {
        append(mark);
        extend(sent);
    }

    private void append(String mark) {
        applied.append(mark);
        appliedAt = clock.now().nanos();
    }

    private void extend(Moment sent) {
        Lease proven = clock.from(sent, lease.epoch());
        if (lease.endsBefore(proven)) {
            lease = proven;
        }
        unprovenSince(sent);
    }

    /** Nothing can have been proven of this before that moment, or it was then. */
    synchronized void unprovenSince(Moment moment) {
        if (moment.nanos() - provenAt > 0) {
            provenAt = moment.nanos();
        }
    }

    /** When the read was sent that proved something last. */
    long provenAtNanos() {
        return provenAt;
    }

    private void drop(DropCause cause) {
        lease = Lease.none(lease.epoch() + 1);
        applied.clear();
        ahead.clear();
        unknownRounds = 0;
        counters.dropped(cause);
    }

    /** What is held of a session is none the older for its creation; that there is none is. */
    private void born(String id) {
        List<Load> reading = loads.get(id);
        if (reading != null) {
            reading.forEach(load -> load.born = true);
        }
        entries.removeUnknown(id);
    }

    private void name(String id) {
        counters.invalidations.increment();
        List<Load> reading = loads.get(id);
        if (reading != null) {
            reading.forEach(load -> load.named = true);
        }
        entries.remove(id);
    }
}
