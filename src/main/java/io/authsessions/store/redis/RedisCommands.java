package io.authsessions.store.redis;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
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

    /**
     * As {@link #send}, for what a resolve waits for: commands that only read keys of one slot, at one moment and on one
     * server, and that no write holds up. {@code TRYAGAIN} where the slot is on the move and no server has all of them.
     */
    Future<@Nullable Response> lookup(Request request);

    /** Runs a script that Redis need not know yet. */
    Future<@Nullable Response> eval(Script script, List<Buffer> keys, List<Buffer> args);

    /**
     * Keys that one primary serves, and the way to it.
     *
     * @param keys each once; at least one
     * @param server tells by {@code equals} which primary it is: another one when a failover or a move has put it there
     * @param way sends a command to that primary and to no other: where it points elsewhere, the command fails. Commands
     *     that are sent one after the other from one event loop go over one connection in that order
     */
    record Share(List<Buffer> keys, Object server, Function<Request, Future<@Nullable Response>> way) {}

    /**
     * The keys divided by the primary that serves them by what is known here now: where a GET of that key would be sent.
     * Asks nobody, and never fails.
     *
     * @param keys each once
     * @return each key in one share
     */
    List<Share> byPrimary(List<Buffer> keys);

    /** Whether one command may name keys of different hash slots, as long as one primary serves them all. */
    boolean acrossSlots();

    /** The time by which sessions live: that of Redis, or a test's own; in milliseconds since the epoch. */
    default long nowMillis() {
        return nowMillis(System.nanoTime());
    }

    /** As {@link #nowMillis()}, for who has just read {@link System#nanoTime()}. */
    long nowMillis(long nanoTime);

    /**
     * The time by the clock of the server that holds the key (never a test's own), in milliseconds since the epoch; known to
     * half of a round trip.
     */
    long redisMillis(Buffer key);

    /** As {@link #eval}; where {@link #confirms} says so, it succeeds only when replicas have the change too. */
    Future<@Nullable Response> evalConfirmed(Script script, List<Buffer> keys, List<Buffer> args);

    /** Whether changes that are to be confirmed wait for replicas. */
    boolean confirms();

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
