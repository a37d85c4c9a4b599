package io.authsessions.store.redis;

import io.authsessions.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One command on its way to the primary that serves its slot. Follows where the Cluster sends it, and waits for what
 * passes, for as long as it has not run and its deadline permits. Ends once; confined to one event loop.
 */
final class RoutedCommand {
    /** The slot of a command without a key. */
    static final int ANYWHERE = -1;

    private static final int MOST_REDIRECTS = 16;

    /** How a command comes to one member. */
    interface Way {
        Future<@Nullable Response> send(HostPort member, Request request, long expiresAt, boolean asking);
    }

    private final Way way;
    private final Topology topology;
    private final WaitingRoom room;
    private final Request request;
    private final int slot;
    private final boolean patient;
    private final long expiresAt;
    private final Promise<@Nullable Response> promise;
    private int redirects;
    private int attempts;

    /**
     * A command that has not been sent.
     *
     * @param room in which this waits
     * @param patient whether to wait where the keys are apart since their slot is on the move
     * @param expiresAt by {@link System#nanoTime()}
     * @param promise of the caller
     */
    RoutedCommand(
            Way way,
            Topology topology,
            WaitingRoom room,
            Request request,
            int slot,
            boolean patient,
            long expiresAt,
            Promise<@Nullable Response> promise) {
        this.way = way;
        this.topology = topology;
        this.room = room;
        this.request = request;
        this.slot = slot;
        this.patient = patient;
        this.expiresAt = expiresAt;
        this.promise = promise;
    }

    void begin() {
        HostPort owner = slot == ANYWHERE ? topology.any() : topology.map().owner(slot);
        if (owner == null) {
            topology.refresh();
            again(LinkFailure.unreachable());
        } else {
            send(owner, false);
        }
    }

    private void send(HostPort member, boolean asking) {
        way.send(member, request, expiresAt, asking).onComplete(result -> {
            if (result.succeeded()) {
                promise.tryComplete(result.result());
            } else {
                failed(member, result.cause());
            }
        });
    }

    private void failed(HostPort member, Throwable failure) {
        LinkFailure known = LinkFailure.of(failure);
        if (known == null || topology.isClosed()) {
            promise.tryFail(failure);
            return;
        }
        switch (known.outcome()) {
            case REFUSED -> refused(member, known, failure);
            case NOT_SENT, FOUND_CLOSED -> notSent(failure);
            case NOT_CONFIRMED -> promise.tryFail(failure);
            case UNKNOWN -> {
                // Whoever has lost its connection may have lost its slots.
                topology.refresh();
                promise.tryFail(failure);
            }
        }
    }

    private void notSent(Throwable failure) {
        if (failure instanceof StoreException store && store.detail().equals(StoreException.OVERLOADED)) {
            promise.tryFail(failure);
        } else {
            topology.refresh();
            again(failure);
        }
    }

    private void refused(HostPort member, LinkFailure known, Throwable failure) {
        ErrorReply reply = known.reply();
        if (reply == ErrorReply.MOVED || reply == ErrorReply.ASK) {
            redirected(reply, known.redirect(member.host()), failure);
        } else if (reply == ErrorReply.TRYAGAIN && patient) {
            again(failure);
        } else if (reply == ErrorReply.CLUSTERDOWN || reply == ErrorReply.READONLY || reply == ErrorReply.LOADING) {
            topology.refresh();
            again(failure);
        } else {
            promise.tryFail(failure);
        }
    }

    private void redirected(ErrorReply reply, @Nullable HostPort target, Throwable failure) {
        redirects++;
        if (reply == ErrorReply.MOVED && target != null && slot != ANYWHERE) {
            topology.moved(slot, target);
        }
        if (target == null || redirects > MOST_REDIRECTS || expiresAt - System.nanoTime() <= 0) {
            again(failure);
        } else {
            send(target, reply == ErrorReply.ASK);
        }
    }

    /** It has not run. */
    private void again(Throwable failure) {
        long pause = WaitingRoom.pauseMillis(attempts++);
        if (expiresAt - System.nanoTime() <= TimeUnit.MILLISECONDS.toNanos(pause)) {
            promise.tryFail(failure);
        } else if (!room.rest(pause, this::begin)) {
            promise.tryFail(LinkFailure.overloaded());
        }
    }
}
