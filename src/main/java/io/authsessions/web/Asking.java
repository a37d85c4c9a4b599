package io.authsessions.web;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/** Calls to a service that may be of another make: it may throw, give no future, or complete it on any thread. */
final class Asking {
    private Asking() {}

    /** The answer of a call, on the caller's own context if it has one. */
    static <T> Future<T> here(Supplier<Future<T>> call) {
        Context home = Vertx.currentContext();
        Promise<T> promise = Promise.promise();
        made(call).onComplete((result, failure) -> {
            if (home == null || home == Vertx.currentContext()) {
                promise.complete(result, failure);
            } else {
                home.runOnContext(back -> promise.complete(result, failure));
            }
        });
        return promise.future();
    }

    private static <T> Future<T> made(Supplier<Future<T>> call) {
        try {
            Future<T> answer = call.get();
            return answer == null ? Future.failedFuture("the session service returned no future") : answer;
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }
}
