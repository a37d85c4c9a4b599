package io.authsessions.server;

import io.authsessions.store.redis.TestRedis;
import java.util.Map;

final class RedisCookieOverHttpTest extends CookieOverHttpContract {
    @Override
    protected Map<String, String> environment() {
        return Map.of(
                "AUTHSESSIONS_STORE_TYPE", "redis",
                "AUTHSESSIONS_STORE_REDIS_URI", TestRedis.uri(),
                "AUTHSESSIONS_STORE_REDIS_PREFIX", "aus:cookies");
    }
}
