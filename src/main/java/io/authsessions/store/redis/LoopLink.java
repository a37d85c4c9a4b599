package io.authsessions.store.redis;

import io.authsessions.store.StoreException;
import io.vertx.core.internal.ContextInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The one connection that all commands of an event loop share, and its replacement when it is lost. Connects when there
 * is something to send, and only then. Confined to its event loop.
 */
final class LoopLink implements LiveConnection.Owner {
    private static final long SCAN_MILLIS = 20;
    private static final long NONE = -1;
    private static final long RETIRE_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ContextInternal context;
    private final Connector connector;
    private final RedisLinkOptions options;
    private final LinkLog log;
    private final InFlightLimit limit;
    private final Backoff backoff = new Backoff();
    private final Recurrence scan;
    private final ArrayDeque<PendingCommand> waiting = new ArrayDeque<>();
    private @Nullable LiveConnection live;
    private @Nullable LiveConnection retired;
    private long retiredAt = System.nanoTime() - RETIRE_PAUSE_NANOS;
    private long restUntil = System.nanoTime();
    private long timer = NONE;
    private boolean connecting;
    private boolean closed;

    LoopLink(ContextInternal context, Connector connector, RedisLinkOptions options, LinkLog log) {
        this.context = context;
        this.connector = connector;
        this.options = options;
        this.log = log;
        this.limit = new InFlightLimit(options);
        this.scan = new Recurrence(context, SCAN_MILLIS, this::scan);
    }

    /** Belongs to no verticle and lives on the event loop of this. */
    ContextInternal context() {
        return context;
    }

    void submit(PendingCommand command) {
        follow();
        if (closed) {
            command.fail(LinkFailure.closed(LinkFailure.Outcome.NOT_SENT));
        } else if (live == null) {
            waitForConnection(command);
        } else if (!limit.admits(command, live.inFlight())) {
            command.fail(LinkFailure.overloaded());
        } else {
            live.send(command);
        }
    }

    /** Gives up the connection where the server to which it leads decides nothing any more. */
    void follow() {
        if (live != null) {
            live.leave();
        }
    }

    /** Sends a command right behind ASKING, which counts for the next command of a connection and for no other. */
    void submitAsking(PendingCommand command) {
        int ahead = live == null ? waiting.size() : live.inFlight();
        if (ahead + 2 > limit.value()) {
            command.fail(LinkFailure.overloaded());
        } else {
            submit(command.preceding(Request.cmd(Command.ASKING), context.promise()));
            submit(command);
        }
    }

    void close() {
        closed = true;
        scan.end();
        if (timer != NONE) {
            context.owner().cancelTimer(timer);
        }
        while (!waiting.isEmpty()) {
            waiting.removeFirst().fail(LinkFailure.closed(LinkFailure.Outcome.NOT_SENT));
        }
        StoreException reason = LinkFailure.closed(LinkFailure.Outcome.UNKNOWN);
        end(live, reason);
        end(retired, reason);
        live = null;
        retired = null;
    }

    private static void end(@Nullable LiveConnection connection, StoreException reason) {
        if (connection != null) {
            connection.close(reason);
        }
    }

    private void waitForConnection(PendingCommand command) {
        if (!limit.admits(command, waiting.size())) {
            command.fail(LinkFailure.overloaded());
            return;
        }
        waiting.addLast(command);
        scan.begin();
        connectSoon();
    }

    private void connectSoon() {
        if (connecting || timer != NONE) {
            return;
        }
        long restMillis = TimeUnit.NANOSECONDS.toMillis(restUntil - System.nanoTime());
        if (restMillis > 0) {
            timer = context.setTimer(restMillis, rested -> {
                timer = NONE;
                connect();
            });
        } else {
            connect();
        }
    }

    private void rest() {
        restUntil = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(backoff.nextMillis());
    }

    private void connect() {
        connecting = true;
        long begunAt = System.nanoTime();
        connector.connect(context).onComplete(result -> {
            connecting = false;
            if (result.succeeded()) {
                connected(result.result());
            } else {
                notConnected(begunAt, result.cause());
            }
        });
    }

    private void connected(Wire wire) {
        if (closed) {
            wire.close();
            return;
        }
        if (wire.isOutdated()) {
            wire.close();
            rest();
            connectSoon();
            return;
        }
        log.reached();
        long deadline = options.commandDeadline().toNanos();
        LiveConnection connection = new LiveConnection(context, wire, connector, limit, deadline, this);
        live = connection;
        connection.start();
        while (live == connection && !waiting.isEmpty()) {
            PendingCommand command = waiting.removeFirst();
            if (!command.hasEnded()) {
                connection.send(command);
            }
        }
    }

    /** Those who waited for this attempt from its beginning hear of it; who came later waits for the next. */
    private void notConnected(long begunAt, Throwable failure) {
        if (closed) {
            return;
        }
        log.notReached(failure);
        rest();
        StoreException reason = failure instanceof StoreException known ? known : LinkFailure.unreachable();
        failWaiting(command -> command.arrivedBy(begunAt), reason);
        if (!waiting.isEmpty()) {
            connectSoon();
        }
    }

    private void failWaiting(Predicate<PendingCommand> which, StoreException reason) {
        List<PendingCommand> failing = waiting.stream().filter(which).toList();
        waiting.removeIf(which);
        Slices.each(context, failing, command -> command.fail(reason));
    }

    private boolean scan() {
        long now = System.nanoTime();
        failWaiting(command -> command.expiredBy(now), LinkFailure.unreachable());
        return !waiting.isEmpty();
    }

    @Override
    public void proved(LiveConnection connection) {
        backoff.reset();
    }

    @Override
    public void refused(LiveConnection connection, ErrorReply reply) {
        if (!connector.followed(reply)) {
            log.refused(reply);
        }
        long now = System.nanoTime();
        if (reply.isOfReplica()) {
            connection.leadsNowhere();
        } else if (reply.asksForNewConnection() && connection == live && now - retiredAt >= RETIRE_PAUSE_NANOS) {
            retiredAt = now;
            end(retired, LinkFailure.connectionLost());
            retired = connection;
            live = null;
            connection.retire();
        }
    }

    @Override
    public void lost(LiveConnection connection) {
        if (connection == live) {
            live = null;
            rest();
            if (!waiting.isEmpty()) {
                connectSoon();
            }
        }
    }
}
