package io.authsessions.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;

/** Keeps a number of calls under way on one event loop. */
final class Load extends AbstractVerticle {
    private final int underWay;
    private int left;
    private int open;

    Load(int underWay) {
        this.underWay = underWay;
    }

    double perSecond(Supplier<Future<?>> call, int calls) {
        Promise<Void> done = Promise.promise();
        long begun = System.nanoTime();
        context.runOnContext(start -> {
            left = calls;
            open = 0;
            for (int i = 0; i < underWay; i++) {
                next(call, done);
            }
        });
        done.future().await();
        return calls / ((System.nanoTime() - begun) / 1e9);
    }

    /** A call that is complete at once would nest; each goes on in a turn of its own. */
    private void next(Supplier<Future<?>> call, Promise<Void> done) {
        if (left == 0) {
            if (open == 0) {
                done.tryComplete();
            }
            return;
        }
        left--;
        open++;
        Future<?> answer = call.get();
        if (answer.isComplete()) {
            context.runOnContext(turn -> ended(answer, call, done));
        } else {
            answer.onComplete(result -> ended(answer, call, done));
        }
    }

    private void ended(Future<?> answer, Supplier<Future<?>> call, Promise<Void> done) {
        open--;
        if (answer.failed()) {
            done.tryFail(answer.cause());
        } else {
            next(call, done);
        }
    }
}
