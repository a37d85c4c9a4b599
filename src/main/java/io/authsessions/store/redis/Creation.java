package io.authsessions.store.redis;

import io.authsessions.model.EndReason;
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

/**
 * How a session comes into being. Without a limit that is one script. With one, whoever may have to go is read before,
 * because a script may only touch what it was given; it decides itself, and where it finds others it asks for them.
 * Thread-safe.
 */
final class Creation {
    private static final int MAX_ROUNDS = 50;

    private final ScriptCalls scripts;
    private final UserIndex index;
    private final RedisKeys keys;
    private final SessionPolicy policy;
    private final Bulk bulk;
    private final Turns turns;

    Creation(
            Vertx vertx,
            ScriptCalls scripts,
            UserIndex index,
            RedisKeys keys,
            SessionPolicy policy,
            Bulk bulk,
            Duration callDeadline) {
        this.scripts = scripts;
        this.index = index;
        this.keys = keys;
        this.policy = policy;
        this.bulk = bulk;
        this.turns = new Turns(vertx, callDeadline);
    }

    Future<CreateOutcome> create(SessionRecord record) {
        byte[] userKey = RecordCodec.userKey(record.session().userId());
        if (!SessionIds.isId(record.id()) || !keys.belongs(record.id(), userKey)) {
            return Future.failedFuture(
                    new IllegalArgumentException("the session id does not name the bucket of its user"));
        }
        Target target = new Target(record, keys.user(userKey));
        return policy.limited()
                ? turns.inTurn(target.byUser(), () -> makeRoom(target, MAX_ROUNDS))
                : run(target, Set.of(), 1);
    }

    private record Target(SessionRecord record, String byUser) {
        byte[] userKey() {
            return RecordCodec.userKey(record.session().userId());
        }

        String bucket() {
            return RedisKeys.bucketName(record.id());
        }
    }

    private Future<CreateOutcome> makeRoom(Target target, int rounds) {
        return index.read(target.userKey()).map(this::going).compose(going -> {
            if (going.size() <= Bulk.MOST) {
                return run(target, new LinkedHashSet<>(going), rounds);
            }
            // Many more than there may be: the limit was lowered, or nobody sweeps.
            return bulk.end(target.byUser(), target.userKey(), going.subList(0, Bulk.MOST), EndReason.LIMIT)
                    .compose(ended -> rounds > 1 ? makeRoom(target, rounds - 1) : Future.failedFuture(tooBusy()));
        });
    }

    private Future<CreateOutcome> run(Target target, Set<String> given, int rounds) {
        SessionRecord record = target.record();
        List<String> ownKeys = new ArrayList<>(2 + given.size());
        ownKeys.add(keys.session(record.id()));
        ownKeys.add(target.byUser());
        given.forEach(id -> ownKeys.add(keys.session(target.bucket(), id)));
        Buffer bytes = Buffer.buffer(RecordCodec.encode(record));
        return scripts.twice(Change.CREATE, target.bucket(), ownKeys, again -> args(record, bytes, given, again))
                .compose(reply -> switch (reply.kind()) {
                    case "created" -> Future.succeededFuture(CreateOutcome.CREATED);
                    case "taken" -> Future.succeededFuture(CreateOutcome.ID_TAKEN);
                    case "full" -> Future.succeededFuture(CreateOutcome.STORE_FULL);
                    case "limit" -> Future.succeededFuture(CreateOutcome.LIMIT_REACHED);
                    default -> withMore(target, given, reply, rounds);
                });
    }

    private Future<CreateOutcome> withMore(Target target, Set<String> given, Reply reply, int rounds) {
        Set<String> more = new LinkedHashSet<>(given);
        reply.values().forEach(id -> more.add(new String(id, StandardCharsets.US_ASCII)));
        if (rounds <= 1) {
            return Future.failedFuture(tooBusy());
        }
        return more.size() <= Bulk.MOST ? run(target, more, rounds - 1) : makeRoom(target, rounds - 1);
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

    /** Who has to go, as far as one can tell from outside; the script sees for itself. */
    private List<String> going(UserIndex.Sessions sessions) {
        List<String> alive = new ArrayList<>(sessions.alive());
        if (policy.onLimit() == OnLimit.EVICT_OLDEST) {
            alive.sort(null);
        }
        List<String> going = new ArrayList<>(sessions.over());
        int tooMany = alive.size() + 1 - policy.maxSessionsPerUser();
        if (tooMany > 0 && policy.onLimit() != OnLimit.REJECT) {
            going.addAll(alive.subList(0, tooMany));
        }
        return going;
    }

    private static StoreException tooBusy() {
        return new StoreException(StoreException.OVERLOADED, "too many sessions of one user are created at once", null);
    }
}
