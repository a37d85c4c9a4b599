package io.authsessions.store.redis;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the store asks of a connection to Redis. Every future completes within the command deadline and fails with a
 * {@link io.authsessions.store.StoreException} only, whose cause tells {@link RedisLink#outcomeUnknown} and its like what
 * became of the command. Nothing is tried twice here. Thread-safe.
 */
interface RedisCommands {
    /** The detail of a failure because a key holds another type than the command expects; never leaves the store. */
    String WRONG_TYPE = "wrong_type";

    /** Sends one command. */
    Future<@Nullable Response> send(Request request);

    /** Runs a script that Redis need not know yet. */
    Future<@Nullable Response> eval(Script script, List<Buffer> keys, List<Buffer> args);

    /** The time by which sessions live: that of Redis, or a test's own; in milliseconds since the epoch. */
    long nowMillis();

    /**
     * When a command that is sent now is given up, by the clock of Redis itself (never a test's own): in milliseconds
     * since the epoch. A script refuses to run later.
     */
    long notAfterMillis();

    /**
     * Connects, and subscribes to the feed.
     *
     * @param feed takes each message of the feed, in the order in which Redis sent them
     * @param gap is run when messages may have been missed
     */
    Future<Void> open(Consumer<FeedMessage> feed, Runnable gap);

    /** Disconnects; what is under way fails. A second call does nothing. */
    Future<Void> close();
}
