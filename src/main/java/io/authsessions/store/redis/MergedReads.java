package io.authsessions.store.redis;

import io.authsessions.model.SessionIds;
import io.authsessions.store.ListQuery.Position;
import io.authsessions.store.redis.Entries.Entry;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One page of the list of all sessions in order of use: merges the buckets' own orders, and reads of each only a little
 * more than the page needs. For one use, by one call at a time.
 */
final class MergedReads {
    private static final int LEAST = 2;

    private final IndexReads index;
    private final RedisKeys keys;
    private final int wanted;
    private final PriorityQueue<Bucket> buckets =
            new PriorityQueue<>(Comparator.comparing(Bucket::head, IndexReads.USED));
    private final List<Entry> found = new ArrayList<>();

    MergedReads(IndexReads index, RedisKeys keys, int wanted) {
        this.index = index;
        this.keys = keys;
        this.wanted = wanted;
    }

    /** So many entries after a position, or all that there are. */
    Future<List<Entry>> after(@Nullable Position after) {
        List<Bucket> all = IntStream.range(0, keys.buckets())
                .mapToObj(number -> new Bucket(keys.byUse(SessionIds.bucketName(number)), after))
                .toList();
        int chunk = LEAST + 2 * wanted / keys.buckets();
        return Groups.each(all, bucket -> read(bucket, chunk)).compose(done -> merge());
    }

    private Future<List<Entry>> merge() {
        while (found.size() < wanted && !buckets.isEmpty()) {
            Bucket bucket = buckets.remove();
            found.add(bucket.take());
            if (!bucket.entries.isEmpty()) {
                buckets.add(bucket);
            } else if (!bucket.complete && found.size() < wanted) {
                return read(bucket, wanted - found.size()).compose(done -> merge());
            }
        }
        return Future.succeededFuture(found);
    }

    private Future<Boolean> read(Bucket bucket, int atLeast) {
        return index.usedAfter(bucket.key, bucket.after, atLeast).map(part -> {
            bucket.entries.addAll(part.entries());
            bucket.complete = part.complete();
            return !bucket.entries.isEmpty() && buckets.add(bucket);
        });
    }

    private static final class Bucket {
        private final String key;
        private final Deque<Entry> entries = new ArrayDeque<>();
        private @Nullable Position after;
        private boolean complete;

        Bucket(String key, @Nullable Position after) {
            this.key = key;
            this.after = after;
        }

        Entry head() {
            return entries.getFirst();
        }

        Entry take() {
            Entry entry = entries.removeFirst();
            after = new Position(entry.score(), entry.sessionId());
            return entry;
        }
    }
}
