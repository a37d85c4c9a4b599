package io.authsessions.store.redis;

import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Changes on one server that count only when replicas have them too. WAIT speaks of what was written on its own
 * connection, and holds up all that comes behind it there. So they have a connection of their own for each event loop,
 * and what comes while one WAIT is under way is sent together after it, with one WAIT for all. Thread-safe.
 */
final class ConfirmedChanges {
    private final VertxInternal vertx;
    private final RedisLink link;
    private final RedisLinkOptions options;
    private final ReplicaRule rule;
    private final EventLoop home;
    private final ConcurrentHashMap<EventLoop, Line> lines = new ConcurrentHashMap<>();

    /** @param link carries nothing else */
    ConfirmedChanges(Vertx vertx, RedisLink link, RedisLinkOptions options, ReplicaRule rule) {
        this.vertx = (VertxInternal) vertx;
        this.link = link;
        this.options = options;
        this.rule = rule;
        this.home = this.vertx.nettyEventLoopGroup().next();
    }

    /** Sends a change; its answer comes when it is confirmed, or late is known not to be. */
    Future<@Nullable Response> send(Request request, boolean asking, long expiresAt) {
        ContextInternal caller = ContextInternal.current();
        boolean ours = caller != null && caller.owner() == vertx;
        Line line = lines.computeIfAbsent(
                ours ? caller.nettyEventLoop() : home, loop -> new Line(Connector.context(vertx, loop)));
        Promise<@Nullable Response> promise = caller == null ? line.context.promise() : caller.promise();
        Change change = new Change(request, asking, expiresAt, promise);
        if (ours && line.context.nettyEventLoop().inEventLoop()) {
            line.submit(change);
            return promise.future();
        }
        try {
            line.context.runOnContext(now -> line.submit(change));
            return promise.future();
        } catch (RejectedExecutionException vertxHasEnded) {
            return Future.failedFuture(LinkFailure.closed(LinkFailure.Outcome.NOT_SENT));
        }
    }

    Future<Void> close() {
        return link.close();
    }

    private record Change(Request request, boolean asking, long expiresAt, Promise<@Nullable Response> promise) {
        /** It was sent before the WAIT that has been answered, so its own answer is there, or as good as there. */
        void settle(Future<@Nullable Response> answer, boolean confirmed) {
            answer.onComplete(result -> {
                if (result.failed()) {
                    promise.tryFail(result.cause());
                } else if (confirmed) {
                    promise.tryComplete(result.result());
                } else {
                    promise.tryFail(LinkFailure.notConfirmed());
                }
            });
        }
    }

    /** The changes of one event loop; confined to it. */
    private final class Line {
        private final ContextInternal context;
        private final ArrayDeque<Change> next = new ArrayDeque<>();
        private boolean underWay;

        Line(ContextInternal context) {
            this.context = context;
        }

        void submit(Change change) {
            if (next.size() >= options.maxInFlight() / 2) {
                change.promise().tryFail(LinkFailure.overloaded());
                return;
            }
            next.addLast(change);
            if (!underWay) {
                flush();
            }
        }

        /** All in one turn of the event loop, so that nothing but one connection carries changes and WAIT. */
        private void flush() {
            long now = System.nanoTime();
            List<Change> batch = new ArrayList<>(next.size());
            List<Future<@Nullable Response>> answers = new ArrayList<>(next.size());
            while (!next.isEmpty()) {
                Change change = next.removeFirst();
                if (change.expiresAt() - now <= 0) {
                    change.promise().tryFail(LinkFailure.unreachable());
                } else {
                    batch.add(change);
                    answers.add(link.send(change.request(), change.expiresAt(), change.asking()));
                }
            }
            if (batch.isEmpty()) {
                return;
            }
            underWay = true;
            Request wait = Request.cmd(Command.WAIT)
                    .arg(rule.replicas())
                    .arg(rule.timeout().toMillis());
            link.send(wait, now + options.commandDeadline().toNanos(), false).onComplete(result -> {
                boolean confirmed = result.succeeded() && isEnough(result.result());
                for (int i = 0; i < batch.size(); i++) {
                    batch.get(i).settle(answers.get(i), confirmed);
                }
                underWay = false;
                flush();
            });
        }

        private boolean isEnough(@Nullable Response replicas) {
            return replicas != null && replicas.toInteger() >= rule.replicas();
        }
    }
}
