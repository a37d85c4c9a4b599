package io.authsessions.store.redis;

import io.vertx.core.internal.ContextInternal;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Does something to many things, a few in each turn of an event loop: whatever else the loop has to do comes in between.
 * Who hears that a call has failed writes an answer, and hundreds fail at once when a connection is lost.
 */
final class Slices {
    private static final int SIZE = 16;

    private Slices() {}

    /** Begins at once, in order, on the event loop of the context, where this is called. */
    @SuppressWarnings("FutureReturnValueIgnored")
    static <T> void each(ContextInternal context, List<T> things, Consumer<T> what) {
        int size = Math.min(SIZE, things.size());
        things.subList(0, size).forEach(what);
        if (size < things.size()) {
            List<T> rest = things.subList(size, things.size());
            // What is scheduled, unlike what is executed, comes after a look at the sockets.
            context.nettyEventLoop().schedule(() -> each(context, rest, what), 0, TimeUnit.NANOSECONDS);
        }
    }
}
