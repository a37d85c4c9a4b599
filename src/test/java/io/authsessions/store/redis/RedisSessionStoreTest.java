package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.SessionPolicy;
import io.authsessions.store.SessionStore;
import io.authsessions.store.SessionStoreContract;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;

@DisplayName("The Redis store")
class RedisSessionStoreTest extends SessionStoreContract {
    @Override
    protected SessionStore createStore(Vertx vertx, SessionPolicy policy, InstantSource clock, String space) {
        return TestRedis.store(vertx, policy, clock, space);
    }

    @AfterAll
    static void nothingWasDenied() {
        assertThat(TestRedis.admin("ACL", "LOG")).isEqualTo("*0");
    }
}
