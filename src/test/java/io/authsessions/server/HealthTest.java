package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.server.TestServer.Reply;
import io.authsessions.store.redis.LinkRedis;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What load balancers and operators are told of the store. */
final class HealthTest {
    private static final String READY = "/health/ready";
    private static final String PASSWORD = "a-password-nobody-is-told";

    @Test
    @DisplayName("the local store is always ready, on both listeners, for GET and HEAD, without a key")
    void local() throws Exception {
        try (TestServer server = TestServer.start(Map.of("AUTHSESSIONS_STORE_TYPE", "local"))) {
            for (String base :
                    new String[] {server.server().publicUri(), server.server().adminUri()}) {
                Reply reply = server.send(base, "GET", READY, Map.of(), new byte[0]);
                assertThat(reply.status()).isEqualTo(200);
                assertThat(reply.json()).isEqualTo(body("up", "local"));
                assertThat(server.send(base, "HEAD", READY, Map.of(), new byte[0])
                                .status())
                        .isEqualTo(200);
                assertThat(server.send(base, "POST", READY, Map.of(), new byte[0])
                                .status())
                        .isEqualTo(405);
            }
        }
    }

    @Test
    @DisplayName(
            "a Redis that keeps everything is ready without a warning; gone 503, while the process lives; back 200")
    void redis() throws Exception {
        try (LinkRedis redis = LinkRedis.started("--requirepass", PASSWORD);
                TestServer server =
                        TestServer.start(redis("redis://default:" + PASSWORD + "@127.0.0.1:" + redis.port()))) {
            JsonObject up = body("up", "redis").put("cache", new JsonObject().put("status", "up"));
            assertThat(server.anonymous("GET", READY).json()).isEqualTo(up);

            redis.kill();
            Reply down = server.asAdmin("GET", READY);
            assertThat(down.status()).isEqualTo(503);
            assertThat(down.header("Retry-After")).isEqualTo("1");
            assertThat(down.json()).isEqualTo(body("down", "redis"));
            assertThat(down.body()).doesNotContain(PASSWORD).doesNotContain(String.valueOf(redis.port()));
            assertThat(server.anonymous("GET", "/health/live").status()).isEqualTo(200);

            redis.start();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> server.anonymous("GET", READY).status() == 200);
        }
    }

    @Test
    @Tag("fault-14")
    @DisplayName("a Redis that may evict works, and is warned of")
    void evicting() throws Exception {
        try (LinkRedis redis = LinkRedis.started("--maxmemory-policy", "allkeys-lru");
                TestServer server = TestServer.start(redis(redis.leastRightsUri()))) {
            Reply reply = server.anonymous("GET", READY);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(warnings(reply)).contains("noeviction");
        }
    }

    @Test
    @DisplayName("a user who may not INFO works, and that nothing is known of eviction is warned of")
    void infoNotPermitted() throws Exception {
        try (LinkRedis redis = LinkRedis.started()) {
            redis.admin("ACL", "SETUSER", "app", "on", ">" + PASSWORD, "~*", "&*", "+@all", "-info");
            try (TestServer server =
                    TestServer.start(redis("redis://app:" + PASSWORD + "@127.0.0.1:" + redis.port()))) {
                Reply reply = server.anonymous("GET", READY);
                assertThat(reply.status()).isEqualTo(200);
                assertThat(warnings(reply)).contains("INFO is not permitted").doesNotContain(PASSWORD);
            }
        }
    }

    @Test
    @DisplayName("a Redis that refuses writes is not ready, although it answers PING")
    void readOnly() throws Exception {
        try (LinkRedis redis = LinkRedis.started();
                TestServer server = TestServer.start(redis(redis.leastRightsUri()))) {
            redis.admin("REPLICAOF", "127.0.0.1", "1");
            assertThat(server.anonymous("GET", READY).status()).isEqualTo(503);
            redis.admin("REPLICAOF", "NO", "ONE");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> server.anonymous("GET", READY).status() == 200);
        }
    }

    @Test
    @DisplayName("a Redis that tells nothing of its marks leaves the cache degraded, and the server ready")
    void degraded() throws Exception {
        try (LinkRedis redis = LinkRedis.started()) {
            redis.admin("ACL", "SETUSER", "app", "on", ">" + PASSWORD, "~*", "&*", "+@all", "-mget");
            try (TestServer server =
                    TestServer.start(redis("redis://app:" + PASSWORD + "@127.0.0.1:" + redis.port()))) {
                JsonObject degraded = body("up", "redis")
                        .put("status", "degraded")
                        .put("cache", new JsonObject().put("status", "degraded"));
                Awaitility.await()
                        .until(() -> server.anonymous("GET", READY).json().equals(degraded));
                assertThat(server.anonymous("GET", READY).status()).isEqualTo(200);
            }
        }
    }

    private static String warnings(Reply reply) {
        return reply.json().getJsonObject("store").getJsonArray("warnings").encode();
    }

    private static JsonObject body(String status, String type) {
        return new JsonObject()
                .put("status", status)
                .put(
                        "store",
                        new JsonObject()
                                .put("type", type)
                                .put("status", status)
                                .put("warnings", new io.vertx.core.json.JsonArray()));
    }

    private static Map<String, String> redis(String uri) {
        return Map.of("AUTHSESSIONS_STORE_TYPE", "redis", "AUTHSESSIONS_STORE_REDIS_URI", uri);
    }
}
