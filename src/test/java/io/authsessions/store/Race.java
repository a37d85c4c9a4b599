package io.authsessions.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Starts calls at one moment, each on a thread of its own. For two calls and many rounds there is {@link Duel}. */
final class Race {
    private static final int SPINS = 1_000;

    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "race");
        thread.setDaemon(true);
        return thread;
    });

    private Race() {}

    /** The results in the order of the calls. */
    static <T> List<T> run(List<? extends Callable<? extends T>> calls) {
        AtomicInteger missing = new AtomicInteger(calls.size());
        List<Future<T>> running = new ArrayList<>();
        for (Callable<? extends T> call : calls) {
            running.add(THREADS.submit(() -> {
                missing.decrementAndGet();
                awaitNone(missing);
                return call.call();
            }));
        }
        List<T> results = new ArrayList<>();
        try {
            for (Future<T> each : running) {
                results.add(each.get(60, TimeUnit.SECONDS));
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("a racing call failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        return results;
    }

    /** Spins rather than parks: who is woken starts long after who was not asleep. */
    private static void awaitNone(AtomicInteger missing) {
        for (int spins = 0; missing.get() > 0; spins++) {
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }
}
