package io.authsessions.store.redis;

import io.authsessions.model.SessionIds;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Changes of the sessions of others, at a rate that a store could not make here: a script sets marks and publishes, as
 * the store's scripts do, in all buckets in turn. Runs on a thread of its own.
 */
final class RevocationFlood implements AutoCloseable {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final String SCRIPT = """
            local first, count = tonumber(ARGV[1]), tonumber(ARGV[2])
            for i = first, first + count - 1 do
              local bucket = ARGV[5 + i % (#ARGV - 4)]
              local key = 'aus:{' .. bucket .. '}:m'
              local previous = redis.call('GET', key) or ''
              local mark = ARGV[3] .. '-' .. i
              redis.call('SET', key, mark, 'PX', 86400000)
              redis.call('PUBLISH', ARGV[4], cjson.encode(
                {bucket = bucket, previous = previous, mark = mark, ids = {bucket .. '00000000000000000000'}, events = {}}))
            end
            """;

    private final PlainRedis redis;
    private final int perSecond;
    private final List<String> command = new ArrayList<>(List.of("EVAL", SCRIPT, "0"));
    private final Thread thread = new Thread(this::run, "flood");
    private final long begunAt = System.nanoTime();
    private volatile boolean over;
    private volatile long made;
    private volatile long endedAt;

    RevocationFlood(int port, int buckets, int perSecond) {
        this.redis = new PlainRedis(port);
        this.perSecond = perSecond;
        command.addAll(List.of("", "", "flood-" + begunAt, "aus:events"));
        for (int i = 0; i < buckets; i++) {
            command.add(SessionIds.bucketName(i));
        }
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (!over) {
            long due = (System.nanoTime() - begunAt) * perSecond / TimeUnit.SECONDS.toNanos(1) - made;
            if (due > 0) {
                List<String> step = new ArrayList<>(command);
                step.set(3, "" + made);
                step.set(4, "" + Math.min(due, perSecond / 20));
                redis.call(step.toArray(String[]::new));
                made += Long.parseLong(step.get(4));
            }
            LockSupport.parkNanos(TICK_NANOS);
        }
        endedAt = System.nanoTime();
    }

    /** How many changes it made in a second, since it began. */
    long rate() {
        return made * TimeUnit.SECONDS.toNanos(1) / ((over ? endedAt : System.nanoTime()) - begunAt);
    }

    @Override
    public void close() {
        over = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        redis.close();
    }
}
