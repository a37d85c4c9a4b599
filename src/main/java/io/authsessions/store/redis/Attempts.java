package io.authsessions.store.redis;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one place where something is tried again because its outcome is not known: once, and only if a second command
 * deadline fits into what is left of the call's. Thread-safe.
 */
final class Attempts {
    private final long latestSecondNanos;

    Attempts(Duration callDeadline, Duration commandDeadline) {
        this.latestSecondNanos = callDeadline.minus(commandDeadline).toNanos();
    }

    /** Tries, and tries once more where that did not tell what came of it. */
    <T extends @Nullable Object> Future<T> twice(Function<Boolean, Future<T>> attempt) {
        long begun = System.nanoTime();
        return attempt.apply(false)
                .recover(failure -> RedisLink.outcomeUnknown(failure) && System.nanoTime() - begun <= latestSecondNanos
                        ? attempt.apply(true)
                        : Future.failedFuture(failure));
    }
}
