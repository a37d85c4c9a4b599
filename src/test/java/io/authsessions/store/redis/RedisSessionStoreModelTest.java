package io.authsessions.store.redis;

import io.authsessions.model.SessionPolicy;
import io.authsessions.store.SessionStore;
import io.authsessions.store.SessionStoreModel;
import io.vertx.core.Vertx;
import java.time.InstantSource;

class RedisSessionStoreModelTest extends SessionStoreModel {
    @Override
    protected SessionStore createStore(Vertx vertx, SessionPolicy policy, InstantSource clock, String space) {
        return TestRedis.store(vertx, policy, clock, space);
    }

    @Override
    protected int sequences() {
        return Integer.getInteger("store.model.sequences", 40);
    }
}
