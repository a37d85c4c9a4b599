package io.authsessions.store.redis;

import io.authsessions.model.BulkResult;
import io.authsessions.model.SessionIds;
import io.authsessions.store.RecordCodec;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ends many sessions of one user, at most {@value #MOST} in one step. Thread-safe. */
final class Bulk {
    static final int MOST = 100;

    private final ScriptCalls scripts;
    private final UserIndex index;
    private final RedisKeys keys;

    Bulk(ScriptCalls scripts, UserIndex index, RedisKeys keys) {
        this.scripts = scripts;
        this.index = index;
        this.keys = keys;
    }

    Future<BulkResult> destroyForUser(String userId, @Nullable String exceptSessionId, String reason) {
        byte[] userKey = RecordCodec.userKey(userId);
        return index.read(userKey).compose(sessions -> {
            List<String> victims = new ArrayList<>(sessions.alive());
            victims.remove(exceptSessionId);
            if (victims.isEmpty()) {
                return Future.succeededFuture(new BulkResult(0, false));
            }
            boolean more = victims.size() > MOST;
            List<String> now = more ? victims.subList(0, MOST) : victims;
            return end(keys.user(userKey), userKey, now, reason).map(ended -> new BulkResult(ended, more));
        });
    }

    /** How many of them lived and ended. */
    Future<Integer> end(String byUser, byte[] userKey, List<String> sessionIds, String reason) {
        List<String> ownKeys = new ArrayList<>(1 + sessionIds.size());
        List<Buffer> args = new ArrayList<>(2 + sessionIds.size());
        String bucket = SessionIds.bucketName(keys.bucketOf(userKey));
        ownKeys.add(byUser);
        args.add(Buffer.buffer(reason));
        args.add(Buffer.buffer(userKey));
        for (String id : sessionIds) {
            ownKeys.add(keys.session(bucket, id));
            args.add(Buffer.buffer(id));
        }
        return scripts.twice(Change.DESTROY_MANY, bucket, ownKeys, again -> args)
                .map(Reply::number);
    }
}
