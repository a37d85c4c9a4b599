package io.authsessions.store.redis;

import io.authsessions.store.StoreException;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a command that failed, for those who decide whether to send it again. It stands as the cause of the
 * {@link StoreException} and says nothing that a driver or a server said.
 */
final class LinkFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** What became of the command. */
    enum Outcome {
        /** It never left this process. */
        NOT_SENT,
        /** It never left this process, as its connection was found closed: it may go out on another at once. */
        FOUND_CLOSED,
        /** Redis answered with an error instead of running it. */
        REFUSED,
        /** It has run on the primary, but replicas may lack it. */
        NOT_CONFIRMED,
        /** It was sent and not answered: it may have run, or run later. */
        UNKNOWN
    }

    private final Outcome outcome;
    private final @Nullable ErrorReply reply;
    private final @Nullable String target;

    private LinkFailure(Outcome outcome, @Nullable ErrorReply reply, @Nullable String target) {
        super(reply == null ? outcome.name() : reply.name(), null, false, false);
        this.outcome = outcome;
        this.reply = reply;
        this.target = target;
    }

    Outcome outcome() {
        return outcome;
    }

    /** The error that Redis answered with, where it did. */
    @Nullable
    ErrorReply reply() {
        return reply;
    }

    /** The server that a member of a Cluster, on some host, has pointed to; null if it has not. */
    @Nullable
    HostPort redirect(String hostOfMember) {
        return target == null ? null : HostPort.read(target, hostOfMember);
    }

    /** What is known of a failed command, or null if it did not fail here. */
    static @Nullable LinkFailure of(Throwable failure) {
        return failure.getCause() instanceof LinkFailure known ? known : null;
    }

    static StoreException overdue() {
        return failure(StoreException.TIMEOUT, "Redis did not answer in time", Outcome.UNKNOWN);
    }

    static StoreException connectionLost() {
        return failure(StoreException.TIMEOUT, "the connection to Redis was lost", Outcome.UNKNOWN);
    }

    static StoreException unreachable() {
        return failure(StoreException.UNAVAILABLE, "Redis cannot be reached", Outcome.NOT_SENT);
    }

    static StoreException foundClosed() {
        return failure(StoreException.UNAVAILABLE, "the connection to Redis was found closed", Outcome.FOUND_CLOSED);
    }

    static StoreException notConfirmed() {
        String message = "the change has happened on the primary, but too few replicas have confirmed it in time";
        return failure(StoreException.UNAVAILABLE, message, Outcome.NOT_CONFIRMED);
    }

    static StoreException overloaded() {
        return failure(StoreException.OVERLOADED, "too many commands wait for Redis", Outcome.NOT_SENT);
    }

    /** The failure of what was under way when the store was closed, or came later. */
    static StoreException closed(Outcome outcome) {
        String detail = outcome == Outcome.UNKNOWN ? StoreException.TIMEOUT : StoreException.UNAVAILABLE;
        return failure(detail, "the store has been closed", outcome);
    }

    static StoreException refused(ErrorReply reply) {
        return refused(reply, null);
    }

    private static StoreException refused(ErrorReply reply, @Nullable String target) {
        String message = "Redis answered with the error " + reply;
        return new StoreException(reply.detail(), message, new LinkFailure(Outcome.REFUSED, reply, target));
    }

    /** Explains what the driver gave as the failure of a command. Its text is compared, never passed on. */
    static StoreException ofDriver(Throwable failure) {
        String text = Objects.requireNonNullElse(failure.getMessage(), "");
        if (!(failure instanceof Response error) || error.type() != ResponseType.ERROR) {
            return ofClient(text);
        }
        boolean ofTheDriver = text.startsWith("CONNECTION_CLOSED") || text.startsWith("ILLEGAL_STATE");
        if (ofTheDriver) {
            return connectionLost();
        }
        ErrorReply reply = ErrorReply.of(text);
        return refused(reply, reply.redirects() ? text.substring(text.lastIndexOf(' ') + 1) : null);
    }

    private static StoreException ofClient(String text) {
        if (text.startsWith("Redis command is not valid")) {
            return refused(ErrorReply.OTHER);
        }
        return text.equals("Connection is closed") ? foundClosed() : connectionLost();
    }

    private static StoreException failure(String detail, String message, Outcome outcome) {
        return new StoreException(detail, message, new LinkFailure(outcome, null, null));
    }
}
