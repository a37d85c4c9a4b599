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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one standalone Redis: for each event loop from which commands come one for GET and the other reads
 * that a resolve is, and one for all else, both shared by all callers and pipelined; and one for the feed. All lead to
 * one server at any time. Each command ends within its deadline; a connection that is silent for that long is replaced.
 * Thread-safe.
 */
final class RedisLink implements RedisCommands {
    private final VertxInternal vertx;
    private final RedisLinkOptions options;
    private final long deadlineNanos;
    private final StoreTime time;
    private final Primary primary;
    private final Connector connector;
    private final LinkLog log = new LinkLog();
    /** Behind a write that Redis keeps waiting every later command of the connection waits, so resolves have their own. */
    private final ConcurrentHashMap<EventLoop, LoopLink> lookups = new ConcurrentHashMap<>();

    private final ConcurrentHashMap<EventLoop, LoopLink> others = new ConcurrentHashMap<>();
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
        this(vertx, options, clock, Whereabouts.fixed(options.uri()), Primary.unknown());
    }

    /**
     * Links to a server that may be elsewhere after each connection; its URI is not that of the options.
     *
     * @param primary shared by all links of a store that lead to one server
     */
    RedisLink(Vertx vertx, RedisLinkOptions options, InstantSource clock, Whereabouts whereabouts, Primary primary) {
        this.vertx = (VertxInternal) vertx;
        this.options = options;
        this.deadlineNanos = options.commandDeadline().toNanos();
        this.time = StoreTime.of(clock);
        this.connector = new Connector(vertx, options, time, whereabouts, primary);
        this.primary = primary;
        this.home = this.vertx.nettyEventLoopGroup().next();
        this.feed = new Feed(connector.context(home), connector, options, log);
        primary.follow(this::follow);
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
        return known != null
                && (known.outcome() == LinkFailure.Outcome.NOT_SENT
                        || known.outcome() == LinkFailure.Outcome.FOUND_CLOSED);
    }

    /** Whether trying once more may help: it may have run, or its connection was found closed before it was sent. */
    static boolean worthAgain(Throwable failure) {
        LinkFailure known = LinkFailure.of(failure);
        return outcomeUnknown(failure) || (known != null && known.outcome() == LinkFailure.Outcome.FOUND_CLOSED);
    }

    /** Whether a command failed since Redis answered with this error; then it has not run. */
    static boolean refusedWith(Throwable failure, ErrorReply reply) {
        LinkFailure known = LinkFailure.of(failure);
        return known != null && known.reply() == reply;
    }

    @Override
    public Future<@Nullable Response> send(Request request) {
        long now = System.nanoTime();
        return send(links(request), request, now, now + deadlineNanos, false);
    }

    @Override
    public Future<@Nullable Response> lookup(Request request) {
        long now = System.nanoTime();
        return send(lookups, request, now, now + deadlineNanos, false);
    }

    @Override
    public Future<@Nullable Response> eval(Script script, List<Buffer> keys, List<Buffer> args) {
        long now = System.nanoTime();
        long expiresAt = now + deadlineNanos;
        return send(others, run(Command.EVALSHA, script.sha1(), keys, args), now, expiresAt, false)
                .recover(failure -> refusedWith(failure, ErrorReply.NOSCRIPT)
                        ? send(run(Command.EVAL, script.source(), keys, args), expiresAt, false)
                        : Future.failedFuture(failure));
    }

    @Override
    public List<Share> byPrimary(List<Buffer> keys) {
        long term = primary.term();
        return keys.isEmpty() ? List.of() : List.of(new Share(List.copyOf(keys), term, way(term)));
    }

    /** To the server of that term, and to none that has come after it. */
    private Function<Request, Future<@Nullable Response>> way(long term) {
        return request -> send(request)
                .compose(answer -> term == primary.term()
                        ? Future.succeededFuture(answer)
                        : Future.failedFuture(LinkFailure.connectionLost()));
    }

    private void follow() {
        feed.follow();
        lookups.values().forEach(link -> onLoop(link.context(), link::follow));
        others.values().forEach(link -> onLoop(link.context(), link::follow));
    }

    @Override
    public boolean acrossSlots() {
        return true;
    }

    @Override
    public long nowMillis(long nanoTime) {
        return time.nowMillis(nanoTime);
    }

    @Override
    public long redisMillis(Buffer key) {
        return time.redisMillis();
    }

    /** The clock of the server. */
    StoreTime time() {
        return time;
    }

    @Override
    public boolean confirms() {
        return false;
    }

    @Override
    public Future<@Nullable Response> evalConfirmed(Script script, List<Buffer> keys, List<Buffer> args) {
        return eval(script, keys, args);
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
        lookups.values().forEach(link -> ends.add(end(link)));
        others.values().forEach(link -> ends.add(end(link)));
        return Future.join(ends).eventually(connector::close).mapEmpty();
    }

    private static Future<Void> end(LoopLink link) {
        Promise<Void> end = Promise.promise();
        boolean running = onLoop(link.context(), () -> {
            link.close();
            end.complete();
        });
        if (!running) {
            end.complete();
        }
        return end.future();
    }

    static Request run(Command command, String script, List<Buffer> keys, List<Buffer> args) {
        Request request = Request.cmd(command).arg(script).arg(keys.size());
        keys.forEach(request::arg);
        args.forEach(request::arg);
        return request;
    }

    /**
     * Sends one command.
     *
     * @param expiresAt by {@link System#nanoTime()}
     * @param asking whether a Cluster has sent it here for this once
     */
    Future<@Nullable Response> send(Request request, long expiresAt, boolean asking) {
        return send(links(request), request, System.nanoTime(), expiresAt, asking);
    }

    /** As {@link #send(Request, long, boolean)}, as {@link #lookup(Request)}. */
    Future<@Nullable Response> lookup(Request request, long expiresAt, boolean asking) {
        return send(lookups, request, System.nanoTime(), expiresAt, asking);
    }

    private ConcurrentHashMap<EventLoop, LoopLink> links(Request request) {
        return request.command().equals(Command.GET) ? lookups : others;
    }

    private Future<@Nullable Response> send(
            ConcurrentHashMap<EventLoop, LoopLink> links, Request request, long now, long expiresAt, boolean asking) {
        ContextInternal caller = ContextInternal.current();
        boolean ours = caller != null && caller.owner() == vertx;
        EventLoop loop = ours ? caller.nettyEventLoop() : home;
        LoopLink known = links.get(loop);
        LoopLink link = known != null
                ? known
                : links.computeIfAbsent(loop, made -> new LoopLink(connector.context(made), connector, options, log));
        Promise<@Nullable Response> promise = caller == null ? link.context().promise() : caller.promise();
        PendingCommand command = new PendingCommand(request, promise, now, expiresAt);
        if (ours && loop.inEventLoop()) {
            submit(link, command, asking);
        } else if (!onLoop(link.context(), () -> submit(link, command, asking))) {
            // Without a context: that of a Vert.x that has ended calls nobody back.
            return Future.failedFuture(LinkFailure.closed(LinkFailure.Outcome.NOT_SENT));
        }
        return command.future();
    }

    /** A link that was made after closing began is closed by nobody, so it must not begin. */
    private void submit(LoopLink link, PendingCommand command, boolean asking) {
        if (closed) {
            command.fail(LinkFailure.closed(LinkFailure.Outcome.NOT_SENT));
        } else if (asking) {
            link.submitAsking(command);
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
