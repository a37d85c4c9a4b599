package io.authsessions.service;

import io.authsessions.model.FailureCode;
import io.authsessions.store.StoreException;
import io.vertx.serviceproxy.ServiceException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Tells that the store has no room: callers each time, the operator at most once a minute. Thread-safe. */
final class FullStore {
    private static final System.Logger LOG = System.getLogger(FullStore.class.getName());
    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final AtomicLong toldAt = new AtomicLong(System.nanoTime() - PAUSE_NANOS);

    ServiceException refusal() {
        long now = System.nanoTime();
        long told = toldAt.get();
        if (now - told >= PAUSE_NANOS && toldAt.compareAndSet(told, now)) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "the store has no room for another session; nobody can sign in until some end or it is given more");
        }
        return Failures.of(FailureCode.UNAVAILABLE, StoreException.FULL, "the store has no room for another session");
    }
}
