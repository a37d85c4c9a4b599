package io.authsessions;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * When this process could not run although it wanted to: the machine was busy with others, or memory was collected. What
 * is measured meanwhile says nothing of the server that was asked. Thread-safe.
 */
public final class Hiccups implements AutoCloseable {
    private static final long NAP_NANOS = 1_000_000;
    private static final long WORTH_NOTING_NANOS = 3_000_000;

    private final List<long[]> pauses = new CopyOnWriteArrayList<>();
    private final Thread watcher = new Thread(this::watch, "hiccups");
    private volatile boolean ended;

    /** Watches from now on. */
    public Hiccups() {
        watcher.setDaemon(true);
        watcher.start();
    }

    private void watch() {
        long before = System.nanoTime();
        while (!ended) {
            LockSupport.parkNanos(NAP_NANOS);
            long now = System.nanoTime();
            if (now - before > WORTH_NOTING_NANOS) {
                pauses.add(new long[] {before, now});
            }
            before = now;
        }
    }

    /** How many of the milliseconds since a moment, by {@link System#nanoTime()}, this process stood still. */
    public double millisWithin(long from, double millis) {
        long to = from + (long) (millis * 1e6);
        return pauses.stream()
                        .mapToLong(pause -> Math.max(0, Math.min(to, pause[1]) - Math.max(from, pause[0])))
                        .sum()
                / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    @Override
    public void close() {
        ended = true;
    }
}
