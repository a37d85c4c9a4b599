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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Passes all commands on, and remembers their names and what scripts were given; can lose answers, pretend that commands come
 * late, and do something between a command and its answer.
 */
final class WatchedCommands implements RedisCommands {
    private final RedisCommands commands;
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private final AtomicInteger answersToLose = new AtomicInteger();
    private final List<List<Buffer>> scriptArgs = new CopyOnWriteArrayList<>();
    private final AtomicReference<Runnable> behind = new AtomicReference<>();
    private volatile Supplier<Future<?>> meanwhile = Future::succeededFuture;
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

    /** The arguments of all scripts since the last call of this. */
    List<List<Buffer>> takeScriptArgs() {
        List<List<Buffer>> taken = List.copyOf(scriptArgs);
        scriptArgs.clear();
        return taken;
    }

    /** Does something when Redis has answered the next MGET, before its caller hears of it. */
    void behindNextRead(Runnable action) {
        behind.set(action);
    }

    /** Of the next scripts so many run without that their caller hears of it. */
    void loseAnswers(int count) {
        answersToLose.set(count);
    }

    /** The next script runs without that its caller hears of it, and before that comes back something else is done. */
    void loseAnswer(Supplier<Future<?>> action) {
        meanwhile = action;
        loseAnswers(1);
    }

    /** From now on every command comes later than it is wanted. */
    void beLate() {
        late = true;
    }

    @Override
    public Future<Response> send(Request request) {
        String name = request.command().toString().toUpperCase(Locale.ROOT);
        sent.add(name);
        Runnable action = name.equals("MGET") ? behind.getAndSet(null) : null;
        Future<Response> answer = commands.send(request);
        return action == null ? answer : answer.onSuccess(done -> action.run());
    }

    /** A session with its mark counts as a GET of it. */
    @Override
    public Future<Response> lookup(Request request) {
        sent.add("GET");
        return commands.lookup(request);
    }

    @Override
    public Future<Response> eval(Script script, List<Buffer> keys, List<Buffer> args) {
        return lost(script, args, commands.eval(script, keys, args));
    }

    @Override
    public Future<Response> evalConfirmed(Script script, List<Buffer> keys, List<Buffer> args) {
        return lost(script, args, commands.evalConfirmed(script, keys, args));
    }

    @Override
    public boolean confirms() {
        return commands.confirms();
    }

    private Future<Response> lost(Script script, List<Buffer> args, Future<Response> answer) {
        sent.add(script.name());
        scriptArgs.add(args);
        if (answersToLose.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
            return answer;
        }
        StoreException lost = LinkFailure.connectionLost();
        Supplier<Future<?>> action = meanwhile;
        meanwhile = Future::succeededFuture;
        return answer.transform(done -> action.get().transform(over -> Future.failedFuture(lost)));
    }

    @Override
    public List<Share> byPrimary(List<Buffer> keys) {
        return commands.byPrimary(keys);
    }

    @Override
    public boolean acrossSlots() {
        return commands.acrossSlots();
    }

    @Override
    public long nowMillis(long nanoTime) {
        return commands.nowMillis(nanoTime);
    }

    @Override
    public long redisMillis(Buffer key) {
        return late ? 1 : commands.redisMillis(key);
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
