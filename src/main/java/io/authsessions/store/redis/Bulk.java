package io.authsessions.store.redis;

import io.authsessions.model.BulkResult;
import io.authsessions.model.EndReason;
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

    /**
     * What a step has done.
     *
     * @param ended how many
     * @param left how many stay in the index, since they are over and the sweeper's; no other does
     */
    private record Step(int ended, int left) {}

    /** The end of all of a user's sessions, but one. */
    private record Order(
            long begun, String userId, @Nullable String exceptSessionId, String reason) {
        byte[] userKey() {
            return RecordCodec.userKey(userId);
        }

        List<String> victims(List<String> ids) {
            List<String> victims = new ArrayList<>(ids);
            victims.remove(exceptSessionId);
            return victims;
        }
    }

    Future<BulkResult> destroyForUser(String userId, @Nullable String exceptSessionId, String reason) {
        Order order = new Order(System.nanoTime(), userId, exceptSessionId, reason);
        // One more than a step ends tells whether there is another, and one may be spared.
        return index.first(order.userKey(), MOST + 2).map(order::victims).compose(victims -> {
            if (victims.isEmpty()) {
                return Future.succeededFuture(new BulkResult(0, false));
            }
            boolean more = victims.size() > MOST;
            return end(order, atMost(victims))
                    .compose(step -> more && step.left() == MOST
                            ? index.all(order.userKey()).compose(all -> pastThoseOver(order, order.victims(all), MOST))
                            : Future.succeededFuture(new BulkResult(step.ended(), more)));
        });
    }

    /** Nobody sweeps as fast as sessions expire: goes on until there is something to end, in what one read has told. */
    private Future<BulkResult> pastThoseOver(Order order, List<String> victims, int first) {
        if (first >= victims.size()) {
            return Future.succeededFuture(new BulkResult(0, false));
        }
        int next = Math.min(first + MOST, victims.size());
        List<String> now = victims.subList(first, next);
        return end(order, now)
                .compose(step -> step.left() == now.size()
                        ? pastThoseOver(order, victims, next)
                        : Future.succeededFuture(new BulkResult(step.ended(), next < victims.size())));
    }

    private Future<Step> end(Order order, List<String> sessionIds) {
        return end(Change.DESTROY_MANY, order.begun(), order.userId(), sessionIds, order.reason());
    }

    /**
     * Ends sessions that are beyond the limit, unless whoever they would make room for has given up.
     *
     * @param begun when that call began, by {@link System#nanoTime()}
     */
    Future<Void> evict(long begun, String userId, List<String> sessionIds) {
        return end(Change.EVICT, begun, userId, atMost(sessionIds), EndReason.LIMIT)
                .mapEmpty();
    }

    /**
     * Sees to it that the indices are right about entries of a user: what is over expires, what lives stands where it
     * should, and what is no session of that user goes.
     *
     * @param begun when the call began, by {@link System#nanoTime()}
     */
    Future<Void> tidy(long begun, String userId, List<String> sessionIds) {
        byte[] userKey = RecordCodec.userKey(userId);
        String bucket = SessionIds.bucketName(keys.bucketOf(userKey));
        List<String> ownKeys = new ArrayList<>();
        List<Buffer> args = new ArrayList<>();
        for (String id : atMost(sessionIds)) {
            ownKeys.add(keys.session(bucket, id));
            ownKeys.add(keys.user(userKey));
            args.add(Buffer.buffer(id));
            args.add(Buffer.buffer(userKey));
        }
        return scripts.twice(Change.SWEEP, begun, bucket, ownKeys, again -> args)
                .mapEmpty();
    }

    private static List<String> atMost(List<String> sessionIds) {
        return sessionIds.subList(0, Math.min(MOST, sessionIds.size()));
    }

    private Future<Step> end(Change change, long begun, String userId, List<String> sessionIds, String reason) {
        byte[] userKey = RecordCodec.userKey(userId);
        String bucket = SessionIds.bucketName(keys.bucketOf(userKey));
        List<String> ownKeys = new ArrayList<>(1 + sessionIds.size());
        List<Buffer> args = new ArrayList<>(3 + sessionIds.size());
        ownKeys.add(keys.user(userKey));
        args.add(Buffer.buffer(reason));
        args.add(Buffer.buffer(userKey));
        args.add(Buffer.buffer(userId));
        for (String id : sessionIds) {
            ownKeys.add(keys.session(bucket, id));
            args.add(Buffer.buffer(id));
        }
        return scripts.twice(change, begun, bucket, ownKeys, again -> args)
                .map(reply -> new Step(reply.number(0), reply.number(1)));
    }
}
