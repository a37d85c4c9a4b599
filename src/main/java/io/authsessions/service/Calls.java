package io.authsessions.service;

import io.authsessions.model.FailureCode;
import io.authsessions.store.StoreException;
import io.netty.channel.EventLoop;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls that are under way. Sees to it that each ends: within the deadline, with one of the service's failures,
 * whatever the store does; and at once when the service ends and has drained. A call that completes at once costs
 * nothing here. Thread-safe.
 */
final class Calls {
    private static final System.Logger LOG = System.getLogger(Calls.class.getName());

    private final VertxInternal vertx;
    private final EventLoop home;
    private final long deadlineNanos;
    private final ConcurrentHashMap<EventLoop, DeadlineWatch> watches = new ConcurrentHashMap<>();
    private final AtomicLong underWay = new AtomicLong();
    private final Promise<Void> drained = Promise.promise();
    private volatile boolean closing;

    Calls(Vertx vertx, Duration deadline) {
        this.vertx = (VertxInternal) vertx;
        this.home = this.vertx.nettyEventLoopGroup().next();
        this.deadlineNanos = deadline.toNanos();
    }

    /** Whether no more calls are taken. */
    boolean areEnding() {
        return closing;
    }

    /** Makes a call. The future completes on the caller's context where there is one. */
    <T extends @Nullable Object> Future<T> call(Supplier<Future<T>> body) {
        if (closing) {
            return Future.failedFuture(shuttingDown());
        }
        ContextInternal caller = ContextInternal.current();
        if (caller != null && !caller.isEventLoopContext()) {
            return handOver(caller, body);
        }
        Future<T> answer = attempt(body);
        if (answer.succeeded()) {
            return answer;
        }
        if (answer.failed()) {
            return Future.failedFuture(explain(answer.cause()));
        }
        return begin(answer);
    }

    /** Makes the call of a worker elsewhere: a worker that is busy must not hold up those who share a read with it. */
    private <T extends @Nullable Object> Future<T> handOver(ContextInternal caller, Supplier<Future<T>> body) {
        Promise<T> answer = Promise.promise();
        Future<T> call = begin(answer.future());
        Background.run(watch(loopOf(caller)).context(), () -> attempt(body), answer);
        return call;
    }

    private <T extends @Nullable Object> Future<T> begin(Future<T> answer) {
        ContextInternal caller = ContextInternal.current();
        Promise<T> promise = caller == null ? Promise.promise() : caller.promise();
        DeadlineWatch watch = watch(loopOf(caller));
        Releases releases = isOurs(caller) ? watch.releases() : null;
        Call<T> call = new Call<>(promise, System.nanoTime() + deadlineNanos, releases);
        underWay.incrementAndGet();
        watch.add(call);
        answer.onComplete(call);
        if (closing) {
            call.giveUp();
        }
        return promise.future();
    }

    private EventLoop loopOf(@Nullable ContextInternal caller) {
        return caller != null && isOurs(caller) ? caller.nettyEventLoop() : home;
    }

    private boolean isOurs(@Nullable ContextInternal caller) {
        return caller != null && caller.owner() == vertx;
    }

    private DeadlineWatch watch(EventLoop loop) {
        DeadlineWatch known = watches.get(loop);
        return known != null ? known : watches.computeIfAbsent(loop, made -> new DeadlineWatch(vertx, made));
    }

    /** Takes no more calls, waits for those under way, and after the given time fails what is left. */
    Future<Void> close(Duration drain) {
        closing = true;
        checkDrained();
        if (!drained.future().isComplete()) {
            vertx.setTimer(Math.max(1, drain.toMillis()), timer -> watches.values()
                    .forEach(watch -> watch.forEach(DeadlineWatch.Watched::giveUp)));
        }
        return drained.future();
    }

    private void ended() {
        if (underWay.decrementAndGet() == 0 && closing) {
            drained.tryComplete();
        }
    }

    private void checkDrained() {
        if (underWay.get() == 0) {
            drained.tryComplete();
        }
    }

    /** Whatever a store throws: one of another make may lack a class, or run out of stack. */
    private static <T extends @Nullable Object> Future<T> attempt(Supplier<Future<T>> body) {
        try {
            Future<T> answer = body.get();
            return isMissing(answer)
                    ? Future.failedFuture(new IllegalStateException("a store answered without a future"))
                    : answer;
        } catch (Throwable e) {
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

    private static Throwable shuttingDown() {
        return Failures.of(FailureCode.UNAVAILABLE, Failures.SHUTTING_DOWN, "the session service is ending");
    }

    private static Throwable overdue() {
        return Failures.of(FailureCode.UNAVAILABLE, StoreException.TIMEOUT, "the store did not answer in time");
    }

    /** One call that did not complete at once; ends exactly once. */
    private final class Call<T extends @Nullable Object> implements DeadlineWatch.Watched, Completable<T> {
        private final Promise<T> promise;
        private final long expiresAt;
        private final @Nullable Releases releases;
        private final AtomicBoolean told = new AtomicBoolean();

        /** With no releases, whoever waits has no event loop here that could be held up. */
        Call(Promise<T> promise, long expiresAt, @Nullable Releases releases) {
            this.promise = promise;
            this.expiresAt = expiresAt;
            this.releases = releases;
        }

        @Override
        public void complete(T value, @Nullable Throwable failure) {
            tell(() -> {
                if (failure == null) {
                    promise.complete(value);
                } else {
                    promise.fail(explain(failure));
                }
            });
        }

        private void tell(Runnable end) {
            if (releases == null) {
                end(end);
            } else {
                releases.tell(() -> end(end));
            }
        }

        /** What whoever waits makes of it must not become a fault of this call, nor of those that end with it. */
        private void end(Runnable end) {
            if (!told.compareAndSet(false, true)) {
                return;
            }
            try {
                end.run();
            } catch (Throwable e) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "whoever waited for a call threw when it ended",
                        RedactedFailure.of(e));
            } finally {
                ended();
            }
        }

        @Override
        public boolean hasEnded() {
            return told.get();
        }

        @Override
        public boolean isOverdue(long nanoTime) {
            return expiresAt - nanoTime <= 0;
        }

        @Override
        public void giveUp() {
            tell(() -> promise.fail(closing ? shuttingDown() : overdue()));
        }
    }
}
