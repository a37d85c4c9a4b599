package io.authsessions.store.redis;

import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPolicy;
import io.authsessions.store.EndedMarker;
import io.authsessions.store.RecordCodec;
import io.authsessions.store.SessionRecord;
import io.authsessions.store.StoreException;
import io.authsessions.store.StoredForm;
import io.authsessions.store.StoredSession;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Reads records, and judges each by itself. Thread-safe. */
final class Records {
    private final RedisCommands commands;
    private final Attempts attempts;
    private final RedisKeys keys;
    private final SessionPolicy policy;
    private final UserKeys userKeys;
    private final LongAdder corrupt = new LongAdder();

    Records(RedisCommands commands, Attempts attempts, RedisKeys keys, SessionPolicy policy, UserKeys userKeys) {
        this.commands = commands;
        this.attempts = attempts;
        this.keys = keys;
        this.policy = policy;
        this.userKeys = userKeys;
    }

    static StoreException newerFormat() {
        return new StoreException(
                StoreException.NEWER_FORMAT, "the session was written by a newer version of this software", null);
    }

    /** How many times something stood under a session's key that nobody here can read. */
    long corrupt() {
        return corrupt.sum();
    }

    Future<@Nullable StoredSession> find(String sessionId) {
        return SessionIds.isId(sessionId)
                ? read(sessionId).map(bytes -> bytes == null ? null : judged(sessionId, bytes))
                : Future.succeededFuture();
    }

    /** What stands under an id, as it is; a key of another type is as good as nothing. One GET. */
    Future<byte @Nullable []> read(String sessionId) {
        Request get = Request.cmd(Command.GET).arg(keys.session(sessionId));
        return send(get)
                .map(response -> response == null ? null : response.toBytes())
                .recover(this::wrongType);
    }

    /** What stands under what indices of a bucket name, in their order; null where there is nothing. One MGET. */
    Future<List<byte @Nullable []>> readAll(String bucketName, List<String> sessionIds) {
        if (sessionIds.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        Request mget = Request.cmd(Command.MGET);
        sessionIds.forEach(id -> mget.arg(keys.session(bucketName, id)));
        return send(mget).map(response -> {
            List<byte @Nullable []> all = new ArrayList<>(sessionIds.size());
            for (int i = 0; i < sessionIds.size(); i++) {
                Response one = response == null ? null : response.get(i);
                all.add(one == null ? null : one.toBytes());
            }
            return all;
        });
    }

    /** Sends a command that changes nothing, or nothing more when it is sent twice. */
    Future<@Nullable Response> send(Request request) {
        return attempts.twice(again -> commands.send(request));
    }

    /**
     * The record or the marker in the bytes; null for what is damaged, or belongs elsewhere, or is forgotten.
     *
     * @throws StoreException if it is of a newer format
     */
    @Nullable
    StoredSession judged(String sessionId, byte[] bytes) {
        StoredForm form = RecordCodec.decode(sessionId, bytes);
        if (form instanceof StoredForm.Newer) {
            throw newerFormat();
        }
        if (form instanceof StoredForm.Ended ended) {
            return remembered(ended.marker()) ? ended.marker() : null;
        }
        if (form instanceof StoredForm.Living living) {
            byte[] userKey = RecordCodec.userKeyIn(bytes);
            if (keys.belongs(sessionId, userKey)) {
                userKeys.remember(sessionId, userKey);
                return living.record();
            }
        }
        userKeys.forget(sessionId);
        corrupt.increment();
        return null;
    }

    /** The record in the bytes; null if it is none. */
    @Nullable
    SessionRecord record(String sessionId, byte[] bytes) {
        return judged(sessionId, bytes) instanceof SessionRecord record ? record : null;
    }

    boolean remembered(EndedMarker marker) {
        return commands.nowMillis() - marker.atMillis()
                < policy.endedRetention().toMillis();
    }

    private Future<byte @Nullable []> wrongType(Throwable failure) {
        if (RedisLink.refusedWith(failure, ErrorReply.WRONGTYPE)) {
            corrupt.increment();
            return Future.succeededFuture();
        }
        return Future.failedFuture(failure);
    }
}
