package io.authsessions.store.redis;

import io.authsessions.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import org.jspecify.annotations.Nullable;

/** One command on its way. Ends once; confined to the event loop of its connection. */
final class PendingCommand {
    private final Request request;
    private final Promise<@Nullable Response> promise;
    private final long arrivedAt;
    private final long expiresAt;
    private long sentAt;
    private boolean ended;
    private boolean answered;

    /**
     * A command that waits to be sent.
     *
     * @param promise completes on the context of the caller
     * @param arrivedAt by {@link System#nanoTime()}
     * @param expiresAt by {@link System#nanoTime()}
     */
    PendingCommand(Request request, Promise<@Nullable Response> promise, long arrivedAt, long expiresAt) {
        this.request = request;
        this.promise = promise;
        this.arrivedAt = arrivedAt;
        this.expiresAt = expiresAt;
    }

    Request request() {
        return request;
    }

    Future<@Nullable Response> future() {
        return promise.future();
    }

    boolean arrivedBy(long nanos) {
        return arrivedAt - nanos <= 0;
    }

    boolean expiredBy(long nanos) {
        return expiresAt - nanos <= 0;
    }

    void sent(long nanos) {
        sentAt = nanos;
    }

    long waitedFor(long nanos) {
        return nanos - sentAt;
    }

    /** Notes that the driver has no more to do with it, whether or not anybody still waits. */
    void answered() {
        answered = true;
    }

    boolean isAnswered() {
        return answered;
    }

    void complete(@Nullable Response response) {
        if (!ended) {
            ended = true;
            promise.complete(response);
        }
    }

    void fail(StoreException failure) {
        if (!ended) {
            ended = true;
            promise.fail(failure);
        }
    }

    boolean hasEnded() {
        return ended;
    }
}
