package io.authsessions.store.redis;

import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Response;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the driver, with the client that it belongs to. Holds on to the client, since one that nobody holds
 * is closed by the garbage collector. Confined to the event loop of its context.
 */
final class Wire {
    private final ContextInternal context;
    private final Redis client;
    private @Nullable RedisConnection connection;
    private boolean closed;

    Wire(ContextInternal context, Redis client) {
        this.context = context;
        this.client = client;
    }

    Redis client() {
        return client;
    }

    void adopt(RedisConnection opened) {
        connection = opened;
        // What the parser throws at what it cannot read comes to the context; such a connection never recovers.
        context.exceptionHandler(failure -> close());
    }

    RedisConnection connection() {
        return Objects.requireNonNull(connection);
    }

    /**
     * Says what becomes of this connection.
     *
     * @param unasked takes what answers no command
     * @param lost is run, perhaps more than once, when it is of no more use
     */
    void watch(Handler<@Nullable Response> unasked, Runnable lost) {
        connection().handler(unasked).exceptionHandler(failure -> lost.run()).endHandler(end -> lost.run());
        context.exceptionHandler(failure -> lost.run());
    }

    /** Ends the socket, at once. A second call does nothing. */
    void close() {
        if (!closed) {
            closed = true;
            context.exceptionHandler(failure -> {});
            client.close();
        }
    }
}
