package io.authsessions.store.redis;

import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where the commands of one event loop wait for a Cluster to serve what they ask for. There are so many places and no
 * more: whoever waits asks again and again, and all of them together shall not be what keeps the Cluster busy. Confined to
 * its event loop.
 */
final class WaitingRoom {
    private static final long SHORTEST_PAUSE_MILLIS = 10;
    private static final long LONGEST_PAUSE_MILLIS = 100;
    private static final int MOST_DOUBLINGS = 4;

    private final ContextInternal context;
    private final int places;
    private int waiting;

    /** Nobody waits yet. */
    WaitingRoom(ContextInternal context, int places) {
        this.context = context;
        this.places = places;
    }

    ContextInternal context() {
        return context;
    }

    /** How long to wait before one more attempt: each time longer, and never in step with others. */
    static long pauseMillis(int attempts) {
        long longest = Math.min(LONGEST_PAUSE_MILLIS, SHORTEST_PAUSE_MILLIS << Math.min(attempts, MOST_DOUBLINGS));
        return ThreadLocalRandom.current().nextLong(longest / 2, longest + 1);
    }

    /** Goes on after a pause; false where no place is free. */
    boolean rest(long millis, Runnable goOn) {
        if (waiting >= places) {
            return false;
        }
        waiting++;
        context.setTimer(millis, rested -> {
            waiting--;
            goOn.run();
        });
        return true;
    }
}
