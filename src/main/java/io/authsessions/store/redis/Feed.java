package io.authsessions.store.redis;

import io.authsessions.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The subscription to what all nodes publish, on a connection of its own that is replaced for as long as this is open.
 * The connection is asked for a sign of life regularly. The driver may hand the answer to nobody when a message comes
 * before it, so no answer is waited for: whatever arrives is a sign of life. Thread-safe; messages come on one event
 * loop.
 */
final class Feed {
    private static final System.Logger LOG = System.getLogger(Feed.class.getName());
    private static final long BEATS_PER_DEADLINE = 2;
    private static final long ATTEMPTS_TO_OPEN = 4;
    private static final long NONE = -1;
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final ContextInternal context;
    private final Connector connector;
    private final RedisLinkOptions options;
    private final LinkLog log;
    private final Backoff backoff = new Backoff();
    private final Recurrence heartbeat;
    private final Promise<Void> opened;
    private Consumer<FeedMessage> messages = message -> {};
    private Runnable gap = () -> {};
    private @Nullable Wire wire;
    private StoreException lastFailure = LinkFailure.unreachable();
    private long heardAt;
    private long lookedAt;
    private long timer = NONE;
    private long openTimer = NONE;
    private boolean subscribed;
    private boolean closed;

    Feed(ContextInternal context, Connector connector, RedisLinkOptions options, LinkLog log) {
        this.context = context;
        this.connector = connector;
        this.options = options;
        this.log = log;
        this.opened = context.promise();
        long beatMillis = Math.max(1, options.commandDeadline().toMillis() / BEATS_PER_DEADLINE);
        this.heartbeat = new Recurrence(context, beatMillis, this::beat);
    }

    /** Subscribes; fails when that did not succeed for some time, or, if it may be lazy, not at all. */
    Future<Void> open(Consumer<FeedMessage> takesMessages, Runnable onGap) {
        onLoop(() -> {
            if (closed) {
                return;
            }
            messages = takesMessages;
            gap = onGap;
            openTimer =
                    context.setTimer(ATTEMPTS_TO_OPEN * options.connectTimeout().toMillis(), late -> {
                        openTimer = NONE;
                        opened.tryFail(lastFailure);
                    });
            connect();
        });
        return opened.future();
    }

    /** Gives up the subscription where the server decides nothing any more; from any thread. */
    void follow() {
        onLoop(() -> {
            Wire connection = wire;
            if (connection != null && connection.isOutdated()) {
                lose(connection);
            }
        });
    }

    Future<Void> close() {
        Promise<Void> end = Promise.promise();
        boolean running = onLoop(() -> {
            closed = true;
            cancel(timer);
            cancel(openTimer);
            drop();
            opened.tryFail(LinkFailure.closed(LinkFailure.Outcome.NOT_SENT));
            end.complete();
        });
        if (!running) {
            end.complete();
        }
        return end.future();
    }

    private void connect() {
        if (closed) {
            return;
        }
        connector.connect(context).onComplete(result -> {
            if (result.succeeded()) {
                connected(result.result());
            } else {
                retry(result.cause());
            }
        });
    }

    private void connected(Wire connection) {
        if (closed) {
            connection.close();
            return;
        }
        if (connection.isOutdated()) {
            connection.close();
            retry(LinkFailure.connectionLost());
            return;
        }
        log.reached();
        wire = connection;
        subscribed = false;
        heardAt = System.nanoTime();
        lookedAt = heardAt;
        connection.watch(this::received, () -> lose(connection));
        connection.connection().send(Request.cmd(Command.SUBSCRIBE).arg(options.feedChannel()));
        heartbeat.begin();
    }

    private void received(@Nullable Response reply) {
        heardAt = System.nanoTime();
        if (reply == null || wire == null) {
            return;
        }
        if (reply.type() == ResponseType.ERROR) {
            StoreException failure = LinkFailure.refused(ErrorReply.of(reply.toString()));
            drop();
            retry(failure);
        } else if (isList(reply) && reply.size() == 3) {
            String kind = String.valueOf(reply.get(0));
            if (kind.equals("message")) {
                deliver(new FeedMessage(reply.get(1).toString(), reply.get(2).toBuffer()));
            } else if (kind.equals("subscribe")) {
                subscribed();
            }
        }
    }

    private static boolean isList(Response reply) {
        return reply.type() == ResponseType.PUSH || reply.type() == ResponseType.MULTI;
    }

    private void subscribed() {
        if (subscribed) {
            return;
        }
        subscribed = true;
        backoff.reset();
        if (opened.tryComplete()) {
            cancel(openTimer);
        } else {
            guarded(gap);
        }
    }

    private void deliver(FeedMessage message) {
        guarded(() -> messages.accept(message));
    }

    /** A listener that throws must cost nobody the feed. */
    private static void guarded(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "a listener of the feed failed with " + e.getClass().getName());
        }
    }

    private boolean beat() {
        Wire connection = wire;
        if (connection == null) {
            return false;
        }
        boolean silent =
                System.nanoTime() - heardAt >= options.commandDeadline().toNanos();
        if (silent || !subscribed) {
            lose(connection);
            return false;
        }
        if (System.nanoTime() - lookedAt >= LOOK_NANOS) {
            lookedAt = System.nanoTime();
            connector.look(connection);
        }
        connection.connection().send(Request.cmd(Command.PING)).onComplete(answer -> {
            if (answer.succeeded()) {
                heardAt = System.nanoTime();
            }
        });
        return true;
    }

    private void lose(Wire connection) {
        if (connection.equals(wire)) {
            drop();
            retry(LinkFailure.connectionLost());
        }
    }

    private void drop() {
        heartbeat.end();
        Wire connection = wire;
        wire = null;
        if (connection != null) {
            connection.close();
        }
    }

    private void retry(Throwable failure) {
        if (closed) {
            return;
        }
        log.notReached(failure);
        if (failure instanceof StoreException known) {
            lastFailure = known;
        }
        if (options.lazyConnect() && opened.tryComplete()) {
            cancel(openTimer);
        }
        timer = context.setTimer(backoff.nextMillis(), rested -> connect());
    }

    private void cancel(long id) {
        if (id != NONE) {
            context.owner().cancelTimer(id);
        }
    }

    private boolean onLoop(Runnable work) {
        try {
            context.runOnContext(now -> work.run());
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }
}
