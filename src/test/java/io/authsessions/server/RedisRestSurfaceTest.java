package io.authsessions.server;

import io.authsessions.store.redis.TestRedis;
import java.util.Map;

final class RedisRestSurfaceTest extends RestSurfaceContract {
    @Override
    protected Map<String, String> environment() {
        return Map.of(
                "AUTHSESSIONS_STORE_TYPE", "redis",
                "AUTHSESSIONS_STORE_REDIS_URI", TestRedis.uri(),
                "AUTHSESSIONS_STORE_REDIS_PREFIX", "aus:rest");
    }
}
