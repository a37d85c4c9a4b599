package io.authsessions.store.local;

import io.authsessions.model.BulkResult;
import io.authsessions.model.InvalidRequestException;
import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionEvent;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionUpdate;
import io.authsessions.store.CreateOutcome;
import io.authsessions.store.EndedMarker;
import io.authsessions.store.ListQuery;
import io.authsessions.store.Nonce;
import io.authsessions.store.RecordPage;
import io.authsessions.store.RotateOutcome;
import io.authsessions.store.SessionRecord;
import io.authsessions.store.SessionStore;
import io.authsessions.store.StoreException;
import io.authsessions.store.StoredSession;
import io.authsessions.store.UpdateOutcome;
import io.authsessions.store.UseOutcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in the memory of one Vert.x, in the {@code LocalMap} of its name, shared by all stores of that name; gone when
 * the Vert.x ends.
 *
 * <p>Divided into 256 buckets by user, each a small database with indices by deadline, by use and by user under a lock of
 * its own that is held for microseconds. A read by id takes no lock. Thread-safe; each call is done when it returns.
 */
public final class LocalSessionStore implements SessionStore {
    private static final int SLICE = 100;

    private final InstantSource clock;
    private final SessionPolicy policy;
    private final long maxSessions;
    private final int maxEndedMarkers;
    private final LocalSessions sessions;
    private final Creation creation;
    private final Lists lists;
    private final Announcer announcer = new Announcer();
    private volatile boolean closed;

    LocalSessionStore(
            Vertx vertx,
            SessionPolicy policy,
            InstantSource clock,
            String name,
            long maxSessions,
            int maxEndedMarkers) {
        this.policy = policy;
        this.clock = clock;
        this.maxSessions = maxSessions;
        this.maxEndedMarkers = maxEndedMarkers;
        this.sessions = vertx.sharedData()
                .<String, LocalSessions>getLocalMap(name)
                .computeIfAbsent("sessions", key -> new LocalSessions());
        this.creation = new Creation(sessions, maxSessions);
        this.lists = new Lists(sessions);
    }

