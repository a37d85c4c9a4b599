package io.authsessions;

import io.authsessions.store.redis.TestRedis;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;

@DisplayName("What the npm package authsessions does over Redis is here under the same name:")
final class RedisParityTest extends ParityContract {
    private static final AtomicInteger TESTS = new AtomicInteger();

    @Override
    AuthSessionsOptions options() {
        JsonObject ownKeys =
                new JsonObject().put("uri", TestRedis.uri()).put("prefix", "aus:parity" + TESTS.incrementAndGet());
        return AuthSessionsOptions.defaults().withStore("redis", ownKeys);
    }
}
