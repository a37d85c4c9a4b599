package io.authsessions.store.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Keeps failures back until what has failed cannot happen any more, so that nobody is told of a failure first and finds
 * it done later. Thread-safe.
 */
final class HeldFailures {
    /** Of no verticle: on that of a caller the timer would end with it, and nobody else who waits would be told. */
    private final ContextInternal context;

    private final Set<Held<?>> held = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    HeldFailures(Vertx vertx) {
        VertxInternal internal = (VertxInternal) vertx;
        this.context =
                Connector.context(internal, internal.nettyEventLoopGroup().next());
    }

    private record Held<T>(Promise<T> promise, Throwable failure) {
        void tell() {
            promise.tryFail(failure);
        }
    }

    /**
     * The failure, at that time or at once if it is past.
     *
     * @param until by {@link System#nanoTime()}
     */
    <T> Future<T> tellAfter(long until, Throwable failure) {
        long nanos = until - System.nanoTime();
        if (nanos <= 0 || closed) {
            return Future.failedFuture(failure);
        }
        Held<T> one = new Held<>(Promise.promise(), failure);
        held.add(one);
        context.setTimer(TimeUnit.NANOSECONDS.toMillis(nanos) + 1, over -> {
            held.remove(one);
            one.tell();
        });
        if (closed) {
            close();
        }
        return one.promise().future();
    }

    /** Holds nothing back any more. */
    void close() {
        closed = true;
        held.forEach(Held::tell);
        held.clear();
    }
}
