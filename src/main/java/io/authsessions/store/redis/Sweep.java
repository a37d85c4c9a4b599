package io.authsessions.store.redis;

import io.authsessions.model.SessionIds;
import io.authsessions.store.RecordCodec;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Ends expired sessions bucket by bucket, beginning where the last call left off. Thread-safe. */
final class Sweep {
    /** How many sessions one call ends at most, in all its steps together. */
    private static final int MOST = 100;

    private static final int BUCKETS_AT_ONCE = 16;

    private final RedisCommands commands;
    private final ScriptCalls scripts;
    private final Records records;
    private final RedisKeys keys;
    private final AtomicInteger turn;

    Sweep(RedisCommands commands, ScriptCalls scripts, Records records, RedisKeys keys) {
        this.commands = commands;
        this.scripts = scripts;
        this.records = records;
        this.keys = keys;
        // So that nodes that start together do not sweep the same buckets at the same time.
        this.turn = new AtomicInteger(ThreadLocalRandom.current().nextInt(keys.buckets()));
    }

    /** Whether there may be more to do at once. */
    Future<Boolean> sweep() {
        return sweep(Math.floorMod(turn.get(), keys.buckets()), 0, MOST);
    }

    private Future<Boolean> sweep(int first, int looked, int room) {
        if (looked >= keys.buckets()) {
            return Future.succeededFuture(false);
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < Math.min(BUCKETS_AT_ONCE, keys.buckets() - looked); i++) {
            names.add(SessionIds.bucketName((first + i) % keys.buckets()));
        }
        return Groups.each(names, name -> over(name, room))
                .compose(over -> sweepEach(names, over, 0, room).compose(left -> {
                    if (left <= 0) {
                        return Future.succeededFuture(true);
                    }
                    int next = (first + names.size()) % keys.buckets();
                    turn.set(next);
                    return sweep(next, looked + names.size(), left);
                }));
    }

    /** The room that is left; 0 or less where some remained. */
    private Future<Integer> sweepEach(List<String> names, List<List<String>> over, int index, int room) {
        if (index >= names.size()) {
            return Future.succeededFuture(room);
        }
        List<String> ids = over.get(index);
        if (ids.isEmpty()) {
            return sweepEach(names, over, index + 1, room);
        }
        List<String> now = ids.subList(0, Math.min(ids.size(), room));
        return end(names.get(index), now)
                .compose(done -> room - ids.size() <= 0
                        ? Future.succeededFuture(0)
                        : sweepEach(names, over, index + 1, room - ids.size()));
    }

    private Future<List<String>> over(String bucketName, int most) {
        Request range = Request.cmd(Command.ZRANGE)
                .arg(keys.byDeadline(bucketName))
                .arg("-inf")
                .arg(commands.nowMillis())
                .arg("BYSCORE")
                .arg("LIMIT")
                .arg(0)
                .arg(most);
        return records.send(range).map(Entries::members);
    }

    private Future<Reply> end(String bucketName, List<String> ids) {
        return records.readAll(bucketName, ids).compose(bytes -> {
            List<String> ownKeys = new ArrayList<>(2 * ids.size());
            List<Buffer> args = new ArrayList<>(2 * ids.size());
            for (int i = 0; i < ids.size(); i++) {
                String key = keys.session(bucketName, ids.get(i));
                byte[] userKey = userKey(bytes.get(i));
                ownKeys.add(key);
                ownKeys.add(userKey == null ? key : keys.user(bucketName, userKey));
                args.add(Buffer.buffer(ids.get(i)));
                args.add(userKey == null ? Buffer.buffer() : Buffer.buffer(userKey));
            }
            return scripts.twice(Change.SWEEP, bucketName, ownKeys, again -> args);
        });
    }

    private static byte @Nullable [] userKey(byte @Nullable [] bytes) {
        return bytes == null ? null : RecordCodec.userKeyOf(bytes);
    }
}
