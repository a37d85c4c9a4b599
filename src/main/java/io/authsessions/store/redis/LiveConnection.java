package io.authsessions.store.redis;

import io.authsessions.store.StoreException;
import io.vertx.core.AsyncResult;
import io.vertx.core.internal.ContextInternal;
import io.vertx.redis.client.Response;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A connection that works, with the commands that were sent on it and are not answered. Watches it: a command that is
 * not answered within the deadline ends the connection, since all that is behind it waits too. Confined to its event
 * loop.
 */
final class LiveConnection {
    private static final long SCAN_MILLIS = 20;
    private static final long HEARTBEAT_MILLIS = 10_000;

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
    private final long deadlineNanos;
    private final Owner owner;
    private final Recurrence scan;
    private final ArrayDeque<PendingCommand> unanswered = new ArrayDeque<>();
    private long heartbeat;
    private boolean proved;
    private boolean retiring;
    private boolean closed;

    LiveConnection(ContextInternal context, Wire wire, Connector connector, long deadlineNanos, Owner owner) {
        this.context = context;
        this.wire = wire;
        this.connector = connector;
        this.deadlineNanos = deadlineNanos;
        this.owner = owner;
        this.scan = new Recurrence(context, SCAN_MILLIS, this::scan);
    }

    void start() {
        // Anything unasked makes the driver give the answer of one command to another.
        wire.watch(unasked -> lose(), this::lose);
        rest();
    }

    int inFlight() {
        return unanswered.size();
    }

    void send(PendingCommand command) {
        command.sent(System.nanoTime());
        unanswered.addLast(command);
        scan.begin();
        wire.connection().send(command.request()).onComplete(result -> answered(command, result));
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
        if (closed) {
            return;
        }
        closed = true;
        scan.end();
        context.owner().cancelTimer(heartbeat);
        wire.close();
        List<PendingCommand> rest = List.copyOf(unanswered);
        unanswered.clear();
        rest.forEach(command -> command.fail(reason));
    }

    private void lose() {
        if (!closed) {
            // First, so that a caller who sends again at once does not meet this connection.
            owner.lost(this);
            close(LinkFailure.connectionLost());
        }
    }

    private void answered(PendingCommand command, AsyncResult<@Nullable Response> result) {
        if (closed) {
            return;
        }
        command.answered();
        while (!unanswered.isEmpty() && unanswered.getFirst().isAnswered()) {
            unanswered.removeFirst();
        }
        if (result.succeeded()) {
            command.complete(result.result());
            prove();
        } else {
            failed(command, LinkFailure.ofDriver(result.cause()));
        }
        if (retiring && unanswered.isEmpty()) {
            close(LinkFailure.connectionLost());
        }
    }

    private void failed(PendingCommand command, StoreException failure) {
        LinkFailure known = LinkFailure.of(failure);
        ErrorReply reply = known == null ? null : known.reply();
        command.fail(failure);
        if (reply == null) {
            lose();
        } else {
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
        // Collected first: who hears of a failure may send again, and so change the queue.
        List<PendingCommand> overdue =
                unanswered.stream().takeWhile(command -> command.expiredBy(now)).toList();
        overdue.forEach(command -> command.fail(LinkFailure.overdue()));
        PendingCommand oldest = unanswered.peekFirst();
        if (oldest != null && oldest.waitedFor(now) >= deadlineNanos) {
            lose();
        }
        return !unanswered.isEmpty();
    }

    /** Keeps an idle connection from being forgotten on the way, finds it dead before a caller does, tells the time. */
    private void beat() {
        long now = System.nanoTime();
        PendingCommand time = new PendingCommand(Connector.timeRequest(), context.promise(), now, now + deadlineNanos);
        time.future().onSuccess(answer -> {
            if (!connector.learnTime(now, answer)) {
                lose();
            }
        });
        send(time);
        rest();
    }

    private void rest() {
        long jitter = ThreadLocalRandom.current().nextLong(HEARTBEAT_MILLIS / 4);
        heartbeat = context.setTimer(HEARTBEAT_MILLIS - jitter, fired -> beat());
    }
}
