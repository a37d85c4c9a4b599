package io.authsessions.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Starts calls at one moment, each on a thread of its own. */
final class Race {
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "race");
        thread.setDaemon(true);
        return thread;
    });

    private Race() {}

    /** The results in the order of the calls. */
    static <T> List<T> run(List<? extends Callable<? extends T>> calls) {
        CyclicBarrier start = new CyclicBarrier(calls.size());
        List<Future<T>> running = new ArrayList<>();
        for (Callable<? extends T> call : calls) {
            running.add(THREADS.submit(() -> {
                start.await(20, TimeUnit.SECONDS);
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
}
