package io.authsessions.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** Makes numbered calls, a number of them under way at a time, on one event loop, and times each. */
final class Paced<T> extends AbstractVerticle {
    private final int underWay;
    private double[] millis = {};
    private double seconds;
    private int next;
    private int open;

    Paced(int underWay) {
        this.underWay = underWay;
    }

    void run(int calls, IntFunction<Future<T>> call) {
        run(calls, call, result -> {});
    }

    /** Gives each result to the consumer, on the event loop. */
    void run(int calls, IntFunction<Future<T>> call, Consumer<T> results) {
        Promise<Void> done = Promise.promise();
        millis = new double[calls];
        long begun = System.nanoTime();
        context.runOnContext(start -> {
            next = 0;
            open = 0;
            for (int i = 0; i < underWay; i++) {
                begin(call, results, done);
            }
        });
        done.future().await();
        seconds = (System.nanoTime() - begun) / 1e9;
        Arrays.sort(millis);
    }

    double perSecond() {
        return millis.length / seconds;
    }

    double millisAt(double quantile) {
        return millis[(int) (quantile * (millis.length - 1))];
    }

    private void begin(IntFunction<Future<T>> call, Consumer<T> results, Promise<Void> done) {
        if (next == millis.length) {
            if (open == 0) {
                done.tryComplete();
            }
            return;
        }
        int number = next++;
        open++;
        long begun = System.nanoTime();
        call.apply(number)
                .onComplete(
                        result -> {
                            open--;
                            millis[number] = (System.nanoTime() - begun) / 1e6;
                            results.accept(result);
                            begin(call, results, done);
                        },
                        done::tryFail);
    }
}
