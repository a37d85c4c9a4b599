package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.SessionPolicy;
import io.authsessions.store.SessionStore;
import io.authsessions.store.SessionStoreContract;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

@Tag("slow")
@Tag("valkey")
@DisplayName("The Redis store on Valkey")
class ValkeySessionStoreTest extends SessionStoreContract {
    private static LinkRedis valkey;

    @BeforeAll
    static void start() {
        RedisRelease.VALKEY_8.assumeInstalled();
        valkey = LinkRedis.of(RedisRelease.VALKEY_8);
        valkey.start();
        valkey.admin(("ACL SETUSER aus " + TestRedis.RIGHTS).split(" "));
    }

    @AfterAll
    static void end() {
        if (valkey != null) {
            assertThat(valkey.admin("ACL", "LOG")).isEqualTo("*0");
            valkey.close();
        }
    }

    @Override
    protected SessionStore createStore(Vertx vertx, SessionPolicy policy, InstantSource clock, String space) {
        return new RedisSessionStoreProvider()
                .create(
                        vertx,
                        policy,
                        clock,
                        TestRedis.config(space).put("uri", "redis://aus:secret@127.0.0.1:" + valkey.port()));
    }
}
