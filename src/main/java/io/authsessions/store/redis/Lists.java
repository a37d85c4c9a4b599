package io.authsessions.store.redis;

import io.authsessions.model.PageRequest.Order;
import io.authsessions.model.SessionIds;
import io.authsessions.store.ListQuery;
import io.authsessions.store.ListQuery.Position;
import io.authsessions.store.RecordCodec;
import io.authsessions.store.RecordPage;
import io.authsessions.store.SessionRecord;
import io.authsessions.store.redis.Entries.Entry;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads pages: first an index, then the records, each of which is judged by itself. Thread-safe. */
final class Lists {
    private static final Comparator<SessionRecord> USED = Comparator.comparing(
            (SessionRecord record) -> new Entry(record.id(), record.session().lastUsedAtMillis()), IndexReads.USED);

    private final RedisCommands commands;
    private final Records records;
    private final RedisKeys keys;
    private final IndexReads index;

    Lists(RedisCommands commands, Records records, RedisKeys keys) {
        this.commands = commands;
        this.records = records;
        this.keys = keys;
        this.index = new IndexReads(records);
    }

    Future<RecordPage> ofUser(String userId, ListQuery query) {
        Position after = checked(query.after());
        String byUser = keys.user(RecordCodec.userKey(userId));
        Future<List<Entry>> entries = query.order() == Order.USED
                ? index.usedAfter(byUser, after, query.limit() + 1).map(IndexReads.Part::entries)
                : index.newest(Request.cmd(Command.ZRANGE).arg(byUser).arg(0).arg(-1))
                        .map(ids -> newestAfter(ids, after));
        return entries.compose(found -> page(found, query, byUser, userId));
    }

    Future<RecordPage> all(ListQuery query) {
        Position after = checked(query.after());
        Future<List<Entry>> entries = query.order() == Order.USED
                ? new MergedReads(index, keys, query.limit() + 1).after(after)
                : byBucket(
                        after == null ? 0 : SessionIds.bucketOf(after.sessionId()),
                        after,
                        query.limit() + 1,
                        new ArrayList<>());
        return entries.compose(found -> page(found, query, null, null));
    }

    Future<Long> count() {
        return Groups.each(bucketNames(0, keys.buckets()), bucket -> records.send(Request.cmd(Command.ZCOUNT)
                                .arg(keys.byDeadline(bucket))
                                .arg("(" + commands.nowMillis())
                                .arg("+inf"))
                        .map(count -> count == null ? 0L : count.toLong()))
                .map(counts -> counts.stream().mapToLong(Long::longValue).sum());
    }

    private static @Nullable Position checked(@Nullable Position after) {
        if (after != null && !SessionIds.isId(after.sessionId())) {
            throw new IllegalArgumentException("the position in the list names no session id");
        }
        return after;
    }

    private static List<Entry> newestAfter(List<String> newest, @Nullable Position after) {
        return newest.stream()
                .filter(id -> after == null || IndexReads.NEWEST.compare(id, after.sessionId()) > 0)
                .map(id -> new Entry(id, 0))
                .toList();
    }

    private static final int BUCKETS_AT_ONCE = 8;

    private Future<List<Entry>> byBucket(int first, @Nullable Position after, int wanted, List<Entry> found) {
        if (first >= keys.buckets() || found.size() >= wanted) {
            return Future.succeededFuture(found);
        }
        int end = Math.min(first + BUCKETS_AT_ONCE, keys.buckets());
        return Groups.each(
                        bucketNames(first, end),
                        bucket -> index.newest(Request.cmd(Command.ZRANGE)
                                .arg(keys.byDeadline(bucket))
                                .arg("(" + commands.nowMillis())
                                .arg("+inf")
                                .arg("BYSCORE")))
                .compose(parts -> {
                    found.addAll(newestAfter(parts.get(0), after));
                    parts.subList(1, parts.size()).forEach(part -> found.addAll(newestAfter(part, null)));
                    return byBucket(end, null, wanted, found);
                });
    }

    private static List<String> bucketNames(int first, int end) {
        return IntStream.range(first, end).mapToObj(SessionIds::bucketName).toList();
    }

    /** Reads the records of as many entries as a page holds; one entry more says that there is another page. */
    private Future<RecordPage> page(
            List<Entry> entries, ListQuery query, @Nullable String byUser, @Nullable String userId) {
        List<Entry> here = entries.subList(0, Math.min(query.limit(), entries.size()));
        Entry last = here.isEmpty() ? null : here.get(here.size() - 1);
        Position next =
                last == null || entries.size() <= here.size() ? null : new Position(last.score(), last.sessionId());
        Map<String, List<String>> byBucket = new LinkedHashMap<>();
        for (Entry entry : here) {
            byBucket.computeIfAbsent(RedisKeys.bucketName(entry.sessionId()), name -> new ArrayList<>())
                    .add(entry.sessionId());
        }
        return Groups.each(List.copyOf(byBucket.entrySet()), part -> records.readAll(part.getKey(), part.getValue())
                        .map(bytes -> living(part.getValue(), bytes, byUser, userId)))
                .map(parts -> new RecordPage(sorted(parts, query.order()), next));
    }

    private static List<SessionRecord> sorted(List<List<SessionRecord>> parts, Order order) {
        List<SessionRecord> items = new ArrayList<>();
        parts.forEach(items::addAll);
        if (order == Order.USED) {
            items.sort(USED);
        }
        return items;
    }

    private List<SessionRecord> living(
            List<String> ids, List<byte @Nullable []> bytes, @Nullable String byUser, @Nullable String userId) {
        List<SessionRecord> living = new ArrayList<>();
        List<String> gone = new ArrayList<>();
        long now = commands.nowMillis();
        for (int i = 0; i < ids.size(); i++) {
            byte[] one = bytes.get(i);
            if (one == null || RecordCodec.isMarker(one)) {
                gone.add(ids.get(i));
                continue;
            }
            SessionRecord record = records.record(ids.get(i), one);
            boolean foreign = record != null
                    && userId != null
                    && !record.session().userId().equals(userId);
            if (record != null && !foreign && !record.expired(now)) {
                living.add(record);
            }
        }
        removeEntries(gone, byUser);
        return living;
    }

    /** What has no record any more was lost by Redis, which forgets each key by itself. Nobody waits for this. */
    private void removeEntries(List<String> ids, @Nullable String byUser) {
        if (ids.isEmpty()) {
            return;
        }
        String bucket = RedisKeys.bucketName(ids.get(0));
        List<String> indices = new ArrayList<>(List.of(keys.byDeadline(bucket), keys.byUse(bucket)));
        if (byUser != null) {
            indices.add(byUser);
        }
        for (String each : indices) {
            Request remove = Request.cmd(Command.ZREM).arg(each);
            ids.forEach(remove::arg);
            commands.send(remove);
        }
    }
}
