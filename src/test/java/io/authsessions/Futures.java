package io.authsessions;

import io.authsessions.secrets.RunRecorder;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

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

    /**
     * Makes a call, and all that is chained to it, on one event loop: a test's own thread may come to the next link of
     * the chain too late, when the body that it wants to read has passed.
     */
    public static <T> Future<T> on(Vertx vertx, Supplier<Future<T>> call) {
        Promise<T> promise = Promise.promise();
        vertx.getOrCreateContext().runOnContext(begun -> call.get().onComplete(promise));
        return promise.future();
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
