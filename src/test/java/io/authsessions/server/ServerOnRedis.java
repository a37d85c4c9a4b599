package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.server.TestServer.Reply;
import io.authsessions.store.redis.LinkRedis;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.awaitility.Awaitility;

/**
 * The real server on a Redis that a test may harm, with one session. Without the near cache, unless a test
 * wants it: what is shown is what becomes of a call that needs the store.
 */
final class ServerOnRedis implements AutoCloseable {
    static final String UNAVAILABLE = "store_unavailable";
    static final String TIMEOUT = "store_timeout";
    static final String OVERLOADED = "overloaded";

    final TestServer server;
    final String token;
    final String id;

    private ServerOnRedis(TestServer server) throws Exception {
        this.server = server;
        JsonObject issued = server.signIn("ada");
        this.token = issued.getString("token");
        this.id = issued.getJsonObject("session").getString("id");
    }

    static ServerOnRedis on(LinkRedis redis) throws Exception {
        return at(redis.uri(), Map.of());
    }

    static ServerOnRedis at(String uri, Map<String, String> settings) throws Exception {
        return new ServerOnRedis(TestServer.start(environment(uri, settings)));
    }

    static Map<String, String> environment(String uri, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("AUTHSESSIONS_STORE_TYPE", "redis");
        all.put("AUTHSESSIONS_STORE_REDIS_URI", LinkRedis.leastRights(uri));
        all.putIfAbsent("AUTHSESSIONS_CACHE_ENABLED", "false");
        return all;
    }

    Reply me() throws Exception {
        return server.asUser(token, "GET", "/v1/session");
    }

    Reply create(String userId) throws Exception {
        return server.create(new JsonObject().put("userId", userId).encode());
    }

    Reply rename(String label) throws Exception {
        byte[] patch = new JsonObject().put("label", label).encode().getBytes(StandardCharsets.UTF_8);
        Map<String, String> headers =
                Map.of("Authorization", "Bearer " + token, "Content-Type", "application/merge-patch+json");
        return server.send(server.server().publicUri(), "PATCH", "/v1/sessions/" + id, headers, patch);
    }

    /** Ends the session as an operator does. */
    Reply revoke() throws Exception {
        return server.asAdmin("DELETE", "/v1/admin/sessions/" + id);
    }

    Reply ready() throws Exception {
        return server.anonymous("GET", "/health/ready");
    }

    int sessionsOf(String userId) throws Exception {
        Reply reply = server.asAdmin("GET", "/v1/admin/sessions?limit=500&userId=" + userId);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply.json().getJsonArray("items").size();
    }

    /** Asks on a thread of its own. */
    static <T> CompletableFuture<T> begin(Callable<T> call) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return call.call();
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                work -> new Thread(work).start());
    }

    /** 503 that says when to come back, and neither signs anybody out nor tells what broke. */
    static void assertUnavailable(Reply reply, String... codes) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(503);
        assertThat(reply.header("Retry-After")).isEqualTo("1");
        assertThat(reply.code()).isIn((Object[]) codes);
        assertThat(reply.header("Set-Cookie")).isEmpty();
        assertThat(reply.header("WWW-Authenticate")).isEmpty();
        assertThat(reply.body())
                .doesNotContain("Exception")
                .doesNotContain("redis")
                .doesNotContain("aus:");
    }

    void worksWithinASecond() {
        within(Duration.ofSeconds(1), () -> me().status() == 200);
    }

    static void within(Duration time, Callable<Boolean> condition) {
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(time)
                .until(condition);
    }

    @Override
    public void close() throws Exception {
        server.close();
    }
}
