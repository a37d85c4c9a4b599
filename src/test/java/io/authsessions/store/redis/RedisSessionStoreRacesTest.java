package io.authsessions.store.redis;

import io.authsessions.model.SessionPolicy;
import io.authsessions.store.SessionStore;
import io.authsessions.store.SessionStoreRaces;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import org.junit.jupiter.api.DisplayName;

@DisplayName("In the Redis store")
class RedisSessionStoreRacesTest extends SessionStoreRaces {
    @Override
    protected SessionStore createStore(Vertx vertx, SessionPolicy policy, InstantSource clock, String space) {
        return TestRedis.store(vertx, policy, clock, space);
    }

    @Override
    protected int races() {
        return Integer.getInteger("store.races", 500);
    }
}
