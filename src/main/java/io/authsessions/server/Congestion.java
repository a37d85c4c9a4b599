package io.authsessions.server;

import io.vertx.core.Handler;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Notices that an event loop is asked for more than it can do: the requests that it finds in one turn keep it busy for
 * too long, turn after turn. Then those that it comes to late in a turn are to be refused, which costs next to nothing:
 * so the others are answered in time, and a turn ends before its successor has become longer still. While the process
 * stands still its thread does not work, and nobody is refused for that. Confined to one event loop.
 */
final class Congestion {
    private static final long TURN_NANOS = Duration.ofMillis(50).toNanos();
    private static final long PATIENCE_NANOS = Duration.ofMillis(500).toNanos();
    /** After so long it is looked whether that was work. */
    private static final long PAUSE_NANOS = Duration.ofMillis(250).toNanos();

    private final Consumer<Handler<Void>> afterTurn;
    private final LongSupplier nanoTime;
    private final LongSupplier workedNanos;
    private boolean inTurn;
    private boolean crowded;
    private long turnBegan;
    private long workedBefore;
    private long crowdedSince;
    private long seenAt;

    /**
     * Nothing has been asked yet.
     *
     * @param afterTurn runs something when the event loop has done what it found to be done
     * @param workedNanos for how long the thread of the event loop has been at work
     */
    Congestion(Consumer<Handler<Void>> afterTurn, LongSupplier nanoTime, LongSupplier workedNanos) {
        this.afterTurn = afterTurn;
        this.nanoTime = nanoTime;
        this.workedNanos = workedNanos;
    }

    /** That of the event loop on whose thread it is asked. */
    static Congestion ofThread(Consumer<Handler<Void>> afterTurn) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        LongSupplier worked = threads.isCurrentThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled()
                ? threads::getCurrentThreadCpuTime
                : () -> 0;
        return new Congestion(afterTurn, System::nanoTime, worked);
    }

    /** Whether the request that has just been read is to be refused. Asked once for each. */
    boolean refusesNext() {
        long now = nanoTime.getAsLong();
        if (!inTurn) {
            inTurn = true;
            turnBegan = now;
            workedBefore = workedNanos.getAsLong();
            afterTurn.accept(turn -> turnEnds());
        } else if (now - seenAt > PAUSE_NANOS) {
            long stoodStill = Math.max(0, now - turnBegan - (workedNanos.getAsLong() - workedBefore));
            turnBegan += stoodStill;
            crowdedSince += stoodStill;
        }
        seenAt = now;
        if (now - turnBegan < TURN_NANOS) {
            return false;
        }
        if (!crowded) {
            crowded = true;
            crowdedSince = turnBegan;
        }
        return now - crowdedSince >= PATIENCE_NANOS;
    }

    private void turnEnds() {
        inTurn = false;
        crowded = crowded && nanoTime.getAsLong() - turnBegan >= TURN_NANOS;
    }
}
