package io.authsessions.store.redis;

import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPolicy;
import io.authsessions.store.ChangeMarks.MarkedSession;
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
import io.vertx.redis.client.ResponseType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
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

    /** What stands under an id, judged. One GET. */
    Future<@Nullable StoredSession> find(String sessionId) {
        return SessionIds.isId(sessionId)
                ? get(sessionId, bytes -> bytes == null ? null : judged(sessionId, bytes))
                : Future.succeededFuture();
    }

    /**
     * What stands under an id, judged, with the mark of its bucket. One MGET; where their slot is on the move and no server
     * has both, a GET, and no mark.
     */
    Future<MarkedSession> findMarked(String sessionId) {
        if (!SessionIds.isId(sessionId)) {
            return Future.succeededFuture(new MarkedSession(null, null));
        }
        Request mget =
                Request.cmd(Command.MGET).arg(keys.session(sessionId)).arg(keys.mark(RedisKeys.bucketName(sessionId)));
        long begun = System.nanoTime();
        return commands.lookup(mget).transform((response, failure) -> {
            if (failure == null) {
                return Future.succeededFuture(marked(sessionId, response));
            }
            return attempts.again(begun, failure, () -> commands.lookup(mget))
                    .map(again -> marked(sessionId, again))
                    .recover(apart -> RedisLink.refusedWith(apart, ErrorReply.TRYAGAIN)
                            ? find(sessionId).map(stored -> new MarkedSession(stored, null))
                            : Future.failedFuture(apart));
        });
    }

    private MarkedSession marked(String sessionId, @Nullable Response response) {
        if (response == null || response.type() != ResponseType.MULTI || response.size() != 2) {
            throw noAnswer();
        }
        byte[] bytes = bytes(response.get(0));
        byte[] mark = bytes(response.get(1));
        return new MarkedSession(
                bytes == null ? null : judged(sessionId, bytes),
                mark == null ? null : new String(mark, StandardCharsets.UTF_8));
    }

    /** What stands under an id, as it is; a key of another type is as good as nothing. One GET. */
    Future<byte @Nullable []> read(String sessionId) {
        return get(sessionId, bytes -> bytes);
    }

    /** The path of every resolve: one step from the reply to the result. */
    private <T extends @Nullable Object> Future<T> get(String sessionId, Function<byte @Nullable [], T> reader) {
        Request get = Request.cmd(Command.GET).arg(keys.session(sessionId));
        long begun = System.nanoTime();
        return commands.send(get).transform((response, failure) -> {
            if (failure == null) {
                return Future.succeededFuture(reader.apply(bytes(response)));
            }
            return attempts.again(begun, failure, () -> commands.send(get))
                    .map(Records::bytes)
                    .recover(this::wrongType)
                    .map(reader);
        });
    }

    /** What is no string came from no Redis, or is the answer to something else: no reason to sign anybody out. */
    private static byte @Nullable [] bytes(@Nullable Response response) {
        if (response != null && response.type() != ResponseType.BULK) {
            throw noAnswer();
        }
        return response == null ? null : response.toBytes();
    }

    private static StoreException noAnswer() {
        return new StoreException(StoreException.UNAVAILABLE, "Redis gave an answer that is none", null);
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
