package io.authsessions.service;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Tells the callers of one event loop what became of their calls: for two milliseconds, and then the loop first sees to
 * whatever else has arrived. Hundreds of calls end together when a store is lost or comes back, and whoever hears of one
 * writes an answer; without this everybody else of the loop would wait until the last of them is told. Thread-safe.
 */
final class Releases {
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    /** Ends that are further apart than this leave the loop time for all else. */
    private static final long GAP_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private final EventLoop loop;
    private final ArrayDeque<Runnable> held = new ArrayDeque<>();
    private long begunAt = System.nanoTime();
    private long toldAt = begunAt;

    Releases(EventLoop loop) {
        this.loop = loop;
    }

    /** Tells one caller: at once where the loop has time for it, else later on the loop, in the order of the calls of this. */
    void tell(Runnable caller) {
        if (loop.inEventLoop()) {
            tellOrHold(caller);
            return;
        }
        try {
            loop.execute(() -> tellOrHold(caller));
        } catch (RejectedExecutionException vertxHasEnded) {
            caller.run();
        }
    }

    private void tellOrHold(Runnable caller) {
        long now = System.nanoTime();
        if (now - toldAt > GAP_NANOS) {
            begunAt = now;
        }
        if (held.isEmpty() && now - begunAt < SLICE_NANOS) {
            run(caller);
            return;
        }
        if (held.isEmpty()) {
            afterWhatHasArrived();
        }
        held.addLast(caller);
    }

    /** What is scheduled, unlike what is executed, comes after a look at the sockets. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private void afterWhatHasArrived() {
        loop.schedule(this::tellHeld, 0, TimeUnit.NANOSECONDS);
    }

    private void tellHeld() {
        begunAt = System.nanoTime();
        try {
            while (!held.isEmpty() && System.nanoTime() - begunAt < SLICE_NANOS) {
                run(held.removeFirst());
            }
        } finally {
            if (!held.isEmpty()) {
                afterWhatHasArrived();
            }
        }
    }

    private void run(Runnable caller) {
        caller.run();
        toldAt = System.nanoTime();
    }
}
