package io.authsessions.store.redis;

import io.authsessions.model.EndReason;
import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionIds;
import io.authsessions.store.EndedMarker;
import io.authsessions.store.Nonce;
import io.authsessions.store.RecordCodec;
import io.authsessions.store.RotateOutcome;
import io.authsessions.store.Rotation;
import io.authsessions.store.SessionRecord;
import io.authsessions.store.StoreException;
import io.authsessions.store.StoredForm;
import io.authsessions.store.StoredSession;
import io.authsessions.store.UseOutcome;
import io.authsessions.store.UseOutcome.Gone;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happens to one session: each a script over the record and the indices in which it stands. Thread-safe. */
final class SessionChanges {
    private static final Gone NOTHING = new Gone(null);
    private static final int MAX_ROUNDS = 4;

    private final ScriptCalls scripts;
    private final Records records;
    private final RedisKeys keys;
    private final UserKeys userKeys;

    SessionChanges(ScriptCalls scripts, Records records, RedisKeys keys, UserKeys userKeys) {
        this.scripts = scripts;
        this.records = records;
        this.keys = keys;
        this.userKeys = userKeys;
    }

    Future<UseOutcome> use(String sessionId, SecretHash presented, long usedAt) {
        List<Buffer> own = List.of(hash(presented), ScriptCalls.number(usedAt));
        return change(Change.USE, System.nanoTime(), sessionId, own, true, MAX_ROUNDS)
                .map(reply -> live(sessionId, reply, presented));
    }

    Future<UseOutcome> reauthenticate(String sessionId, SecretHash presented, SecretHash fresh) {
        List<Buffer> own = List.of(hash(presented), hash(fresh));
        return change(Change.REAUTHENTICATE, System.nanoTime(), sessionId, own, false, MAX_ROUNDS)
                .map(reply -> live(sessionId, reply, presented));
    }

    Future<RotateOutcome> rotate(String sessionId, SecretHash presented, SecretHash successor, Nonce nonce) {
        List<Buffer> own = List.of(hash(presented), hash(successor), Buffer.buffer(nonce.toBytes()));
        return change(Change.ROTATE, System.nanoTime(), sessionId, own, true, MAX_ROUNDS)
                .map(reply -> rotated(sessionId, reply, presented));
    }

    /**
     * Replaces what is told of a session, if it is of that version.
     *
     * @param begun when the call began, by {@link System#nanoTime()}
     */
    Future<Reply> update(long begun, String sessionId, long version, byte[] details, boolean mayRepeat) {
        List<Buffer> own = List.of(ScriptCalls.number(version), Buffer.buffer(details));
        return change(Change.UPDATE, begun, sessionId, own, mayRepeat, MAX_ROUNDS);
    }

    Future<Boolean> destroy(String sessionId, @Nullable SecretHash presented, String reason) {
        List<Buffer> own = List.of(presented == null ? Buffer.buffer() : hash(presented), Buffer.buffer(reason));
        // Reads even what it knows the user of: nothing is to be sent for a session that is not there.
        userKeys.forget(sessionId);
        return change(Change.DESTROY, System.nanoTime(), sessionId, own, true, MAX_ROUNDS)
                .map(reply -> reply.is("ended"));
    }

    private UseOutcome live(String sessionId, Reply reply, SecretHash presented) {
        if (!reply.is("live")) {
            return gone(sessionId, reply, presented);
        }
        SessionRecord record = records.record(sessionId, reply.value());
        return record == null ? NOTHING : new UseOutcome.Live(record);
    }

    private RotateOutcome rotated(String sessionId, Reply reply, SecretHash presented) {
        if (!reply.is("rotated") && !reply.is("unchanged")) {
            return gone(sessionId, reply, presented);
        }
        SessionRecord record = records.record(sessionId, reply.value());
        if (record == null || reply.is("unchanged")) {
            return record == null ? NOTHING : new RotateOutcome.Unchanged(record);
        }
        Rotation rotation = record.rotation();
        Nonce nonce = rotation == null ? null : rotation.nonce();
        return nonce == null ? NOTHING : new RotateOutcome.Rotated(record, nonce);
    }

    /** What is said of a session that is no more: only the holder of the right token hears why. */
    private Gone gone(String sessionId, Reply reply, SecretHash presented) {
        if (!reply.is("stored")) {
            return NOTHING;
        }
        StoredSession stored = records.judged(sessionId, reply.value());
        EndedMarker marker = stored instanceof SessionRecord record
                ? record.ended(EndReason.EXPIRED, record.deadlineMillis())
                : (EndedMarker) stored;
        return marker != null && marker.secretHash().matches(presented) && records.remembered(marker)
                ? new Gone(marker)
                : NOTHING;
    }

    private Future<Reply> change(
            Change change, long begun, String sessionId, List<Buffer> own, boolean mayRepeat, int rounds) {
        if (!SessionIds.isId(sessionId)) {
            return Future.succeededFuture(Reply.ABSENT);
        }
        byte[] known = userKeys.find(sessionId);
        if (known != null) {
            return run(change, begun, sessionId, known, own, mayRepeat, rounds);
        }
        return records.read(sessionId).compose(bytes -> {
            byte[] userKey = bytes == null ? null : userKey(change, sessionId, bytes);
            if (userKey != null) {
                return run(change, begun, sessionId, userKey, own, mayRepeat, rounds);
            }
            if (bytes == null || !RecordCodec.isMarker(bytes)) {
                return Future.succeededFuture(Reply.ABSENT);
            }
            Reply ended = new Reply("stored", List.of(bytes), false);
            // Whoever ended it may have been told that this is not confirmed, and ask again for that.
            return change.equals(Change.DESTROY)
                    ? scripts.confirm(RedisKeys.bucketName(sessionId)).map(ended)
                    : Future.succeededFuture(ended);
        });
    }

    /**
     * The user of a session that may be changed, or null. A script sees less of the damage that a record may have than is
     * seen here.
     */
    private byte @Nullable [] userKey(Change change, String sessionId, byte[] bytes) {
        if (change.equals(Change.DESTROY) && RecordCodec.decode(sessionId, bytes) instanceof StoredForm.Newer) {
            byte[] userKey = RecordCodec.userKeyOf(bytes);
            return userKey != null && keys.belongs(sessionId, userKey) ? userKey : null;
        }
        return records.judged(sessionId, bytes) instanceof SessionRecord ? RecordCodec.userKeyIn(bytes) : null;
    }

    private Future<Reply> run(
            Change change,
            long begun,
            String sessionId,
            byte[] userKey,
            List<Buffer> own,
            boolean mayRepeat,
            int rounds) {
        String bucket = RedisKeys.bucketName(sessionId);
        List<String> ownKeys = List.of(keys.session(sessionId), keys.user(bucket, userKey));
        List<Buffer> args = new ArrayList<>(own.size() + 2);
        args.add(Buffer.buffer(sessionId));
        args.add(Buffer.buffer(userKey));
        args.addAll(own);
        Future<Reply> reply = mayRepeat
                ? scripts.twice(change, begun, bucket, ownKeys, again -> args)
                : scripts.once(change, begun, bucket, ownKeys, args);
        return reply.compose(answer -> {
            if (!answer.is("again")) {
                return Future.succeededFuture(answer);
            }
            userKeys.forget(sessionId);
            return rounds > 1
                    ? change(change, begun, sessionId, own, mayRepeat, rounds - 1)
                    : Future.failedFuture(new StoreException(
                            StoreException.UNAVAILABLE, "the session changes faster than it can be read", null));
        });
    }

    private static Buffer hash(SecretHash hash) {
        return Buffer.buffer(hash.toBytes());
    }
}
