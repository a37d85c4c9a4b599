package io.authsessions.service;

import io.authsessions.model.FailureCode;
import io.authsessions.store.StoreException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls that are under way. Sees to it that each ends: within the deadline, with one of the service's failures,
 * whatever the store does; and at once when the service ends and has drained. A call that completes at once costs
 * nothing here. Thread-safe.
 */
final class Calls {
    private static final System.Logger LOG = System.getLogger(Calls.class.getName());

    private final Vertx vertx;
    private final Duration deadline;
    private final Set<Call<?>> underWay = ConcurrentHashMap.newKeySet();
    private final Promise<Void> drained = Promise.promise();
    private volatile boolean closing;

    Calls(Vertx vertx, Duration deadline) {
        this.vertx = vertx;
        this.deadline = deadline;
    }

    /** Makes a call. The future completes on the caller's context where there is one. */
    <T extends @Nullable Object> Future<T> call(Supplier<Future<T>> body) {
        if (closing) {
            return Future.failedFuture(shuttingDown());
        }
        Future<T> answer = attempt(body);
        if (answer.succeeded()) {
            return answer;
        }
        if (answer.failed()) {
            return Future.failedFuture(explain(answer.cause()));
        }
        Call<T> call = new Call<>(vertx);
        underWay.add(call);
        call.timer = vertx.setTimer(deadline.toMillis(), timer -> call.fail(overdue()));
        answer.onComplete(result -> {
            if (result.succeeded()) {
                call.complete(result.result());
            } else {
                call.fail(explain(result.cause()));
            }
        });
        if (closing) {
            call.fail(shuttingDown());
        }
        return call.promise.future();
    }

    /** Takes no more calls, waits for those under way, and after the given time fails what is left. */
    Future<Void> close(Duration drain) {
        closing = true;
        checkDrained();
        if (!drained.future().isComplete()) {
            vertx.setTimer(Math.max(1, drain.toMillis()), timer -> underWay.forEach(call -> call.fail(shuttingDown())));
        }
        return drained.future();
    }

    private void checkDrained() {
        if (underWay.isEmpty()) {
            drained.tryComplete();
        }
    }

    private static <T extends @Nullable Object> Future<T> attempt(Supplier<Future<T>> body) {
        try {
            Future<T> answer = body.get();
            return isMissing(answer)
                    ? Future.failedFuture(new IllegalStateException("a store answered without a future"))
                    : answer;
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    /** A store that others wrote may break the promise that the compiler takes for granted. */
    private static boolean isMissing(@Nullable Object answer) {
        return answer == null;
    }

    private static Throwable explain(Throwable failure) {
        if (Failures.isFault(failure)) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "a call failed by a fault of this software or its store",
                    RedactedFailure.of(failure));
        }
        return Failures.from(failure);
    }

    private static Throwable overdue() {
        return Failures.of(FailureCode.UNAVAILABLE, StoreException.TIMEOUT, "the store did not answer in time");
    }

    private static Throwable shuttingDown() {
        return Failures.of(FailureCode.UNAVAILABLE, Failures.SHUTTING_DOWN, "the session service is ending");
    }

    /** One call that did not complete at once; ends exactly once. */
    private final class Call<T extends @Nullable Object> {
        private final Promise<T> promise = Promise.promise();
        private final @Nullable Context context = Vertx.currentContext();
        private final AtomicBoolean ended = new AtomicBoolean();
        private final Vertx owner;
        private volatile long timer;

        Call(Vertx owner) {
            this.owner = owner;
        }

        void complete(T value) {
            end(() -> promise.complete(value));
        }

        void fail(Throwable failure) {
            end(() -> promise.fail(failure));
        }

        private void end(Runnable answer) {
            if (!ended.compareAndSet(false, true)) {
                return;
            }
            owner.cancelTimer(timer);
            if (context == null || context.equals(Vertx.currentContext())) {
                answer.run();
            } else {
                context.runOnContext(nothing -> answer.run());
            }
            underWay.remove(this);
            if (closing) {
                checkDrained();
            }
        }
    }
}
