package io.authsessions.store.redis;

import io.vertx.core.internal.ContextInternal;
import java.util.function.BooleanSupplier;

/**
 * Work that is repeated on one event loop for as long as there is any: it says itself whether it wants to be called
 * again. Costs nothing while there is none. A look that comes late since the loop was held up is put off by a moment:
 * answers may lie unread in the socket, and they go first. Confined to its event loop.
 */
final class Recurrence {
    private static final long NONE = -1;
    private static final long LATE_NANOS = 50_000_000;

    private final ContextInternal context;
    private final long periodMillis;
    private final BooleanSupplier work;
    private long timer = NONE;
    private long dueAt;
    private boolean secondLook;

    Recurrence(ContextInternal context, long periodMillis, BooleanSupplier work) {
        this.context = context;
        this.periodMillis = periodMillis;
        this.work = work;
    }

    /** Sees to it that the work is called. */
    void begin() {
        if (timer == NONE) {
            after(periodMillis);
        }
    }

    void end() {
        if (timer != NONE) {
            context.owner().cancelTimer(timer);
            timer = NONE;
        }
    }

    private void after(long millis) {
        dueAt = System.nanoTime() + millis * 1_000_000;
        // On the context, not on Vertx: a timer of the latter would end with the verticle that happens to call.
        timer = context.setTimer(millis, fired -> look());
    }

    private void look() {
        timer = NONE;
        if (!secondLook && System.nanoTime() - dueAt > LATE_NANOS) {
            secondLook = true;
            after(periodMillis);
            return;
        }
        secondLook = false;
        if (work.getAsBoolean() && timer == NONE) {
            after(periodMillis);
        }
    }
}
