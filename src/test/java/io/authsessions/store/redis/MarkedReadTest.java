package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPolicy;
import io.authsessions.store.ChangeMarks.MarkedSession;
import io.authsessions.store.StoreException;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A read of a session together with its bucket's mark")
class MarkedReadTest {
    private static final Duration DEADLINE = Duration.ofSeconds(1);

    private final String id = SessionIds.create(1, 1, ThreadLocalRandom.current());
    private final List<String> sent = new ArrayList<>();
    private Future<Response> lookup = Future.succeededFuture();

    private final RedisCommands commands = (RedisCommands) Proxy.newProxyInstance(
            RedisCommands.class.getClassLoader(), new Class<?>[] {RedisCommands.class}, (proxy, method, args) -> {
                sent.add(method.getName() + " " + ((Request) args[0]).command());
                return method.getName().equals("lookup") ? lookup : Future.<Response>succeededFuture();
            });

    private Future<MarkedSession> read() {
        Attempts attempts = new Attempts(DEADLINE, DEADLINE);
        RedisKeys keys = new RedisKeys("aus", 2);
        return new Records(commands, attempts, keys, SessionPolicy.DEFAULT, new UserKeys()).findMarked(id);
    }

    @Test
    @DisplayName("asks for the session alone where both are apart on a slot that moves, and then knows no mark")
    void apart() {
        lookup = Future.failedFuture(LinkFailure.refused(ErrorReply.TRYAGAIN));
        assertThat(Futures.get(read())).isEqualTo(new MarkedSession(null, null));
        assertThat(sent).hasSize(2);
        assertThat(sent.get(0)).startsWith("lookup").containsIgnoringCase("mget");
        assertThat(sent.get(1)).startsWith("send").containsIgnoringCase("get");
    }

    @Test
    @DisplayName("fails where the answer is none, and takes that for no absent session")
    void noAnswer() {
        assertThat(Futures.failure(read()))
                .isInstanceOfSatisfying(StoreException.class, failure -> assertThat(failure.detail())
                        .isEqualTo(StoreException.UNAVAILABLE));
        assertThat(sent).hasSize(1);
    }
}
