package io.authsessions.store.local;

import io.authsessions.model.PageRequest.Order;
import io.authsessions.model.SessionIds;
import io.authsessions.store.ListQuery;
import io.authsessions.store.ListQuery.Position;
import io.authsessions.store.RecordPage;
import io.authsessions.store.SessionRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Reads pages out of the indices; each bucket is locked only while its part is copied. Thread-safe. */
final class Lists {
    private final LocalSessions sessions;

    Lists(LocalSessions sessions) {
        this.sessions = sessions;
    }

    RecordPage ofUser(String userId, ListQuery query, long now) {
        Bucket bucket = sessions.bucketOfUser(userId);
        if (query.order() == Order.USED) {
            synchronized (bucket) {
                return page(bucket.usedOfUser(userId, query.after(), now, query.limit() + 1), query);
            }
        }
        List<SessionRecord> all;
        synchronized (bucket) {
            all = bucket.ofUser(userId);
        }
        all.removeIf(record -> record.expired(now));
        return page(newestAfter(all, query.after()), query);
    }

    RecordPage all(ListQuery query, long now) {
        return page(query.order() == Order.USED ? mergedByUse(query, now) : byBucket(query, now), query);
    }

    private List<SessionRecord> byBucket(ListQuery query, long now) {
        Position after = query.after();
        List<SessionRecord> found = new ArrayList<>();
        int first = after == null
                ? 0
                : SessionIds.bucketOf(IndexOrder.placeOf("", after).id());
        for (int i = first; i < LocalSessions.BUCKETS && found.size() <= query.limit(); i++) {
            Bucket bucket = sessions.bucket(i);
            List<SessionRecord> part;
            synchronized (bucket) {
                part = bucket.all(now);
            }
            found.addAll(newestAfter(part, i == first ? after : null));
        }
        return found;
    }

    /** Merges the buckets' own orders, reading of each only a little more than the page needs. */
    private List<SessionRecord> mergedByUse(ListQuery query, long now) {
        PriorityQueue<Reader> readers = new PriorityQueue<>(LocalSessions.BUCKETS, Reader.BY_HEAD);
        for (int i = 0; i < LocalSessions.BUCKETS; i++) {
            Reader reader = new Reader(sessions.bucket(i), now, query.after());
            if (reader.read()) {
                readers.add(reader);
            }
        }
        List<SessionRecord> found = new ArrayList<>();
        while (!readers.isEmpty() && found.size() <= query.limit()) {
            Reader reader = readers.remove();
            found.add(reader.take());
            if (reader.hasHead() || reader.read()) {
                readers.add(reader);
            }
        }
        return found;
    }

    private static List<SessionRecord> newestAfter(List<SessionRecord> records, @Nullable Position after) {
        if (after != null) {
            SessionRecord place = IndexOrder.placeOf("", after);
            records.removeIf(record -> IndexOrder.NEWEST.compare(record, place) <= 0);
        }
        records.sort(IndexOrder.NEWEST);
        return records;
    }

    /** Cuts what was found, at least one more than fits if there is more. */
    private static RecordPage page(List<SessionRecord> found, ListQuery query) {
        if (found.size() <= query.limit()) {
            return new RecordPage(found, null);
        }
        List<SessionRecord> items = found.subList(0, query.limit());
        SessionRecord last = items.get(items.size() - 1);
        return new RecordPage(items, position(last, query.order()));
    }

    private static Position position(SessionRecord record, Order order) {
        return new Position(order == Order.USED ? record.session().lastUsedAtMillis() : 0, record.id());
    }

    /** Reads one bucket in order of use, a few records at a time. */
    private static final class Reader {
        static final Comparator<Reader> BY_HEAD = (left, right) -> IndexOrder.USED.compare(left.head(), right.head());
        private static final int CHUNK = 8;

        private final Bucket bucket;
        private final long now;
        private @Nullable Position after;
        private List<SessionRecord> chunk = List.of();
        private int next;

        Reader(Bucket bucket, long now, @Nullable Position after) {
            this.bucket = bucket;
            this.now = now;
            this.after = after;
        }

        /** Reads on; false at the end. */
        boolean read() {
            synchronized (bucket) {
                chunk = bucket.used(after, now, CHUNK);
            }
            next = 0;
            return hasHead();
        }

        boolean hasHead() {
            return next < chunk.size();
        }

        SessionRecord head() {
            return chunk.get(next);
        }

        SessionRecord take() {
            SessionRecord record = chunk.get(next++);
            after = position(record, Order.USED);
            return record;
        }
    }
}
