package io.authsessions.server;

import io.authsessions.store.redis.TestRedis;
import java.util.Map;
import net.jqwik.api.Label;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.BeforeContainer;

@Tag("slow")
@PropertyDefaults(tries = 10_000 / MadeBodiesContract.TOGETHER)
@Label("A made-up body, on Redis,")
class RedisMadeBodiesTest extends MadeBodiesContract {
    @BeforeContainer
    static void open() throws Exception {
        start(Map.of(
                "AUTHSESSIONS_STORE_TYPE", "redis",
                "AUTHSESSIONS_STORE_REDIS_URI", TestRedis.uri(),
                "AUTHSESSIONS_STORE_REDIS_PREFIX", "aus:made"));
    }
}
