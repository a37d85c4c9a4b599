package io.authsessions.store.redis;

import io.authsessions.model.SessionPolicy;
import io.authsessions.store.SessionStore;
import io.authsessions.store.SessionStoreModel;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;

class RedisSessionStoreModelTest extends SessionStoreModel {
    @Override
    protected SessionStore createStore(Vertx vertx, SessionPolicy policy, InstantSource clock, String space) {
        JsonObject config = new JsonObject().put("uri", TestRedis.uri()).put("prefix", space);
        return new RedisSessionStoreProvider().create(vertx, policy, clock, config);
    }
}
