package io.authsessions.store.redis;

import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionPolicy.OnLimit;
import io.authsessions.store.CreateOutcome;
import io.authsessions.store.RecordCodec;
import io.authsessions.store.SessionRecord;
import io.authsessions.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a session comes into being. Without a limit that is one script. With one, who counts is read before, because a
 * script may only touch what it was given; it decides itself, and where it finds others it asks for them. All of it ends
 * with the call's deadline. Thread-safe.
 */
final class Creation {
    /** For so long a call waits for Redis, and a little more. */
    private static final long MOST_MILLIS_OFF = 10_000;

    private final ScriptCalls scripts;
    private final UserIndex index;
    private final Records records;
    private final RedisKeys keys;
    private final SessionPolicy policy;
    private final Bulk bulk;
    private final Turns turns;
    private final long callNanos;

    Creation(
            Vertx vertx,
            ScriptCalls scripts,
            UserIndex index,
            Records records,
            RedisKeys keys,
            SessionPolicy policy,
            Bulk bulk,
            Duration callDeadline) {
        this.scripts = scripts;
        this.index = index;
        this.records = records;
        this.keys = keys;
        this.policy = policy;
        this.bulk = bulk;
        this.turns = new Turns(vertx, callDeadline);
        this.callNanos = callDeadline.toNanos();
    }

    /** Before Redis was heard of, a session was given the time of this machine, which nobody trusts. */
    Future<CreateOutcome> createFirst(SessionRecord record, long now) {
        return Math.abs(now - record.session().createdAtMillis()) <= MOST_MILLIS_OFF
                ? create(record)
                : Future.failedFuture(new StoreException(
                        StoreException.UNAVAILABLE, "the session was made before the time of Redis was known", null));
    }

    Future<CreateOutcome> create(SessionRecord record) {
        byte[] userKey = RecordCodec.userKey(record.session().userId());
        if (!SessionIds.isId(record.id()) || !keys.belongs(record.id(), userKey)) {
            return Future.failedFuture(
                    new IllegalArgumentException("the session id does not name the bucket of its user"));
        }
        Target target = new Target(record, keys.user(userKey), System.nanoTime());
        return policy.limited() ? turns.inTurn(target.byUser(), () -> makeRoom(target)) : run(target, Set.of());
    }

    /**
     * What is to be created.
     *
     * @param begun when the call began, by {@link System#nanoTime()}
     */
    private record Target(SessionRecord record, String byUser, long begun) {
        byte[] userKey() {
            return RecordCodec.userKey(record.session().userId());
        }

        String bucket() {
            return RedisKeys.bucketName(record.id());
        }
    }

    private Future<CreateOutcome> makeRoom(Target target) {
        if (System.nanoTime() - target.begun() > callNanos) {
            return Future.failedFuture(tooBusy());
        }
        return index.read(target.userKey())
                .compose(sessions ->
                        fits(sessions.over().size() + sessions.alive().size())
                                ? run(target, new LinkedHashSet<>(lookedAt(sessions)))
                                : clear(target, sessions));
    }

    /** Whether a script may be given so many: all that there may be, and as many more as one step ends. */
    private boolean fits(int entries) {
        return entries <= policy.maxSessionsPerUser() + Bulk.MOST;
    }

    /**
     * Many more entries than there may be: the limit was lowered, or nobody sweeps. What is over goes first. Of the others
     * those are beyond the limit that come after as many as it lets live, if these do live.
     */
    private Future<CreateOutcome> clear(Target target, UserIndex.Sessions sessions) {
        String userId = target.record().session().userId();
        if (!sessions.over().isEmpty()) {
            return bulk.tidy(target.begun(), userId, sessions.over()).compose(done -> makeRoom(target));
        }
        List<String> alive = new ArrayList<>(sessions.alive());
        if (policy.onLimit() == OnLimit.EVICT_OLDEST) {
            alive.sort(null);
        }
        int beyond = alive.size() - policy.maxSessionsPerUser();
        List<String> kept = alive.subList(beyond, alive.size());
        return records.readAll(target.bucket(), kept).compose(bytes -> {
            List<String> lost = lost(target, kept, bytes);
            if (!lost.isEmpty()) {
                return bulk.tidy(target.begun(), userId, lost).compose(done -> makeRoom(target));
            }
            return policy.onLimit() == OnLimit.REJECT
                    ? Future.succeededFuture(CreateOutcome.LIMIT_REACHED)
                    : bulk.evict(target.begun(), userId, alive.subList(0, beyond))
                            .compose(ended -> makeRoom(target));
        });
    }

    /** Those that are no record of the user, as the scripts see it. */
    private static List<String> lost(Target target, List<String> ids, List<byte @Nullable []> bytes) {
        List<String> lost = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            byte[] one = bytes.get(i);
            if (one == null || !RecordCodec.isRecordOf(target.userKey(), one)) {
                lost.add(ids.get(i));
            }
        }
        return lost;
    }

    private Future<CreateOutcome> run(Target target, Set<String> given) {
        SessionRecord record = target.record();
        List<String> ownKeys = new ArrayList<>(2 + given.size());
        ownKeys.add(keys.session(record.id()));
        ownKeys.add(target.byUser());
        given.forEach(id -> ownKeys.add(keys.session(target.bucket(), id)));
        Buffer bytes = Buffer.buffer(RecordCodec.encode(record));
        return scripts.twice(
                        Change.CREATE,
                        target.begun(),
                        target.bucket(),
                        ownKeys,
                        again -> args(record, bytes, given, again))
                .compose(reply -> switch (reply.kind()) {
                    case "created" -> Future.succeededFuture(CreateOutcome.CREATED);
                    case "taken" -> Future.succeededFuture(CreateOutcome.ID_TAKEN);
                    case "full" -> Future.succeededFuture(CreateOutcome.STORE_FULL);
                    case "limit" -> Future.succeededFuture(CreateOutcome.LIMIT_REACHED);
                    default -> withMore(target, given, reply);
                });
    }

    private Future<CreateOutcome> withMore(Target target, Set<String> given, Reply reply) {
        Set<String> more = new LinkedHashSet<>(given);
        reply.values().forEach(id -> more.add(new String(id, StandardCharsets.UTF_8)));
        boolean inTime = System.nanoTime() - target.begun() <= callNanos;
        return inTime && fits(more.size()) ? run(target, more) : makeRoom(target);
    }

    private List<Buffer> args(SessionRecord record, Buffer bytes, Set<String> given, boolean again) {
        List<Buffer> args = new ArrayList<>(5 + given.size());
        args.add(Buffer.buffer(record.id()));
        args.add(bytes);
        args.add(Buffer.buffer(again ? "1" : "0"));
        args.add(ScriptCalls.number(policy.maxSessionsPerUser()));
        args.add(Buffer.buffer(
                switch (policy.onLimit()) {
                    case EVICT_LEAST_RECENTLY_USED -> "used";
                    case EVICT_OLDEST -> "oldest";
                    case REJECT -> "reject";
                }));
        given.forEach(id -> args.add(Buffer.buffer(id)));
        return args;
    }

    /** Whose records decide, as far as one can tell from outside; the script sees for itself. */
    private List<String> lookedAt(UserIndex.Sessions sessions) {
        List<String> lookedAt = new ArrayList<>(sessions.over());
        if (sessions.alive().size() >= policy.maxSessionsPerUser()) {
            lookedAt.addAll(sessions.alive());
        }
        return lookedAt;
    }

    private static StoreException tooBusy() {
        return new StoreException(StoreException.OVERLOADED, "too many sessions of one user are created at once", null);
    }
}
