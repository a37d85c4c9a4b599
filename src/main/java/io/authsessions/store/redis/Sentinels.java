package io.authsessions.store.redis;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Asks the sentinels where the primary is, anew for each connection: all at once, and the word of more than half of them
 * counts, so that one that is the last to hear of a failover, or is cut off with the old primary, misleads nobody. Where
 * so many do not agree, or do not answer, that of most of those who know. Thread-safe.
 */
final class Sentinels implements Whereabouts {
    private static final long PATIENCE_MILLIS = 250;

    private final VertxInternal vertx;
    private final RedisLinkOptions options;
    private final List<String> uris;
    private final String masterName;
    private final SentinelLogin login;
    private final ContextInternal home;
    private final AtomicInteger turn = new AtomicInteger();
    private @Nullable Future<String> asking;

    /**
     * Asks nobody yet.
     *
     * @param uris of the sentinels; scheme and login in the first are those of the primary
     * @param masterName by which they know the primary
     */
    Sentinels(
            VertxInternal vertx, RedisLinkOptions options, List<String> uris, String masterName, SentinelLogin login) {
        this.vertx = vertx;
        this.options = options;
        this.uris = uris;
        this.masterName = masterName;
        this.login = login;
        this.home = Connector.context(vertx, vertx.nettyEventLoopGroup().next());
    }

    /** As whom the sentinels are asked, which have users of their own; both null where they need none. */
    record SentinelLogin(@Nullable String user, @Nullable String password) {
        @Override
        public String toString() {
            return "SentinelLogin[***]";
        }
    }

    /** All that ask while an answer is under way share it. */
    @Override
    public synchronized Future<String> uri() {
        if (asking == null) {
            Promise<String> answer = Promise.promise();
            asking = answer.future();
            try {
                home.runOnContext(now -> new Poll(answer).begin(turn.getAndIncrement()));
            } catch (RejectedExecutionException vertxHasEnded) {
                answer.fail(LinkFailure.closed(LinkFailure.Outcome.NOT_SENT));
            }
            Future<String> mine = asking;
            mine.onComplete(done -> answered());
            return mine;
        }
        return asking;
    }

    private synchronized void answered() {
        asking = null;
    }

    @Override
    public Future<Boolean> leadsTo(String uri) {
        return uri().map(uri::equals);
    }

    /** One question to all of them; confined to the event loop of home. */
    private final class Poll {
        private final Promise<String> answer;
        private final Map<HostPort, Integer> votes = new LinkedHashMap<>();
        private int left = uris.size();

        Poll(Promise<String> answer) {
            this.answer = answer;
        }

        /** Another one is asked first each time: where they are divided, the first that answers counts. */
        void begin(int first) {
            for (int i = 0; i < uris.size(); i++) {
                askOne(uris.get(Math.floorMod(first + i, uris.size()))).onComplete(this::answered);
            }
        }

        private void answered(AsyncResult<@Nullable Response> result) {
            left--;
            HostPort primary = result.succeeded() ? read(result.result()) : null;
            if (primary != null && votes.merge(primary, 1, Integer::sum) > uris.size() / 2) {
                answer.tryComplete(primary.uriLike(uris.get(0)));
            } else if (left == 0) {
                settle();
            }
        }

        private void settle() {
            votes.entrySet().stream()
                    .reduce((one, next) -> next.getValue() > one.getValue() ? next : one)
                    .ifPresentOrElse(
                            most -> answer.tryComplete(most.getKey().uriLike(uris.get(0))),
                            () -> answer.tryFail(LinkFailure.unreachable()));
        }
    }

    private static @Nullable HostPort read(@Nullable Response answer) {
        try {
            return answer == null || answer.size() != 2
                    ? null
                    : HostPort.of(answer.get(0).toString(), answer.get(1).toInteger());
        } catch (RuntimeException ofAnotherForm) {
            return null;
        }
    }

    private Future<@Nullable Response> askOne(String sentinel) {
        Promise<@Nullable Response> answer = home.promise();
        // One context per connection: clients are kept by the context that made them, even after they were closed.
        ContextInternal context = Connector.context(vertx, home.nettyEventLoop());
        context.runOnContext(now -> {
            Redis client;
            try {
                client = Redis.createClient(vertx, driver(HostPort.of(sentinel).uriLike(bare(sentinel))));
            } catch (RuntimeException badSettings) {
                answer.fail(LinkFailure.unreachable());
                return;
            }
            Request where =
                    Request.cmd(Command.SENTINEL).arg("get-master-addr-by-name").arg(masterName);
            long timer = context.setTimer(PATIENCE_MILLIS, late -> answer.tryFail(LinkFailure.unreachable()));
            client.connect()
                    .compose(connection -> Wire.keepQuiet(connection).send(where))
                    .onComplete(result -> {
                        if (result.succeeded()) {
                            answer.tryComplete(result.result());
                        } else {
                            answer.tryFail(LinkFailure.unreachable());
                        }
                    });
            answer.future().onComplete(done -> {
                vertx.cancelTimer(timer);
                context.runOnContext(here -> client.close());
            });
        });
        return answer.future();
    }

    /** The scheme alone: the login of the primary is none of the sentinels' business. */
    private static String bare(String uri) {
        return uri.substring(0, uri.indexOf("://") + 3);
    }

    private RedisOptions driver(String uri) {
        RedisOptions driver = new RedisOptions()
                .setType(RedisClientType.STANDALONE)
                .setConnectionString(uri)
                .setNetClientOptions(options.net())
                .setMaxPoolSize(1)
                .setMaxPoolWaiting(1)
                .setPoolCleanerInterval(-1)
                .setPoolRecycleTimeout(-1);
        if (login.user() != null) {
            driver.setUser(login.user());
        }
        if (login.password() != null) {
            driver.setPassword(login.password());
        }
        return driver;
    }
}
