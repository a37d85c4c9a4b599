package io.authsessions.store.redis;

import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionPolicy.OnReuse;
import io.authsessions.store.RecordCodec;
import io.authsessions.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/** Runs the scripts with what all of them need: time, rules, and the names of this one change. Thread-safe. */
final class ScriptCalls {
    private static final int MARK_BYTES = 12;

    private final RedisCommands commands;
    private final Attempts attempts;
    private final RedisKeys keys;
    private final Buffer channel;
    private final List<Buffer> rules;
    private final SecureRandom random = new SecureRandom();

    ScriptCalls(RedisCommands commands, Attempts attempts, RedisKeys keys, SessionPolicy policy) {
        this.commands = commands;
        this.attempts = attempts;
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

    /** Runs a change that may be tried twice, because doing it again does nothing more. */
    Future<Reply> twice(Change change, String bucketName, List<String> ownKeys, Function<Boolean, List<Buffer>> own) {
        Names names = names();
        return attempts.twice(again -> run(change, names, bucketName, ownKeys, own.apply(again), again));
    }

    /** Runs a change that nobody can tell whether it happened, if it does not answer. */
    Future<Reply> once(Change change, String bucketName, List<String> ownKeys, List<Buffer> own) {
        return run(change, names(), bucketName, ownKeys, own, false);
    }

    private record Names(Buffer mark, Buffer operation) {}

    private Names names() {
        byte[] mark = new byte[MARK_BYTES];
        byte[] operation = new byte[RecordCodec.OPERATION_BYTES];
        random.nextBytes(mark);
        random.nextBytes(operation);
        return new Names(
                Buffer.buffer(Base64.getUrlEncoder().withoutPadding().encodeToString(mark)), Buffer.buffer(operation));
    }

    private Future<Reply> run(
            Change change, Names names, String bucketName, List<String> ownKeys, List<Buffer> own, boolean again) {
        List<Buffer> allKeys = new ArrayList<>(3 + ownKeys.size());
        allKeys.add(Buffer.buffer(keys.mark(bucketName)));
        allKeys.add(Buffer.buffer(keys.byDeadline(bucketName)));
        allKeys.add(Buffer.buffer(keys.byUse(bucketName)));
        ownKeys.forEach(key -> allKeys.add(Buffer.buffer(key)));
        List<Buffer> args = new ArrayList<>(10 + own.size());
        args.add(number(commands.nowMillis()));
        args.add(change.refusedWhenLate() ? number(commands.notAfterMillis()) : Buffer.buffer());
        args.add(channel);
        args.add(names.mark());
        args.add(names.operation());
        args.add(Buffer.buffer(bucketName));
        args.addAll(rules);
        args.addAll(own);
        return commands.eval(change.script(), allKeys, args).map(response -> checked(Reply.of(response, again)));
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
