package io.authsessions.store.redis;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The links to one server, changes on which wait for replicas where they should. Thread-safe. */
final class ReplicatedLink implements RedisCommands {
    private final RedisLink link;
    private final ConfirmedChanges changes;
    private final RedisLinkOptions options;

    ReplicatedLink(RedisLink link, ConfirmedChanges changes, RedisLinkOptions options) {
        this.link = link;
        this.changes = changes;
        this.options = options;
    }

    @Override
    public Future<@Nullable Response> send(Request request) {
        return link.send(request);
    }

    @Override
    public Future<@Nullable Response> lookup(Request request) {
        return link.lookup(request);
    }

    @Override
    public Future<@Nullable Response> eval(Script script, List<Buffer> keys, List<Buffer> args) {
        return link.eval(script, keys, args);
    }

    @Override
    public boolean confirms() {
        return true;
    }

    @Override
    public Future<@Nullable Response> evalConfirmed(Script script, List<Buffer> keys, List<Buffer> args) {
        long expiresAt = System.nanoTime() + options.commandDeadline().toNanos();
        return changes.send(RedisLink.run(Command.EVALSHA, script.sha1(), keys, args), false, expiresAt)
                .recover(failure -> RedisLink.refusedWith(failure, ErrorReply.NOSCRIPT)
                        ? changes.send(RedisLink.run(Command.EVAL, script.source(), keys, args), false, expiresAt)
                        : Future.failedFuture(failure));
    }

    @Override
    public long nowMillis(long nanoTime) {
        return link.nowMillis(nanoTime);
    }

    @Override
    public long redisMillis(Buffer key) {
        return link.redisMillis(key);
    }

    @Override
    public List<Share> byPrimary(List<Buffer> keys) {
        return link.byPrimary(keys);
    }

    @Override
    public boolean acrossSlots() {
        return link.acrossSlots();
    }

    @Override
    public Future<Void> open(Consumer<FeedMessage> feed, Runnable gap) {
        return link.open(feed, gap).onFailure(failure -> changes.close());
    }

    @Override
    public Future<Void> close() {
        return Future.join(link.close(), changes.close()).mapEmpty();
    }
}
