package io.authsessions.store.redis;

import io.authsessions.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Passes all commands on, and remembers their names; can lose answers, and pretend that commands come late. */
final class WatchedCommands implements RedisCommands {
    private final RedisCommands commands;
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private final AtomicInteger answersToLose = new AtomicInteger();
    private volatile boolean late;

    WatchedCommands(RedisCommands commands) {
        this.commands = commands;
    }

    /** The commands since the last call of this, scripts by their own name. */
    List<String> takeSent() {
        List<String> taken = List.copyOf(sent);
        sent.clear();
        return taken;
    }

    /** Of the next scripts so many run without that their caller hears of it. */
    void loseAnswers(int count) {
        answersToLose.set(count);
    }

    /** From now on every command comes later than it is wanted. */
    void beLate() {
        late = true;
    }

    @Override
    public Future<Response> send(Request request) {
        sent.add(request.command().toString().toUpperCase(Locale.ROOT));
        return commands.send(request);
    }

    @Override
    public Future<Response> eval(Script script, List<Buffer> keys, List<Buffer> args) {
        sent.add(script.name());
        Future<Response> answer = commands.eval(script, keys, args);
        if (answersToLose.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
            return answer;
        }
        StoreException lost = LinkFailure.connectionLost();
        return answer.transform(done -> Future.failedFuture(lost));
    }

    @Override
    public long nowMillis() {
        return commands.nowMillis();
    }

    @Override
    public long notAfterMillis() {
        return late ? 1 : commands.notAfterMillis();
    }

    @Override
    public Future<Void> open(Consumer<FeedMessage> feed, Runnable gap) {
        return commands.open(feed, gap);
    }

    @Override
    public Future<Void> close() {
        return commands.close();
    }
}
