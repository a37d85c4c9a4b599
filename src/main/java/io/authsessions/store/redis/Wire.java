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
    private final String uri;
    private final Primary primary;
    private final Promise<Void> ended = Promise.promise();
    private @Nullable RedisConnection connection;
    private long term;
    private boolean tells;
    private boolean closed;

    /**
     * A connection that is to be made.
     *
     * @param uri of its server
     * @param primary which that server is to be
     */
    Wire(ContextInternal context, Redis client, String uri, Primary primary) {
        this.context = context;
        this.client = client;
        this.uri = uri;
        this.primary = primary;
        this.term = primary.term();
    }

    String uri() {
        return uri;
    }

    /** Notes the term to which this belongs, and whether its server tells what it is. */
    void belongsTo(long itsTerm, boolean itTells) {
        term = itsTerm;
        tells = itTells;
    }

    /** Whether its server tells what it is. */
    boolean tells() {
        return tells;
    }

    /** Whether this leads where nothing is decided any more. */
    boolean isOutdated() {
        return term != primary.term();
    }

    /** Notes that its server decides nothing. */
    void leadsNowhere() {
        primary.left(term);
    }

    ContextInternal context() {
        return context;
    }

    Redis client() {
        return client;
    }

    void adopt(RedisConnection opened) {
        connection = keepQuiet(opened);
    }

    /**
     * Takes from the driver its own word on a connection that is lost, which it logs with a stack trace. What it sent then
     * fails all the same.
     */
    static RedisConnection keepQuiet(RedisConnection opened) {
        return opened.exceptionHandler(failure -> expectNoMore());
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
