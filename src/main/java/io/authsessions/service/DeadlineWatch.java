package io.authsessions.service;

import io.netty.channel.EventLoop;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Looks now and then at the calls of one event loop, and ends those that are not done in time: one timer for all of
 * them, and none while there are none. Thread-safe.
 */
final class DeadlineWatch {
    private static final long PERIOD_MILLIS = 20;

    private final EventLoop loop;
    private final ContextInternal context;
    private final Releases releases;
    private final ArrayDeque<Watched> calls = new ArrayDeque<>();
    private boolean awake;

    /** A call; it may be asked and told on the event loop whenever it likes to end elsewhere. */
    interface Watched {
        /** Whether nobody waits any more. */
        boolean hasEnded();

        /** Whether it should have ended, by {@link System#nanoTime()}. */
        boolean isOverdue(long nanoTime);

        /** Ends it, unless it has ended. */
        void giveUp();
    }

    DeadlineWatch(VertxInternal vertx, EventLoop loop) {
        this.loop = loop;
        this.context = Background.context(vertx, loop);
        this.releases = new Releases(loop);
    }

    /** Of no verticle, on the event loop of this. */
    ContextInternal context() {
        return context;
    }

    /** Tells those who call from this event loop what became of their calls. */
    Releases releases() {
        return releases;
    }

    void add(Watched call) {
        if (loop.inEventLoop()) {
            watch(call);
        } else {
            context.runOnContext(now -> watch(call));
        }
    }

    /** Does something to all that have not ended. */
    void forEach(Consumer<Watched> what) {
        context.runOnContext(now -> pick(call -> true).forEach(what));
    }

    private void watch(Watched call) {
        // Most have ended by now: so the queue stays as short as what is under way.
        while (!calls.isEmpty() && calls.getFirst().hasEnded()) {
            calls.removeFirst();
        }
        calls.addLast(call);
        if (!awake) {
            awake = true;
            context.setTimer(PERIOD_MILLIS, timer -> look());
        }
    }

    private void look() {
        long now = System.nanoTime();
        pick(call -> call.isOverdue(now)).forEach(Watched::giveUp);
        awake = !calls.isEmpty();
        if (awake) {
            context.setTimer(PERIOD_MILLIS, timer -> look());
        }
    }

    /** Collected first: who hears of a failure may call again, and so change the queue. */
    private List<Watched> pick(Predicate<Watched> which) {
        calls.removeIf(Watched::hasEnded);
        return calls.stream().filter(which).toList();
    }
}
