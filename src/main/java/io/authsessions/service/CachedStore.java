package io.authsessions.service;

import io.authsessions.model.BulkResult;
import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionEvent;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionUpdate;
import io.authsessions.service.CachedBucket.Load;
import io.authsessions.store.CreateOutcome;
import io.authsessions.store.ListQuery;
import io.authsessions.store.Nonce;
import io.authsessions.store.RecordPage;
import io.authsessions.store.RotateOutcome;
import io.authsessions.store.SessionRecord;
import io.authsessions.store.SessionStore;
import io.authsessions.store.StoredSession;
import io.authsessions.store.UpdateOutcome;
import io.authsessions.store.UseOutcome;
import io.vertx.core.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store that tells a near cache what is changed through it, so that on this node a change holds at once. Reads nothing
 * from the cache. Thread-safe.
 */
final class CachedStore implements SessionStore {
    private final SessionStore store;
    private final NearCache near;
    private final SessionPolicy policy;

    CachedStore(SessionStore store, NearCache near, SessionPolicy policy) {
        this.store = store;
        this.near = near;
        this.policy = policy;
    }

    @Override
    public Future<Void> open(Consumer<SessionEvent> events) {
        return store.open(events);
    }

    @Override
    public Future<Void> close() {
        return store.close();
    }

    @Override
    public long nowMillis() {
        return store.nowMillis();
    }

    @Override
    public long nowMillis(long nanoTime) {
        return store.nowMillis(nanoTime);
    }

    @Override
    public int buckets() {
        return store.buckets();
    }

    @Override
    public Future<CreateOutcome> create(SessionRecord record) {
        return policy.limited()
                ? ofUser(record.session().userId(), () -> barring(record.id(), () -> store.create(record)))
                : barring(record.id(), () -> store.create(record));
    }

    @Override
    public Future<@Nullable StoredSession> find(String sessionId) {
        return store.find(sessionId);
    }

    /** What is recorded of a use changes nothing that others must hear of; what is held is brought up to date with it. */
    @Override
    public Future<UseOutcome> use(String sessionId, SecretHash presented, long usedAt) {
        CachedBucket bucket = near.bucket(sessionId);
        if (bucket == null) {
            return store.use(sessionId, presented, usedAt);
        }
        Load load = bucket.begin(sessionId);
        return attempt(() -> store.use(sessionId, presented, usedAt)).andThen(use -> {
            if (use.succeeded() && use.result() instanceof UseOutcome.Live live) {
                bucket.endUse(load, () -> near.entries().refresh(live.record(), load.epoch()));
            } else {
                bucket.endUse(load, null);
            }
            if (use.succeeded() && use.result() instanceof UseOutcome.Gone) {
                bucket.forget(sessionId);
            }
        });
    }

    @Override
    public Future<UpdateOutcome> update(String sessionId, SessionUpdate update) {
        return barring(sessionId, () -> store.update(sessionId, update));
    }

    @Override
    public Future<RotateOutcome> rotate(String sessionId, SecretHash presented, SecretHash successor, Nonce nonce) {
        return barring(sessionId, () -> store.rotate(sessionId, presented, successor, nonce));
    }

    @Override
    public Future<UseOutcome> reauthenticate(String sessionId, SecretHash presented, SecretHash fresh) {
        return barring(sessionId, () -> store.reauthenticate(sessionId, presented, fresh));
    }

    @Override
    public Future<Boolean> destroy(String sessionId, @Nullable SecretHash presented, String reason) {
        return barring(sessionId, () -> store.destroy(sessionId, presented, reason));
    }

    @Override
    public Future<BulkResult> destroyForUser(String userId, @Nullable String exceptSessionId, String reason) {
        return ofUser(userId, () -> store.destroyForUser(userId, exceptSessionId, reason));
    }

    @Override
    public Future<RecordPage> listForUser(String userId, ListQuery query) {
        return store.listForUser(userId, query);
    }

    @Override
    public Future<RecordPage> list(ListQuery query) {
        return store.list(query);
    }

    @Override
    public Future<Long> count() {
        return store.count();
    }

    @Override
    public Future<Boolean> sweep() {
        return store.sweep();
    }

    /** Nothing of the session is held from before the change is sent until it is known what came of it. */
    private <T> Future<T> barring(String sessionId, Supplier<Future<T>> change) {
        CachedBucket bucket = near.bucket(sessionId);
        if (bucket == null) {
            return change.get();
        }
        bucket.bar(sessionId);
        return attempt(change).andThen(done -> bucket.admit(sessionId));
    }

    /** Whose ids nobody here knows: what was read before the outcome is known counts for nothing. */
    private <T> Future<T> ofUser(String userId, Supplier<Future<T>> change) {
        near.stamps().changed(userId);
        return attempt(change).andThen(done -> near.stamps().changed(userId));
    }

    private static <T> Future<T> attempt(Supplier<Future<T>> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }
}
