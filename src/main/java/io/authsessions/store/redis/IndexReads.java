package io.authsessions.store.redis;

import io.authsessions.model.SessionIds;
import io.authsessions.store.ListQuery.Position;
import io.authsessions.store.redis.Entries.Entry;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads parts of the indices, each part in one command, so that it is exact at its own moment. Thread-safe. */
final class IndexReads {
    /** The newest session first. */
    static final Comparator<String> NEWEST = SessionIds.NEWEST_FIRST.thenComparing(Comparator.naturalOrder());

    /** The most recently used session first, among equals the newest. */
    static final Comparator<Entry> USED =
            Comparator.comparingLong(Entry::score).reversed().thenComparing(Entry::sessionId, NEWEST);

    private final Records records;

    IndexReads(Records records) {
        this.records = records;
    }

    /**
     * A part of an index by last use.
     *
     * @param entries in order
     * @param complete whether nothing follows them
     */
    record Part(List<Entry> entries, boolean complete) {}

    /** At least so many entries after a position, or all that there are. */
    Future<Part> usedAfter(String index, @Nullable Position after, int atLeast) {
        return usedAfter(index, after, atLeast, after == null ? atLeast : atLeast + 1);
    }

    private Future<Part> usedAfter(String index, @Nullable Position after, int atLeast, int ask) {
        Request range = Request.cmd(Command.ZRANGE)
                .arg(index)
                .arg(after == null ? "+inf" : Long.toString(after.lastUsedAt()))
                .arg("-inf")
                .arg("BYSCORE")
                .arg("REV")
                .arg("LIMIT")
                .arg(0)
                .arg(ask)
                .arg("WITHSCORES");
        return records.send(range).map(Entries::withScores).compose(read -> {
            Entry place = after == null ? null : new Entry(after.sessionId(), after.lastUsedAt());
            List<Entry> entries = new ArrayList<>();
            for (Entry entry : read) {
                if (SessionIds.isId(entry.sessionId()) && (place == null || USED.compare(entry, place) > 0)) {
                    entries.add(entry);
                }
            }
            boolean complete = read.size() < ask;
            // What was used at the very moment of the position comes first; there may be more of it than was asked for.
            return complete || entries.size() >= atLeast
                    ? Future.succeededFuture(new Part(entries, complete))
                    : usedAfter(index, after, atLeast, ask * 2);
        });
    }

    /** All ids of an index, the newest session first. */
    Future<List<String>> newest(Request range) {
        return records.send(range).map(Entries::members).map(members -> {
            List<String> ids = new ArrayList<>(members);
            ids.removeIf(id -> !SessionIds.isId(id));
            ids.sort(NEWEST);
            return ids;
        });
    }
}
