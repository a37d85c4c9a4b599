package io.authsessions.store.redis;

import java.util.concurrent.TimeUnit;

/**
 * How many commands may be under way on one connection: at most as many as Redis, by what it did lately, answers in half
 * the deadline of a command. Commands on a connection are answered in their order, so what is sent beyond that would wait
 * for nothing: its caller gives up before it is answered, and the work is done all the same. Confined to one event loop.
 */
final class InFlightLimit {
    /** With fewer ahead of it, the wait of a command tells more of the network than of the work. */
    private static final int FEWEST_TOLD_BY = 32;

    private static final int FEWEST = 4;
    /** What was learned longer ago tells nothing of now. */
    private static final long FORGOTTEN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final int most;
    private final long targetNanos;
    private int limit;
    private long learnedAt;

    /** The limit of a Redis that is as quick as it should be. */
    InFlightLimit(RedisLinkOptions options) {
        this.most = options.maxInFlight();
        this.targetNanos = options.commandDeadline().toNanos() / 2;
        this.limit = most;
    }

    /** How many may be under way now. */
    int value() {
        if (limit < most && System.nanoTime() - learnedAt > FORGOTTEN_NANOS) {
            limit = most;
        }
        return limit;
    }

    /** Whether one more may be sent while so many are under way. */
    boolean admits(PendingCommand command, int underWay) {
        return underWay < value() || !command.isWork();
    }

    /** Learns from a command that has been answered just now. */
    void answered(PendingCommand command) {
        if (command.isWork() && command.ahead() >= Math.min(FEWEST_TOLD_BY, limit / 2)) {
            learnedAt = System.nanoTime();
            long waited = command.waitedFor(learnedAt);
            fit(command.ahead() * targetNanos / Math.max(1, waited));
        }
    }

    /** Learns from a connection on which nothing was answered for a whole deadline, although so many were under way. */
    void silent(int underWay) {
        if (underWay >= Math.min(FEWEST_TOLD_BY, limit / 2)) {
            learnedAt = System.nanoTime();
            fit(Math.min(underWay, limit) / 2);
        }
    }

    private void fit(long commands) {
        limit = (int) Math.max(Math.min(FEWEST, most), Math.min(most, commands));
    }
}
