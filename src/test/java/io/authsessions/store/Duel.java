package io.authsessions.store;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Two calls that collide, many times over: the caller's thread and one other meet before each round and start it within
 * a fraction of a microsecond. By turns one of them is held back a little, at most for longer than a call takes, so that
 * the two slide over each other and each comes first in some rounds.
 */
public final class Duel {
    private static final int SPINS = 2_000;
    private static final int MAX_HANDICAP = 16;
    private static final long PATIENCE_SECONDS = 120;

    private static final ExecutorService OPPONENT = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "opponent");
        thread.setDaemon(true);
        return thread;
    });

    private final AtomicInteger left = new AtomicInteger(-1);
    private final AtomicInteger right = new AtomicInteger(-1);
    private final int rounds;

    private Duel(int rounds) {
        this.rounds = rounds;
    }

    /** Makes both calls in each round, each told its number; returns when all are done. */
    public static void fight(int rounds, IntConsumer leftCall, IntConsumer rightCall) {
        Duel duel = new Duel(rounds);
        Future<?> opponent = OPPONENT.submit(() -> duel.play(duel.right, duel.left, -1, rightCall));
        try {
            duel.play(duel.left, duel.right, 1, leftCall);
            opponent.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("a racing call failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** A side that fails does not leave the other waiting. */
    private void play(AtomicInteger mine, AtomicInteger other, int sign, IntConsumer call) {
        try {
            for (int round = 0; round < rounds; round++) {
                mine.set(round);
                awaitOther(other, round);
                for (int i = handicap(round) * sign; i > 0; i--) {
                    Thread.onSpinWait();
                }
                call.accept(round);
            }
        } finally {
            mine.set(Integer.MAX_VALUE);
        }
    }

    /** Spins, and when the other side seems to have no processor gives up its own. */
    private static void awaitOther(AtomicInteger other, int round) {
        for (int spins = 0; other.get() < round; spins++) {
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    /** Positive where the left side is held back, negative where the right one is; mostly little. */
    private static int handicap(int round) {
        int step = round * 7 % (2 * MAX_HANDICAP + 1) - MAX_HANDICAP;
        return step * Math.abs(step) / MAX_HANDICAP;
    }
}
