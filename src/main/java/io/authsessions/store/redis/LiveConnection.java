package io.authsessions.store.redis;

import io.authsessions.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection that works, with the commands that were sent on it and are not answered. Watches it: where a command waits
 * for longer than the deadline, and nothing else has been answered for as long, the connection ends, since all that is
 * behind waits too. One that answers, however slowly, is worth more than a new one. Confined to its event loop.
 */
final class LiveConnection {
    private static final long SCAN_MILLIS = 20;
    /** For so long at most reads go on where a server was demoted and nobody writes. */
    private static final long HEARTBEAT_MILLIS = 2_000;

    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** Who uses the connection. */
    interface Owner {
        /** The first command has been answered: the server does more than to accept connections. */
        void proved(LiveConnection connection);

        /** Redis refused a command. */
        void refused(LiveConnection connection, ErrorReply reply);

        /** The connection is of no more use. Called once, unless the owner ended it. */
        void lost(LiveConnection connection);
    }

    private final ContextInternal context;
    private final Wire wire;
    private final Connector connector;
    private final InFlightLimit limit;
    private final long deadlineNanos;
    /** A command that came just before it was sent must not be given up a scan before its connection is. */
    private final long silenceNanos;

    private final Owner owner;
    private final Recurrence scan;
    private final Outbox outbox;
    private final ArrayDeque<PendingCommand> unanswered = new ArrayDeque<>();
    private long heartbeat;
    private long heardAt = System.nanoTime();
    private boolean proved;
    private boolean retiring;
    private boolean closed;

    LiveConnection(
            ContextInternal context,
            Wire wire,
            Connector connector,
            InFlightLimit limit,
            long deadlineNanos,
            Owner owner) {
        this.context = context;
        this.wire = wire;
        this.connector = connector;
        this.limit = limit;
        this.deadlineNanos = deadlineNanos;
        this.silenceNanos = Math.max(deadlineNanos / 2, deadlineNanos - TimeUnit.MILLISECONDS.toNanos(SCAN_MILLIS));
        this.owner = owner;
        this.scan = new Recurrence(context, SCAN_MILLIS, this::scan);
        this.outbox = new Outbox(context.nettyEventLoop(), wire, this::answered);
    }

    void start() {
        // Anything unasked makes the driver give the answer of one command to another.
        wire.watch(unasked -> lose(), this::lose);
        rest();
    }

    /** Gives up a connection that leads where nothing is decided any more; whether it was one. */
    boolean leave() {
        boolean outdated = wire.isOutdated();
        if (outdated) {
            lose();
        }
        return outdated;
    }

    /** Notes that its server decides nothing. */
    void leadsNowhere() {
        wire.leadsNowhere();
    }

    int inFlight() {
        return unanswered.size();
    }

    void send(PendingCommand command) {
        command.sent(System.nanoTime(), unanswered.size());
        unanswered.addLast(command);
        scan.begin();
        outbox.send(command);
    }

    /** Ends it when what it carries has been answered, at the latest when that is overdue. */
    void retire() {
        retiring = true;
        if (unanswered.isEmpty()) {
            close(LinkFailure.connectionLost());
        }
    }

    /** Ends it. What it carries fails; it may have run. */
    void close(StoreException reason) {
        shut().forEach(command -> command.fail(reason));
    }

    /** What it carried. */
    private List<PendingCommand> shut() {
        if (closed) {
            return List.of();
        }
        closed = true;
        scan.end();
        outbox.clear();
        context.owner().cancelTimer(heartbeat);
        wire.close();
        List<PendingCommand> rest = List.copyOf(unanswered);
        unanswered.clear();
        return rest;
    }

    private void lose() {
        if (!closed) {
            // First, so that a caller who sends again at once does not meet this connection.
            owner.lost(this);
            failAll(shut(), LinkFailure.connectionLost());
        }
    }

    private void failAll(List<PendingCommand> commands, StoreException reason) {
        Slices.each(context, commands, command -> command.fail(reason));
    }

    private void answered(PendingCommand command, @Nullable Response response, @Nullable Throwable failure) {
        if (closed) {
            return;
        }
        if (wire.isOutdated()) {
            lose();
            return;
        }
        heardAt = System.nanoTime();
        command.answered();
        while (!unanswered.isEmpty() && unanswered.getFirst().isAnswered()) {
            unanswered.removeFirst();
        }
        if (failure == null) {
            limit.answered(command);
            command.complete(response);
            prove();
        } else {
            failed(command, LinkFailure.ofDriver(failure));
        }
        if (retiring && unanswered.isEmpty()) {
            close(LinkFailure.connectionLost());
        }
    }

    private void failed(PendingCommand command, StoreException failure) {
        LinkFailure known = LinkFailure.of(failure);
        ErrorReply reply = known == null ? null : known.reply();
        if (reply == null) {
            lose();
            command.fail(failure);
        } else {
            command.fail(failure);
            prove();
            owner.refused(this, reply);
        }
    }

    private void prove() {
        if (!proved) {
            proved = true;
            owner.proved(this);
        }
    }

    private boolean scan() {
        long now = System.nanoTime();
        // Collected first, and lost first: who hears of a failure may send again, and so change the queue.
        List<PendingCommand> overdue = unanswered.stream()
                .filter(command -> command.expiredBy(now) && !command.hasEnded())
                .toList();
        PendingCommand oldest = unanswered.peekFirst();
        boolean silent = oldest != null && oldest.waitedFor(now) >= silenceNanos && now - heardAt >= silenceNanos;
        if (silent) {
            limit.silent(unanswered.size());
            owner.lost(this);
        }
        failAll(overdue, LinkFailure.overdue());
        if (silent) {
            failAll(shut(), LinkFailure.connectionLost());
        }
        return !unanswered.isEmpty();
    }

    /**
     * Keeps an idle connection from being forgotten on the way, finds it dead before a caller does, tells the time and
     * what the server is.
     */
    private void beat() {
        long now = System.nanoTime();
        PendingCommand oldest = unanswered.peekFirst();
        if (oldest != null && oldest.waitedFor(now) >= LATE_NANOS) {
            // The scan sees to an answer that is late; one that broke off must not be completed by that to a question.
            heartbeat = context.setTimer(SCAN_MILLIS, fired -> beat());
            return;
        }
        ask(Connector.timeRequest(), now).onSuccess(answer -> {
            if (!connector.learnTime(now, System.nanoTime(), answer)) {
                lose();
            }
        });
        if (wire.tells() && !closed) {
            ask(Primary.question(), now).onSuccess(answer -> connector.learnRole(wire, answer));
        }
        rest();
    }

    private Future<@Nullable Response> ask(Request request, long now) {
        PendingCommand command = new PendingCommand(request, context.promise(), now, now + deadlineNanos);
        send(command);
        return command.future();
    }

    private void rest() {
        if (closed) {
            return;
        }
        long jitter = ThreadLocalRandom.current().nextLong(HEARTBEAT_MILLIS / 4);
        heartbeat = context.setTimer(HEARTBEAT_MILLIS - jitter, fired -> beat());
    }
}
