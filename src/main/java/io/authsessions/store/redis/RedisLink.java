package io.authsessions.store.redis;

import io.netty.channel.EventLoop;
import io.vertx.core.Closeable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one standalone Redis: one for each event loop from which commands come, shared by all of them and
 * pipelined, and one for the feed. Each command ends within its deadline; a connection that is silent for that long is
 * replaced. Thread-safe.
 */
final class RedisLink implements RedisCommands {
    private final VertxInternal vertx;
    private final RedisLinkOptions options;
    private final StoreTime time;
    private final Connector connector;
    private final LinkLog log = new LinkLog();
    private final ConcurrentHashMap<EventLoop, LoopLink> links = new ConcurrentHashMap<>();
    private final EventLoop home;
    private final Feed feed;
    private final Closeable hook = completion -> close().onComplete(completion);
    private volatile boolean closed;

    /**
     * Links that connect when they are first used.
     *
     * @param clock gives the time, unless it is the system's: then Redis gives it
     */
    RedisLink(Vertx vertx, RedisLinkOptions options, InstantSource clock) {
        this.vertx = (VertxInternal) vertx;
        this.options = options;
        this.time = StoreTime.of(clock);
        this.connector = new Connector(vertx, options, time);
        this.home = this.vertx.nettyEventLoopGroup().next();
        this.feed = new Feed(connector.context(home), connector, options, log);
        // Connections that outlive their Vert.x end noisily.
        this.vertx.addCloseHook(hook);
    }

    /** Whether a failed command may have run, or may run yet. */
    static boolean outcomeUnknown(Throwable failure) {
        LinkFailure known = LinkFailure.of(failure);
        return known != null && known.outcome() == LinkFailure.Outcome.UNKNOWN;
    }

    /** Whether a failed command never left this process. */
    static boolean notSent(Throwable failure) {
        LinkFailure known = LinkFailure.of(failure);
        return known != null && known.outcome() == LinkFailure.Outcome.NOT_SENT;
    }

    /** Whether a command failed since Redis answered with this error; then it has not run. */
    static boolean refusedWith(Throwable failure, ErrorReply reply) {
        LinkFailure known = LinkFailure.of(failure);
        return known != null && known.reply() == reply;
    }

    @Override
    public Future<@Nullable Response> send(Request request) {
        return send(request, System.nanoTime() + options.commandDeadline().toNanos());
    }

    @Override
    public Future<@Nullable Response> eval(Script script, List<Buffer> keys, List<Buffer> args) {
        long expiresAt = System.nanoTime() + options.commandDeadline().toNanos();
        return send(run(Command.EVALSHA, script.sha1(), keys, args), expiresAt)
                .recover(failure -> refusedWith(failure, ErrorReply.NOSCRIPT)
                        ? send(run(Command.EVAL, script.source(), keys, args), expiresAt)
                        : Future.failedFuture(failure));
    }

    @Override
    public long nowMillis() {
        return time.nowMillis();
    }

    @Override
    public long notAfterMillis() {
        return time.redisMillis() + options.commandDeadline().toMillis();
    }

    @Override
    public Future<Void> open(Consumer<FeedMessage> messages, Runnable gap) {
        return feed.open(messages, gap).recover(failure -> close().transform(end -> Future.failedFuture(failure)));
    }

    @Override
    public Future<Void> close() {
        closed = true;
        vertx.removeCloseHook(hook);
        List<Future<Void>> ends = new ArrayList<>();
        ends.add(feed.close());
        for (LoopLink link : links.values()) {
            Promise<Void> end = Promise.promise();
            boolean running = onLoop(link.context(), () -> {
                link.close();
                end.complete();
            });
            if (!running) {
                end.complete();
            }
            ends.add(end.future());
        }
        return Future.join(ends).eventually(connector::close).mapEmpty();
    }

    private static Request run(Command command, String script, List<Buffer> keys, List<Buffer> args) {
        Request request = Request.cmd(command).arg(script).arg(keys.size());
        keys.forEach(request::arg);
        args.forEach(request::arg);
        return request;
    }

    private Future<@Nullable Response> send(Request request, long expiresAt) {
        ContextInternal caller = ContextInternal.current();
        boolean ours = caller != null && caller.owner() == vertx;
        EventLoop loop = ours ? caller.nettyEventLoop() : home;
        LoopLink link =
                links.computeIfAbsent(loop, made -> new LoopLink(connector.context(made), connector, options, log));
        Promise<@Nullable Response> promise = caller == null ? link.context().promise() : caller.promise();
        PendingCommand command = new PendingCommand(request, promise, System.nanoTime(), expiresAt);
        if (ours && loop.inEventLoop()) {
            submit(link, command);
        } else if (!onLoop(link.context(), () -> submit(link, command))) {
            // Without a context: that of a Vert.x that has ended calls nobody back.
            return Future.failedFuture(LinkFailure.closed(LinkFailure.Outcome.NOT_SENT));
        }
        return command.future();
    }

    /** A link that was made after closing began is closed by nobody, so it must not begin. */
    private void submit(LoopLink link, PendingCommand command) {
        if (closed) {
            command.fail(LinkFailure.closed(LinkFailure.Outcome.NOT_SENT));
        } else {
            link.submit(command);
        }
    }

    private static boolean onLoop(ContextInternal context, Runnable work) {
        try {
            context.runOnContext(now -> work.run());
            return true;
        } catch (RejectedExecutionException vertxHasEnded) {
            return false;
        }
    }
}
