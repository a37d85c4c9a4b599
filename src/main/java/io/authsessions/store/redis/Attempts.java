package io.authsessions.store.redis;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one place where something is tried again because its outcome is not known or its connection was found closed: once,
 * and only if a second command deadline fits into what is left of the call's. Thread-safe.
 */
final class Attempts {
    private final long callNanos;
    private final long commandNanos;

    Attempts(Duration callDeadline, Duration commandDeadline) {
        this.callNanos = callDeadline.toNanos();
        this.commandNanos = commandDeadline.toNanos();
    }

    /**
     * When a command that is sent now is given up: at its own deadline, or at that of its call if it is sooner.
     *
     * @param begun when the call began, by {@link System#nanoTime()} as the result is
     */
    long givenUpAt(long begun, long now) {
        return begun + Math.min(callNanos, now - begun + commandNanos);
    }

    /** Tries, and tries once more where that did not tell what came of it or found the connection closed. */
    <T extends @Nullable Object> Future<T> twice(Function<Boolean, Future<T>> attempt) {
        return twice(System.nanoTime(), attempt);
    }

    /**
     * As {@link #twice(Function)}, in a call that has done something before.
     *
     * @param begun when the call began, by {@link System#nanoTime()}
     */
    <T extends @Nullable Object> Future<T> twice(long begun, Function<Boolean, Future<T>> attempt) {
        return attempt.apply(false).recover(failure -> again(begun, failure, () -> attempt.apply(true)));
    }

    /**
     * Tries once more after a first attempt that failed, where that did not tell what came of it or found the
     * connection closed; else fails as it did.
     *
     * @param begun when the first attempt began, by {@link System#nanoTime()}
     */
    <T extends @Nullable Object> Future<T> again(long begun, Throwable failure, Supplier<Future<T>> second) {
        return RedisLink.worthAgain(failure) && System.nanoTime() - begun <= callNanos - commandNanos
                ? second.get()
                : Future.failedFuture(failure);
    }
}
