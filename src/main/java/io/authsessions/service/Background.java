package io.authsessions.service;

import io.netty.channel.EventLoop;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.internal.CloseFuture;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where work runs that belongs to nobody who calls: an event loop. On the context of a verticle timers would end with the
 * verticle, and on that of a worker all that many callers share would wait while the worker is busy. Thread-safe.
 */
public final class Background {
    private Background() {}

    /** A context of no verticle on an event loop. */
    static ContextInternal context(VertxInternal vertx, EventLoop loop) {
        return vertx.contextBuilder()
                .withThreadingModel(ThreadingModel.EVENT_LOOP)
                .withEventLoop(loop)
                .withCloseFuture(new CloseFuture())
                .build();
    }

    /**
     * Begins work in the background of a Vert.x, with all timers that it sets.
     *
     * @return completes on the context of the caller where there is one
     */
    public static <T extends @Nullable Object> Future<T> begin(Vertx vertx, Supplier<Future<T>> work) {
        VertxInternal internal = (VertxInternal) vertx;
        ContextInternal caller = ContextInternal.current();
        Promise<T> done = caller == null ? Promise.promise() : caller.promise();
        run(context(internal, internal.nettyEventLoopGroup().next()), work, done);
        return done.future();
    }

    /** Runs work on a context; what it throws is a failure too. */
    static <T extends @Nullable Object> void run(
            ContextInternal context, Supplier<Future<T>> work, Completable<T> done) {
        context.runOnContext(now -> {
            Future<T> answer;
            try {
                answer = work.get();
            } catch (Throwable e) {
                answer = Future.failedFuture(e);
            }
            answer.onComplete(done);
        });
    }
}
