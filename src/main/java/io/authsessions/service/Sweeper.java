package io.authsessions.service;

import io.authsessions.store.SessionStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Ends expired sessions in the background, in slices that hold up nobody: one small slice, then a pause of a
 * millisecond while there is more to do, else of about the interval, jittered so that nodes do not march in step.
 * Confined to the context that started it.
 */
public final class Sweeper {
    private static final System.Logger LOG = System.getLogger(Sweeper.class.getName());
    private static final long PAUSE_MILLIS = 1;

    private final Vertx vertx;
    private final SessionStore store;
    private final long intervalMillis;
    private final RandomGenerator random;
    private volatile boolean stopped;
    private volatile long timer;
    private boolean failing;

    /**
     * A sweeper of one store.
     *
     * @param interval how long it rests when there is nothing to do
     */
    public Sweeper(Vertx vertx, SessionStore store, Duration interval, RandomGenerator random) {
        this.vertx = vertx;
        this.store = store;
        this.intervalMillis = interval.toMillis();
        this.random = random;
    }

    /** Begins. */
    public void start() {
        rest();
    }

    /** Begins nothing more. */
    public void stop() {
        stopped = true;
        vertx.cancelTimer(timer);
    }

    private void sweep() {
        attempt().onComplete(result -> {
            if (result.failed() && !failing) {
                LOG.log(System.Logger.Level.WARNING, "expired sessions cannot be swept at present");
            }
            failing = result.failed();
            if (result.succeeded() && result.result()) {
                after(PAUSE_MILLIS);
            } else {
                rest();
            }
        });
    }

    private Future<Boolean> attempt() {
        try {
            return store.sweep();
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private void rest() {
        after(intervalMillis / 2 + random.nextLong(intervalMillis + 1));
    }

    private void after(long millis) {
        if (!stopped) {
            timer = vertx.setTimer(Math.max(1, millis), fired -> {
                if (!stopped) {
                    sweep();
                }
            });
        }
    }
}
