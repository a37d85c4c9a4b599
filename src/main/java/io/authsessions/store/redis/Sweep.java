package io.authsessions.store.redis;

import io.authsessions.model.SessionIds;
import io.authsessions.store.RecordCodec;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Ends expired sessions bucket by bucket, beginning where the last call left off. Each bucket is judged by itself: one that
 * cannot be swept keeps no other from it. Thread-safe.
 */
final class Sweep {
    /** How many sessions one call ends at most, in all its steps together. */
    private static final int MOST = 100;

    /** How many one script ends: Redis does nothing else meanwhile, and 100 take it longer than a busy moment has. */
    private static final int STEP = 25;

    private static final int BUCKETS_AT_ONCE = 16;
    private static final Buffer NOTHING_READ = Buffer.buffer();
    private static final Buffer DAMAGED = Buffer.buffer("-");

    private final RedisCommands commands;
    private final ScriptCalls scripts;
    private final Records records;
    private final RedisKeys keys;
    private final long callNanos;
    private final AtomicInteger turn;

    Sweep(RedisCommands commands, ScriptCalls scripts, Records records, RedisKeys keys, Duration callDeadline) {
        this.commands = commands;
        this.scripts = scripts;
        this.records = records;
        this.keys = keys;
        this.callNanos = callDeadline.toNanos();
        // So that nodes that start together do not sweep the same buckets at the same time.
        this.turn = new AtomicInteger(ThreadLocalRandom.current().nextInt(keys.buckets()));
    }

    /** Whether there may be more to do at once. Fails where a bucket could not be swept and no other has more to do. */
    Future<Boolean> sweep() {
        return sweep(new Look(System.nanoTime()));
    }

    /** One call: how far it has come. Its steps follow each other. */
    private static final class Look {
        private final long begun;
        private int buckets;
        private int room = MOST;
        private @Nullable Throwable failure;

        Look(long begun) {
            this.begun = begun;
        }

        /** Passes over what failed. */
        <T extends @Nullable Object> Future<T> failed(Throwable reason, Future<T> instead) {
            synchronized (this) {
                failure = failure == null ? reason : failure;
            }
            return instead;
        }

        synchronized Future<Boolean> result(boolean more) {
            return failure == null ? Future.succeededFuture(more) : Future.failedFuture(failure);
        }
    }

    private Future<Boolean> sweep(Look look) {
        if (look.buckets >= keys.buckets()) {
            return look.result(false);
        }
        // A Redis that hangs holds up each group; the next call goes on with the buckets after it.
        if (System.nanoTime() - look.begun > callNanos) {
            return look.result(true);
        }
        int first = Math.floorMod(turn.get(), keys.buckets());
        List<String> names = new ArrayList<>();
        for (int i = 0; i < Math.min(BUCKETS_AT_ONCE, keys.buckets() - look.buckets); i++) {
            names.add(SessionIds.bucketName((first + i) % keys.buckets()));
        }
        return Groups.each(names, name -> over(name, look))
                .compose(over -> sweepEach(names, over, 0, look))
                .compose(done -> {
                    if (look.room <= 0) {
                        return Future.succeededFuture(true);
                    }
                    turn.set((first + names.size()) % keys.buckets());
                    look.buckets += names.size();
                    return sweep(look);
                });
    }

    private Future<Void> sweepEach(List<String> names, List<List<String>> over, int index, Look look) {
        if (index >= names.size() || look.room <= 0) {
            return Future.succeededFuture();
        }
        List<String> ids = over.get(index);
        if (ids.isEmpty()) {
            return sweepEach(names, over, index + 1, look);
        }
        return steps(names.get(index), ids, 0, look)
                .recover(failure -> look.failed(failure, Future.succeededFuture()))
                .compose(done -> sweepEach(names, over, index + 1, look));
    }

    private Future<@Nullable Void> steps(String bucketName, List<String> ids, int first, Look look) {
        int next = Math.min(first + Math.min(STEP, look.room), ids.size());
        if (first >= next) {
            return Future.succeededFuture();
        }
        return end(bucketName, ids.subList(first, next)).compose(done -> {
            look.room -= next - first;
            return steps(bucketName, ids, next, look);
        });
    }

    private Future<List<String>> over(String bucketName, Look look) {
        Request range = Request.cmd(Command.ZRANGE)
                .arg(keys.byDeadline(bucketName))
                .arg("-inf")
                .arg(commands.nowMillis())
                .arg("BYSCORE")
                .arg("LIMIT")
                .arg(0)
                .arg(look.room);
        return records.send(range)
                .map(Entries::members)
                .recover(failure -> look.failed(failure, Future.succeededFuture(List.of())));
    }

    private Future<Reply> end(String bucketName, List<String> ids) {
        return records.readAll(bucketName, ids).compose(bytes -> {
            List<String> ownKeys = new ArrayList<>(2 * ids.size());
            List<Buffer> args = new ArrayList<>(2 * ids.size());
            for (int i = 0; i < ids.size(); i++) {
                String key = keys.session(bucketName, ids.get(i));
                byte[] one = bytes.get(i);
                byte[] userKey = one == null ? null : RecordCodec.userKeyOf(one);
                ownKeys.add(key);
                ownKeys.add(userKey == null ? key : keys.user(bucketName, userKey));
                args.add(Buffer.buffer(ids.get(i)));
                args.add(userKey == null ? (one == null ? NOTHING_READ : DAMAGED) : Buffer.buffer(userKey));
            }
            return scripts.twice(Change.SWEEP, System.nanoTime(), bucketName, ownKeys, again -> args);
        });
    }
}
