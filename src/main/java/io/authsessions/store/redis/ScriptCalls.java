package io.authsessions.store.redis;

import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionPolicy.OnReuse;
import io.authsessions.store.RecordCodec;
import io.authsessions.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs the scripts with what all of them need: time, rules, and the name of this one change. Thread-safe. */
final class ScriptCalls {
    private static final int MARK_BYTES = 12;

    private final RedisCommands commands;
    private final Attempts attempts;
    private final HeldFailures failures;
    private final RedisKeys keys;
    private final Buffer channel;
    private final List<Buffer> rules;
    private final SecureRandom random = new SecureRandom();

    ScriptCalls(Vertx vertx, RedisCommands commands, Attempts attempts, RedisKeys keys, SessionPolicy policy) {
        this.commands = commands;
        this.attempts = attempts;
        this.failures = new HeldFailures(vertx);
        this.keys = keys;
        this.channel = Buffer.buffer(keys.channel());
        this.rules = List.of(
                number(policy.endedRetention().toMillis()),
                number(policy.touchInterval().toMillis()),
                number(policy.rotationGrace().toMillis()),
                Buffer.buffer(policy.onReuse() == OnReuse.END ? "end" : "refuse"));
    }

    static Buffer number(long value) {
        return Buffer.buffer(Long.toString(value));
    }

    /**
     * Runs a change that may be tried twice, because doing it again does nothing more.
     *
     * @param begun when the call began, by {@link System#nanoTime()}
     */
    Future<Reply> twice(
            Change change, long begun, String bucketName, List<String> ownKeys, Function<Boolean, List<Buffer>> own) {
        Tries tries = new Tries(change, begun);
        return attempts.twice(begun, again -> run(tries, bucketName, ownKeys, own.apply(again), again))
                .recover(tries::tell);
    }

    /** Runs a change that nobody can tell whether it happened, if it does not answer. Parameters as above. */
    Future<Reply> once(Change change, long begun, String bucketName, List<String> ownKeys, List<Buffer> own) {
        Tries tries = new Tries(change, begun);
        return run(tries, bucketName, ownKeys, own, false).recover(tries::tell);
    }

    /** Lets no failure be told any more later than now. */
    void close() {
        failures.close();
    }

    /**
     * The attempts at one change, which follow each other, and from when on none of them can happen any more. All carry the
     * name of the one change.
     */
    private final class Tries {
        /**
         * Such a part of the time that an attempt has is left for its answer to come back, and for not knowing the clock of
         * Redis exactly: 125 ms of a second. What is done by Redis at the last moment must not be given up here.
         */
        private static final int SLACK = 8;

        private final Change change;
        private final long begun;
        private final Buffer operation;
        private volatile long over;

        Tries(Change change, long begun) {
            this.change = change;
            this.begun = begun;
            this.operation = freshOperation();
            this.over = begun;
        }

        long givenUpAt(long now) {
            return attempts.givenUpAt(begun, now);
        }

        /** How long an attempt that is sent now may wait for its turn in Redis, in milliseconds. */
        long millisLeft(long now) {
            long nanos = givenUpAt(now) - now;
            return TimeUnit.NANOSECONDS.toMillis(nanos - nanos / SLACK);
        }

        /** Notes that an attempt failed which would be given up at that time. */
        void failed(Throwable failure, long givenUpAt) {
            if (change.refusedWhenLate() && RedisLink.outcomeUnknown(failure)) {
                over = givenUpAt;
            }
        }

        Future<Reply> tell(Throwable failure) {
            return failures.tellAfter(over, failure);
        }
    }

    private Buffer freshOperation() {
        byte[] operation = new byte[RecordCodec.OPERATION_BYTES];
        random.nextBytes(operation);
        return Buffer.buffer(operation);
    }

    /** A mark that was never there before: each attempt has its own, since the one before may have set its. */
    Buffer freshMark() {
        byte[] mark = new byte[MARK_BYTES];
        random.nextBytes(mark);
        return Buffer.buffer(Base64.getUrlEncoder().withoutPadding().encodeToString(mark));
    }

    private Future<Reply> run(Tries tries, String bucketName, List<String> ownKeys, List<Buffer> own, boolean again) {
        List<Buffer> allKeys = new ArrayList<>(3 + ownKeys.size());
        allKeys.add(Buffer.buffer(keys.mark(bucketName)));
        allKeys.add(Buffer.buffer(keys.byDeadline(bucketName)));
        allKeys.add(Buffer.buffer(keys.byUse(bucketName)));
        ownKeys.forEach(key -> allKeys.add(Buffer.buffer(key)));
        Change change = tries.change;
        long now = System.nanoTime();
        Buffer notAfter = change.refusedWhenLate()
                ? number(commands.redisMillis(allKeys.get(0)) + tries.millisLeft(now))
                : Buffer.buffer();
        List<Buffer> args = new ArrayList<>(10 + own.size());
        args.add(number(commands.nowMillis()));
        args.add(notAfter);
        args.add(channel);
        args.add(freshMark());
        args.add(tries.operation);
        args.add(Buffer.buffer(bucketName));
        args.addAll(rules);
        args.addAll(own);
        Future<@Nullable Response> answer = change.confirmed()
                ? commands.evalConfirmed(change.script(), allKeys, args)
                : commands.eval(change.script(), allKeys, args);
        long givenUpAt = tries.givenUpAt(now);
        answer.onFailure(failure -> tries.failed(failure, givenUpAt));
        Future<Reply> reply = answer.map(response -> checked(Reply.of(response, again)));
        return again && change.confirmed()
                ? reply.compose(done -> confirm(bucketName).map(done))
                : reply;
    }

    /**
     * Sees to it that what has been changed in a bucket before now is confirmed. For a change that found itself done: it
     * has written nothing that a replica could confirm.
     */
    Future<Void> confirm(String bucketName) {
        return commands.confirms()
                ? once(Change.CONFIRM, System.nanoTime(), bucketName, List.of(), List.of())
                        .mapEmpty()
                : Future.succeededFuture();
    }

    private static Reply checked(Reply reply) {
        if (reply.is("late")) {
            throw new StoreException(StoreException.TIMEOUT, "the change came to Redis too late", null);
        }
        if (reply.is("newer")) {
            throw Records.newerFormat();
        }
        return reply;
    }
}