    @Override
    public Future<Void> open(Consumer<SessionEvent> events) {
        announcer.announceTo(events);
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> close() {
        closed = true;
        return Future.succeededFuture();
    }

    @Override
    public long nowMillis() {
        return clock.millis();
    }

    @Override
    public int buckets() {
        return LocalSessions.BUCKETS;
    }

    @Override
    public Future<CreateOutcome> create(SessionRecord record) {
        return answer(() -> {
            Bucket bucket = sessions.bucketOfUser(record.session().userId());
            if (!SessionIds.isId(record.id()) || sessions.bucketOf(record.id()) != bucket) {
                throw new IllegalArgumentException("the session id does not name the bucket of its user");
            }
            if (sessions.isFull(maxSessions)) {
                sweepSlice();
            }
            return change(bucket, step -> creation.create(step, bucket, record));
        });
    }

    @Override
    public Future<@Nullable StoredSession> find(String sessionId) {
        return answer(() -> {
            StoredSession stored = sessions.get(sessionId);
            boolean forgotten =
                    stored instanceof EndedMarker marker && !TokenChanges.remembered(marker, nowMillis(), policy);
            return forgotten ? null : stored;
        });
    }

    @Override
    public Future<UseOutcome> use(String sessionId, SecretHash presented, long usedAt) {
        return changeSession(
                sessionId,
                (step, bucket, stored) -> TokenChanges.use(step, bucket, stored, presented, usedAt),
                new UseOutcome.Gone(null));
    }

    @Override
    public Future<UpdateOutcome> update(String sessionId, SessionUpdate update) {
        return changeSession(
                sessionId, (step, bucket, stored) -> updated(step, bucket, stored, update), new UpdateOutcome.Absent());
    }

    private static UpdateOutcome updated(
            Step step, Bucket bucket, @Nullable StoredSession stored, SessionUpdate update) {
        if (!(stored instanceof SessionRecord record) || record.expired(step.now())) {
            return new UpdateOutcome.Absent();
        }
        Long ifVersion = update.ifVersion();
        if (ifVersion != null && ifVersion != record.session().version()) {
            return new UpdateOutcome.Conflict(record.session().version());
        }
        if (update.isEmpty()) {
            return new UpdateOutcome.Updated(record);
        }
        try {
            SessionRecord after = record.updated(update).forgetting(step.now(), step.policy());
            step.announce(SessionEvent.Type.UPDATED, after, null);
            return new UpdateOutcome.Updated(bucket.replace(record, after));
        } catch (InvalidRequestException mistake) {
            return new UpdateOutcome.Refused(mistake);
        }
    }

    @Override
    public Future<RotateOutcome> rotate(String sessionId, SecretHash presented, SecretHash successor, Nonce nonce) {
        return changeSession(
                sessionId,
                (step, bucket, stored) -> TokenChanges.rotate(step, bucket, stored, presented, successor, nonce),
                new UseOutcome.Gone(null));
    }

    @Override
    public Future<UseOutcome> reauthenticate(String sessionId, SecretHash presented, SecretHash fresh) {
        return changeSession(
                sessionId,
                (step, bucket, stored) -> TokenChanges.reauthenticate(step, bucket, stored, presented, fresh),
                new UseOutcome.Gone(null));
    }

    @Override
    public Future<Boolean> destroy(String sessionId, @Nullable SecretHash presented, String reason) {
        return changeSession(
                sessionId,
                (step, bucket, stored) -> TokenChanges.destroy(step, bucket, stored, presented, reason),
                false);
    }

    @Override
    public Future<BulkResult> destroyForUser(String userId, @Nullable String exceptSessionId, String reason) {
        return answer(() -> {
            Bucket bucket = sessions.bucketOfUser(userId);
            return change(bucket, step -> {
                List<SessionRecord> victims = bucket.usedOfUser(userId, null, step.now(), SLICE + 2);
                victims.removeIf(record -> record.id().equals(exceptSessionId));
                int ended = Math.min(victims.size(), SLICE);
                victims.subList(0, ended).forEach(record -> bucket.end(step, record, reason));
                return new BulkResult(ended, victims.size() > ended);
            });
        });
    }

    @Override
    public Future<RecordPage> listForUser(String userId, ListQuery query) {
        return answer(() -> lists.ofUser(userId, query, nowMillis()));
    }

    @Override
    public Future<RecordPage> list(ListQuery query) {
        return answer(() -> lists.all(query, nowMillis()));
    }

    @Override
    public Future<Long> count() {
        return answer(() -> {
            long now = nowMillis();
            long living = 0;
            for (int i = 0; i < LocalSessions.BUCKETS; i++) {
                Bucket bucket = sessions.bucket(i);
                synchronized (bucket) {
                    living += bucket.living(now);
                }
            }
            return living;
        });
    }

    @Override
    public Future<Boolean> sweep() {
        return answer(this::sweepSlice);
    }

    private boolean sweepSlice() {
        int first = sessions.nextSweepTurn();
        int room = SLICE;
        long now = nowMillis();
        boolean more = sessions.markers().drop(now - policy.endedRetention().toMillis(), SLICE);
        for (int i = 0; i < LocalSessions.BUCKETS; i++) {
            Bucket bucket = sessions.bucket((first + i) % LocalSessions.BUCKETS);
            int most = room;
            room -= change(bucket, step -> expire(step, bucket, most));
            synchronized (bucket) {
                more |= bucket.hasExpired(now);
            }
        }
        return more;
    }

    private static int expire(Step step, Bucket bucket, int most) {
        List<SessionRecord> expired = bucket.expired(step.now(), most);
        expired.forEach(record -> bucket.expire(step, record));
        return expired.size();
    }

    private interface SessionChange<T> {
        T apply(Step step, Bucket bucket, @Nullable StoredSession stored);
    }

    /** What never stood under the id needs no lock, and an id that is none has no bucket. */
    private <T> Future<T> changeSession(String sessionId, SessionChange<T> work, T absent) {
        return answer(() -> {
            if (sessions.get(sessionId) == null) {
                return absent;
            }
            Bucket bucket = sessions.bucketOf(sessionId);
            return change(bucket, step -> work.apply(step, bucket, sessions.get(sessionId)));
        });
    }

    private <T> T change(Bucket bucket, Function<Step, T> work) {
        Step step = new Step(nowMillis(), policy, maxEndedMarkers, announcer::nextEventId);
        T result;
        synchronized (bucket) {
            result = work.apply(step);
        }
        announcer.announce(step.events());
        return result;
    }

    private <T extends @Nullable Object> Future<T> answer(Supplier<T> call) {
        if (closed) {
            return Future.failedFuture(
                    new StoreException(StoreException.UNAVAILABLE, "the session store is closed", null));
        }
        try {
            return Future.succeededFuture(call.get());
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }
}
