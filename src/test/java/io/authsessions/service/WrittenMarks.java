package io.authsessions.service;

import io.authsessions.model.SessionIds;
import io.authsessions.store.ChangeMarks;
import io.authsessions.store.SessionStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Marks as a store would have them that tells of changes only what a test says. For one thread. */
final class WrittenMarks implements ChangeMarks {
    private final SessionStore store;
    final Map<Integer, String> stand = new ConcurrentHashMap<>();
    Consumer<Announcement> changes = change -> {};
    boolean answers = true;
    /** What a server says that is behind, where connections lead to one; else null. */
    MarkedSession behind;

    int reads;

    WrittenMarks(SessionStore store) {
        this.store = store;
    }

    @Override
    public Future<MarkedSession> findMarked(String sessionId) {
        if (behind != null) {
            return Future.succeededFuture(behind);
        }
        String mark = stand.get(SessionIds.bucketOf(sessionId));
        return store.find(sessionId).map(stored -> new MarkedSession(stored, mark));
    }

    @Override
    public void changesTo(Consumer<Announcement> listener) {
        changes = listener;
    }

    @Override
    public Future<List<Mark>> readMarks(List<Integer> buckets, Duration patience) {
        reads++;
        return answers
                ? Future.succeededFuture(buckets.stream()
                        .map(bucket -> new Mark(bucket, stand.get(bucket)))
                        .toList())
                : Future.failedFuture("no answer");
    }

    @Override
    public Future<Void> setMissingMarks(List<Integer> buckets) {
        buckets.forEach(bucket -> stand.putIfAbsent(bucket, "first"));
        return Future.succeededFuture();
    }
}
