package io.authsessions;

import io.authsessions.secrets.RunRecorder;
import io.vertx.core.Future;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for futures in tests; never longer than ten seconds. */
public final class Futures {
    private Futures() {}

    /** The result; a failure is thrown as it is. */
    public static <T> T get(Future<T> future) {
        try {
            T value = future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
            RunRecorder.value(value);
            return value;
        } catch (ExecutionException e) {
            RunRecorder.failure(e.getCause());
            throw sneaky(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no answer within ten seconds", e);
        }
    }

    /** The failure of a future that must fail. */
    public static Throwable failure(Future<?> future) {
        try {
            Object result = future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
            throw new AssertionError("succeeded with " + result);
        } catch (ExecutionException e) {
            RunRecorder.failure(e.getCause());
            return e.getCause();
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no answer within ten seconds", e);
        }
    }

    /** The future itself, when it has completed in either way. */
    public static <T> Future<T> settled(Future<T> future) {
        get(future.transform(result -> Future.succeededFuture()));
        return future;
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> RuntimeException sneaky(Throwable failure) throws E {
        throw (E) failure;
    }
}
