package io.authsessions.store.redis;

import io.authsessions.store.StoreException;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.internal.CloseFuture;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to a server, each with a client of its own: only a client that is closed surely frees the socket
 * of a connection whose login failed, whose peer is silent, or that the parser has given up. Thread-safe.
 */
final class Connector {
    /** What this software sends besides the commands of callers. */
    private static final int RESERVE = 16;

    private final VertxInternal vertx;
    private final RedisLinkOptions options;
    private final StoreTime time;
    private final Whereabouts whereabouts;
    private final Primary primary;
    private final Set<Wire> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Connector(Vertx vertx, RedisLinkOptions options, StoreTime time, Whereabouts whereabouts, Primary primary) {
        this.vertx = (VertxInternal) vertx;
        this.options = options;
        this.time = time;
        this.whereabouts = whereabouts;
        this.primary = primary;
    }

    /** A context that belongs to no verticle, so that it does not end with one. */
    ContextInternal context(EventLoop loop) {
        return context(vertx, loop);
    }

    /** See {@link #context(EventLoop)}. */
    static ContextInternal context(VertxInternal vertx, EventLoop loop) {
        return vertx.contextBuilder()
                .withThreadingModel(ThreadingModel.EVENT_LOOP)
                .withEventLoop(loop)
                .withCloseFuture(new CloseFuture())
                .build();
    }

    /**
     * Connects, logs in and asks for the time. A server that answers that answers other commands too. A replica is none
     * to connect to, as far as it may be asked.
     *
     * @param caller on its event loop the connection lives
     * @return completes on the caller within the connect timeout, once it is known where the server is; fails with
     *     {@link StoreException}
     */
    Future<Wire> connect(ContextInternal caller) {
        Promise<Wire> promise = caller.promise();
        // One context per connection: clients are kept by the context that made them, even after they were closed.
        ContextInternal context = context(caller.nettyEventLoop());
        context.runOnContext(now -> whereabouts.uri().onComplete(found -> {
            if (found.failed()) {
                promise.fail(explain(found.cause()));
            } else if (caller.nettyEventLoop().inEventLoop()) {
                begin(context, found.result(), promise);
            } else {
                context.runOnContext(here -> begin(context, found.result(), promise));
            }
        }));
        return promise.future();
    }

    private void begin(ContextInternal context, String uri, Promise<Wire> promise) {
        if (closed) {
            promise.fail(LinkFailure.closed(LinkFailure.Outcome.NOT_SENT));
            return;
        }
        Wire wire;
        try {
            wire = new Wire(context, newClient(uri), uri, primary);
        } catch (RuntimeException badSettings) {
            promise.fail(LinkFailure.unreachable());
            return;
        }
        keep(wire);
        long timer = context.setTimer(options.connectTimeout().toMillis(), late -> {
            if (promise.tryFail(LinkFailure.unreachable())) {
                wire.close();
            }
        });
        wire.client().connect().compose(connection -> probe(wire, connection)).onComplete(result -> {
            vertx.cancelTimer(timer);
            if (result.failed()) {
                wire.close();
                promise.tryFail(explain(result.cause()));
            } else if (!promise.tryComplete(wire)) {
                wire.close();
            }
        });
    }

    /** Whether it is usual that servers answer so, and somebody goes where they point. */
    boolean followed(ErrorReply reply) {
        return !primary.isAsked() && reply.redirects();
    }

    /** Ends all connections, also those that are being made; completes when there are none. */
    Future<Void> close() {
        closed = true;
        List<Wire> rest = List.copyOf(open);
        try {
            rest.forEach(wire -> wire.context().runOnContext(now -> wire.close()));
        } catch (RejectedExecutionException vertxHasEnded) {
            return Future.succeededFuture();
        }
        return Future.join(rest.stream().map(Wire::ended).toList()).mapEmpty();
    }

    private void keep(Wire wire) {
        open.add(wire);
        wire.ended().onComplete(end -> open.remove(wire));
        if (closed) {
            wire.close();
        }
    }

    /** Learns from the answer to TIME; false if that was none. */
    boolean learnTime(long sentAt, long receivedAt, @Nullable Response answer) {
        try {
            if (answer == null || answer.size() != 2) {
                return false;
            }
            long micros = answer.get(0).toLong() * 1_000_000 + answer.get(1).toLong();
            time.learn(micros, sentAt, receivedAt);
            return true;
        } catch (RuntimeException notNumbers) {
            return false;
        }
    }

    static Request timeRequest() {
        return Request.cmd(Command.TIME);
    }

    private Future<Wire> probe(Wire wire, RedisConnection connection) {
        wire.adopt(connection);
        long sentAt = System.nanoTime();
        Future<@Nullable Response> time = connection.send(timeRequest());
        Future<Wire> known = primary.isAsked() ? know(wire, connection) : Future.succeededFuture(wire);
        return time.compose(answer -> {
            long receivedAt = System.nanoTime();
            // First whether it is one to follow: a replica's time is not that of the sessions.
            return known.compose(found -> learnTime(sentAt, receivedAt, answer)
                    ? Future.succeededFuture(found)
                    : Future.failedFuture(LinkFailure.unreachable()));
        });
    }

    private Future<Wire> know(Wire wire, RedisConnection connection) {
        return connection.send(Primary.question()).transform(answer -> {
            if (answer.failed()) {
                // Where it may not be asked, it is taken for what it should be.
                return isForbidden(answer.cause()) ? Future.succeededFuture(wire) : Future.failedFuture(answer.cause());
            }
            if (Primary.isReplica(answer.result())) {
                return Future.failedFuture(LinkFailure.refused(ErrorReply.READONLY));
            }
            wire.belongsTo(primary.recognize(answer.result()), true);
            return Future.succeededFuture(wire);
        });
    }

    private static boolean isForbidden(Throwable failure) {
        StoreException explained = LinkFailure.ofDriver(failure);
        return RedisLink.refusedWith(explained, ErrorReply.NOPERM)
                || RedisLink.refusedWith(explained, ErrorReply.OTHER);
    }

    /** Learns from what a server has answered about itself on a connection that is in use. */
    void learnRole(Wire wire, @Nullable Response answer) {
        if (Primary.isReplica(answer)) {
            wire.leadsNowhere();
        } else if (!wire.isOutdated()) {
            primary.recognize(answer);
        }
    }

    /** Looks whether a connection would still be led to the server to which it leads. */
    void look(Wire wire) {
        whereabouts.leadsTo(wire.uri()).onSuccess(still -> {
            if (!still) {
                wire.leadsNowhere();
            }
        });
    }

    private Redis newClient(String uri) {
        RedisOptions driver = new RedisOptions()
                .setType(RedisClientType.STANDALONE)
                .setConnectionString(uri)
                .setNetClientOptions(options.net())
                .setMaxWaitingHandlers(options.maxInFlight() + RESERVE)
                .setMaxPoolSize(1)
                .setMaxPoolWaiting(1)
                .setPoolCleanerInterval(-1)
                .setPoolRecycleTimeout(-1);
        if (options.user() != null) {
            driver.setUser(options.user());
        }
        if (options.password() != null) {
            driver.setPassword(options.password());
        }
        return Redis.createClient(vertx, driver);
    }

    /** What Redis said to the login stays known; all else is one: not reached. */
    private static StoreException explain(Throwable failure) {
        if (failure instanceof StoreException known) {
            return known;
        }
        StoreException explained = LinkFailure.ofDriver(failure);
        LinkFailure known = LinkFailure.of(explained);
        return known != null && known.reply() != null ? explained : LinkFailure.unreachable();
    }
}
