package io.authsessions.store.redis;

import io.authsessions.model.SessionPolicy;
import io.authsessions.store.SessionStore;
import io.authsessions.store.SessionStoreContract;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import org.junit.jupiter.api.DisplayName;

@DisplayName("The Redis store")
class RedisSessionStoreTest extends SessionStoreContract {
    @Override
    protected SessionStore createStore(Vertx vertx, SessionPolicy policy, InstantSource clock, String space) {
        JsonObject config = new JsonObject().put("uri", TestRedis.uri()).put("prefix", space);
        return new RedisSessionStoreProvider().create(vertx, policy, clock, config);
    }
}
