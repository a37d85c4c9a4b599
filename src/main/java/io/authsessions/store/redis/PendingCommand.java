package io.authsessions.store.redis;

import io.authsessions.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
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
    private int ahead;
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

    /** Another command that goes before this one, and is given up when this one is. */
    PendingCommand preceding(Request other, Promise<@Nullable Response> itsPromise) {
        return new PendingCommand(other, itsPromise, arrivedAt, expiresAt);
    }

    Request request() {
        return request;
    }

    /** Whether Redis works on it. WAIT only stands in line, and what was sent before it is worth nothing without. */
    boolean isWork() {
        return !request.command().equals(Command.WAIT);
    }

    /** Whether it reads values, and may be sent twice. */
    boolean isLookup() {
        return request.command().equals(Command.GET) || request.command().equals(Command.MGET);
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

    /** Notes that it has been sent, behind so many that are not answered. */
    void sent(long nanos, int others) {
        sentAt = nanos;
        ahead = others;
    }

    int ahead() {
        return ahead;
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
