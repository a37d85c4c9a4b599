package io.authsessions.store.local;

import io.authsessions.model.AuthSession;
import io.authsessions.model.EndReason;
import io.authsessions.model.SessionEvent;
import io.authsessions.store.EndedMarker;
import io.authsessions.store.ListQuery.Position;
import io.authsessions.store.SessionRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of some users with all indices over them: a little database under one lock, the bucket's own monitor.
 * Every method is called with it held, so that record and indices change in one step; only the map that readers by id
 * use is shared with other buckets.
 */
final class Bucket {
    private final HeldSessions held;
    private final EndedMarkers markers;
    private final AtomicLong size;
    private final NavigableSet<SessionRecord> byDeadline;
    private final NavigableSet<SessionRecord> byUse;
    private final NavigableSet<SessionRecord> byUser;

    /** Makes an index of records in the given order, empty. */
    interface NewIndex {
        NavigableSet<SessionRecord> create(Comparator<SessionRecord> order);
    }

    Bucket(HeldSessions held, EndedMarkers markers, AtomicLong size, NewIndex newIndex) {
        this.held = held;
        this.markers = markers;
        this.size = size;
        this.byDeadline = newIndex.create(IndexOrder.DEADLINE);
        this.byUse = newIndex.create(IndexOrder.USED);
        this.byUser = newIndex.create(IndexOrder.USER);
    }

    /** Takes a new record; its place in {@code size} has been taken before. */
    void add(Step step, SessionRecord record) {
        SessionRecord kept = withSharedUserId(record);
        index(kept);
        held.put(kept.id(), kept);
        step.announce(SessionEvent.Type.CREATED, kept, null);
    }

    /** Puts a changed record in the place of the one before. */
    SessionRecord replace(SessionRecord before, SessionRecord after) {
        unindex(before);
        index(after);
        held.put(after.id(), after);
        return after;
    }

    /** Ends a living session. */
    void end(Step step, SessionRecord record, String reason) {
        leave(step, record, record.ended(reason, step.now()));
        step.announce(SessionEvent.Type.DESTROYED, record, reason);
    }

    /** Ends a session whose time is over; it ended at its deadline, whenever that is noticed. */
    void expire(Step step, SessionRecord record) {
        leave(step, record, record.ended(EndReason.EXPIRED, record.deadlineMillis()));
        step.announce(SessionEvent.Type.EXPIRED, record, EndReason.EXPIRED);
    }

    /** At most so many sessions whose time is over, the longest over first. */
    List<SessionRecord> expired(long now, int most) {
        List<SessionRecord> found = new ArrayList<>();
        for (SessionRecord record : byDeadline) {
            if (!record.expired(now) || found.size() >= most) {
                break;
            }
            found.add(record);
        }
        return found;
    }

    boolean hasExpired(long now) {
        return !byDeadline.isEmpty() && byDeadline.first().expired(now);
    }

    /** How many sessions live. */
    int living(long now) {
        int expired = 0;
        for (SessionRecord record : byDeadline) {
            if (!record.expired(now)) {
                break;
            }
            expired++;
        }
        return byDeadline.size() - expired;
    }

    /** All sessions of a user, expired ones too, the most recently used first. */
    List<SessionRecord> ofUser(String userId) {
        List<SessionRecord> found = new ArrayList<>();
        for (SessionRecord record : byUser.tailSet(IndexOrder.startOf(userId), true)) {
            if (!record.session().userId().equals(userId)) {
                break;
            }
            found.add(record);
        }
        return found;
    }

    /** At most so many living sessions of a user after a position, the most recently used first. */
    List<SessionRecord> usedOfUser(String userId, @Nullable Position after, long now, int most) {
        NavigableSet<SessionRecord> tail = after == null
                ? byUser.tailSet(IndexOrder.startOf(userId), true)
                : byUser.tailSet(IndexOrder.placeOf(userId, after), false);
        List<SessionRecord> found = new ArrayList<>();
        for (SessionRecord record : tail) {
            if (found.size() >= most || !record.session().userId().equals(userId)) {
                break;
            }
            addLiving(found, record, now);
        }
        return found;
    }

    /** At most so many living sessions after a position, the most recently used first. */
    List<SessionRecord> used(@Nullable Position after, long now, int most) {
        NavigableSet<SessionRecord> tail = after == null ? byUse : byUse.tailSet(IndexOrder.placeOf("", after), false);
        List<SessionRecord> found = new ArrayList<>();
        for (SessionRecord record : tail) {
            if (found.size() >= most) {
                break;
            }
            addLiving(found, record, now);
        }
        return found;
    }

    /** All living sessions. */
    List<SessionRecord> all(long now) {
        List<SessionRecord> found = new ArrayList<>(byDeadline.size());
        for (SessionRecord record : byDeadline.descendingSet()) {
            if (record.expired(now)) {
                break;
            }
            found.add(record);
        }
        return found;
    }

    private static void addLiving(List<SessionRecord> found, SessionRecord record, long now) {
        if (!record.expired(now)) {
            found.add(record);
        }
    }

    private void leave(Step step, SessionRecord record, EndedMarker marker) {
        unindex(record);
        markers.add(record.id(), marker, step.keepMarkers());
        size.decrementAndGet();
    }

    private void index(SessionRecord record) {
        byDeadline.add(record);
        byUse.add(record);
        byUser.add(record);
    }

    private void unindex(SessionRecord record) {
        byDeadline.remove(record);
        byUse.remove(record);
        byUser.remove(record);
    }

    /** A user's sessions share the text of the user id: it is the one part of a record that repeats. */
    private SessionRecord withSharedUserId(SessionRecord record) {
        AuthSession session = record.session();
        SessionRecord neighbour = byUser.ceiling(IndexOrder.startOf(session.userId()));
        if (neighbour == null || !neighbour.session().userId().equals(session.userId())) {
            return record;
        }
        AuthSession sharing = new AuthSession(
                session.id(),
                neighbour.session().userId(),
                session.label(),
                session.metaJson(),
                session.client(),
                session.createdAtMillis(),
                session.lastUsedAtMillis(),
                session.authenticatedAtMillis(),
                session.expiresAtMillis(),
                session.version());
        return new SessionRecord(
                sharing,
                record.secretHash(),
                record.idleTimeoutMillis(),
                record.idleDeadlineMillis(),
                record.absoluteDeadlineMillis(),
                record.rotation());
    }
}
