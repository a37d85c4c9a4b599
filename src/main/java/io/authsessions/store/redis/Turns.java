package io.authsessions.store.redis;

import io.authsessions.store.StoreException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Lets calls that would only get in each other's way go one after the other. Who has waited for longer than a call may
 * take fails without having begun, so a queue behind a stall empties at once. Thread-safe.
 */
final class Turns {
    private final ConcurrentHashMap<String, Future<?>> last = new ConcurrentHashMap<>();
    private final Vertx vertx;
    private final long patienceNanos;

    Turns(Vertx vertx, Duration patience) {
        this.vertx = vertx;
        this.patienceNanos = patience.toNanos();
    }

    /** Makes the call when those before it under the same name are over. */
    <T> Future<T> inTurn(String name, Supplier<Future<T>> call) {
        long since = System.nanoTime();
        Context context = vertx.getOrCreateContext();
        Promise<T> done = Promise.promise();
        Future<?> before = last.put(name, done.future());
        Supplier<Future<T>> turn = () -> System.nanoTime() - since > patienceNanos
                ? Future.failedFuture(new StoreException(
                        StoreException.OVERLOADED, "too many sessions of one user are created at once", null))
                : call.get();
        if (before == null) {
            begin(name, turn, done);
        } else {
            before.onComplete(over -> context.runOnContext(now -> begin(name, turn, done)));
        }
        return done.future();
    }

    private <T> void begin(String name, Supplier<Future<T>> turn, Promise<T> done) {
        Future<T> answer;
        try {
            answer = turn.get();
        } catch (RuntimeException e) {
            answer = Future.failedFuture(e);
        }
        answer.onComplete(result -> {
            last.remove(name, done.future());
            done.handle(result);
        });
    }
}
