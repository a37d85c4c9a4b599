package io.authsessions.store.redis;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
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
    private final Promise<Void> ended = Promise.promise();
    private @Nullable RedisConnection connection;
    private boolean closed;

    Wire(ContextInternal context, Redis client) {
        this.context = context;
        this.client = client;
    }

    ContextInternal context() {
        return context;
    }

    Redis client() {
        return client;
    }

    void adopt(RedisConnection opened) {
        connection = opened;
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
        connection()
                .handler(unasked)
                .exceptionHandler(failure -> {
                    expectNoMore();
                    lost.run();
                })
                .endHandler(end -> lost.run());
    }

    /** A connection of the driver that has failed asserts, when it is closed, that it was not. */
    private static void expectNoMore() {
        ContextInternal ofTheSocket = ContextInternal.current();
        if (ofTheSocket != null) {
            ofTheSocket.exceptionHandler(afterwards -> {});
        }
    }

    /** Completes when the socket has ended. */
    Future<Void> ended() {
        return ended.future();
    }

    /** Ends the socket, at once. A second call does nothing. */
    void close() {
        if (!closed) {
            closed = true;
            client.close().onComplete(end -> ended.complete());
        }
    }
}
