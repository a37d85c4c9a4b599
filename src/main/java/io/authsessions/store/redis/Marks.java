package io.authsessions.store.redis;

import io.authsessions.model.SessionIds;
import io.authsessions.store.ChangeMarks.Mark;
import io.authsessions.store.redis.RedisCommands.Share;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the change marks, each from the primary that serves it, and then writes once to that primary: a PEXPIRE that
 * renews a mark there. One that was demoted, or has lost its replicas or its peace to write, refuses that, and what it
 * said before proves nothing. Nothing here is tried twice: the next round comes soon. Thread-safe.
 */
final class Marks {
    /** As the scripts have it. */
    private static final long TTL_MILLIS = 86_400_000;

    private static final int AT_ONCE = 512;

    private final RedisCommands commands;
    private final RedisKeys keys;
    private final Supplier<Buffer> freshMarks;
    private final AtomicInteger turn = new AtomicInteger();
    private final Map<Integer, Object> servers = new ConcurrentHashMap<>();

    Marks(RedisCommands commands, RedisKeys keys, Supplier<Buffer> freshMarks) {
        this.commands = commands;
        this.keys = keys;
        this.freshMarks = freshMarks;
    }

    /** Where several primaries answer, one that hangs holds up the others for no longer than the given time. */
    Future<List<Mark>> read(List<Integer> buckets, Duration patience) {
        Map<Buffer, Integer> byKey = new HashMap<>();
        buckets.forEach(bucket -> byKey.put(key(bucket), bucket));
        List<Share> shares = commands.byPrimary(List.copyOf(byKey.keySet()));
        List<Future<List<Mark>>> parts = shares.stream()
                .map(share -> readShare(share, byKey).map(marks -> since(share.server(), marks)))
                .map(read -> shares.size() > 1 ? read.timeout(patience.toMillis(), TimeUnit.MILLISECONDS) : read)
                .toList();
        return Future.join(parts).transform(ended -> {
            List<Mark> proven = new ArrayList<>();
            parts.stream().filter(Future::succeeded).forEach(part -> proven.addAll(part.result()));
            return Future.succeededFuture(proven);
        });
    }

    /**
     * What another server says for the first time is that there is no mark. It may have come without the last changes of
     * the one before it, back to a mark that was known already, and what was read from that one is then nowhere any more.
     */
    private List<Mark> since(Object server, List<Mark> marks) {
        return marks.stream()
                .map(mark -> {
                    Object before = servers.put(mark.bucket(), server);
                    return before == null || before.equals(server) ? mark : new Mark(mark.bucket(), null);
                })
                .toList();
    }

    Future<Void> setMissing(List<Integer> buckets) {
        return Groups.each(buckets, bucket -> commands.send(Request.cmd(Command.SET)
                                .arg(key(bucket))
                                .arg(freshMarks.get())
                                .arg("NX")
                                .arg("PX")
                                .arg(TTL_MILLIS))
                        .transform(done -> Future.succeededFuture(done.succeeded())))
                .mapEmpty();
    }

    private Buffer key(int bucket) {
        return Buffer.buffer(keys.mark(SessionIds.bucketName(bucket)));
    }

    /** The write goes after the reads, to the same server: who takes it still decided when the reads were answered. */
    private Future<List<Mark>> readShare(Share share, Map<Buffer, Integer> byKey) {
        if (!commands.acrossSlots()) {
            return Groups.each(share.keys(), key -> readAlone(key, share, byKey))
                    .compose(reads -> confirmed(reads, share));
        }
        List<Buffer> group = share.keys();
        List<Future<List<Mark>>> reads = new ArrayList<>();
        for (int from = 0; from < group.size(); from += AT_ONCE) {
            reads.add(readTogether(group.subList(from, Math.min(from + AT_ONCE, group.size())), share, byKey));
        }
        // Sent with the reads and not after their answers: on the same connection, behind them.
        Future<?> write = renewOne(group, share);
        return Future.all(reads)
                .compose(read -> write)
                .map(taken -> flat(reads.stream().map(Future::result).toList()));
    }

    private Future<List<Mark>> readTogether(List<Buffer> group, Share share, Map<Buffer, Integer> byKey) {
        Request mget = Request.cmd(Command.MGET);
        group.forEach(mget::arg);
        return share.way().apply(mget).map(response -> {
            List<Mark> marks = new ArrayList<>(group.size());
            for (int i = 0; response != null && i < group.size(); i++) {
                marks.add(mark(group.get(i), response.get(i), byKey));
            }
            return marks;
        });
    }

    /** One that another server has by now, as in the midst of a migration, costs the others nothing. */
    private Future<List<Mark>> readAlone(Buffer key, Share share, Map<Buffer, Integer> byKey) {
        return share.way()
                .apply(Request.cmd(Command.GET).arg(key))
                .transform(read -> Future.succeededFuture(
                        read.succeeded() ? List.of(mark(key, read.result(), byKey)) : List.of()));
    }

    /** What was read, once the same server has taken a write to one of the keys that it had. */
    private Future<List<Mark>> confirmed(List<List<Mark>> reads, Share share) {
        List<Mark> read = flat(reads);
        if (read.isEmpty()) {
            return Future.succeededFuture(read);
        }
        return renewOne(read.stream().map(mark -> key(mark.bucket())).toList(), share)
                .map(taken -> read);
    }

    /** Each in its turn, so that none that is in use runs out. Whether there is one does not matter here. */
    private Future<@Nullable Response> renewOne(List<Buffer> group, Share share) {
        Buffer key = group.get(Math.floorMod(turn.getAndIncrement(), group.size()));
        return share.way().apply(Request.cmd(Command.PEXPIRE).arg(key).arg(TTL_MILLIS));
    }

    private static Mark mark(Buffer key, @Nullable Response read, Map<Buffer, Integer> byKey) {
        Integer bucket = byKey.get(key);
        if (bucket == null) {
            throw new IllegalStateException("a mark was read that nobody asked for");
        }
        return new Mark(bucket, read == null ? null : read.toString());
    }

    private static List<Mark> flat(List<List<Mark>> parts) {
        return parts.stream().flatMap(List::stream).toList();
    }
}
