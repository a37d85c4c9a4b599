package io.authsessions.server;

import static io.authsessions.server.ServerOnRedis.OVERLOADED;
import static io.authsessions.server.ServerOnRedis.TIMEOUT;
import static io.authsessions.server.ServerOnRedis.UNAVAILABLE;
import static io.authsessions.server.ServerOnRedis.assertUnavailable;
import static io.authsessions.server.ServerOnRedis.begin;
import static io.authsessions.server.ServerOnRedis.environment;
import static io.authsessions.server.ServerOnRedis.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.authsessions.LogCapture;
import io.authsessions.model.SessionToken;
import io.authsessions.server.TestServer.Reply;
import io.authsessions.store.redis.LinkRedis;
import io.vertx.core.VertxOptions;
import java.net.Socket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What those who ask the server see while its Redis is away, stands still, or has other data than before. */
@Tag("slow")
@DisplayName("While Redis is out of order, the server")
final class RedisOutageTest {
    private static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final Duration SLACK = Duration.ofMillis(500);

    private LogCapture log;

    @BeforeEach
    void open() {
        log = LogCapture.start();
    }

    @AfterEach
    void close() {
        log.close();
        // The driver says so itself of a connection that is lost while it is being made, once for each.
        assertThat(log.lines().stream().filter(line -> line.startsWith("SEVERE") && line.contains("Unhandled")))
                .as("a flood")
                .hasSizeLessThan(4);
    }

    @Test
    @Tag("fault-1")
    @DisplayName("does not start without it, and says why")
    void downAtStart() {
        try (LinkRedis redis = LinkRedis.stopped()) {
            assertThatThrownBy(() -> TestServer.start(environment(redis.uri(), Map.of())))
                    .hasMessageContaining("Redis cannot be reached");
        }
    }

    @Test
    @Tag("fault-1")
    @DisplayName("starts without it where it may, is not ready, signs nobody out, and works as soon as it is there")
    void lazyStart() throws Exception {
        try (LinkRedis redis = LinkRedis.stopped();
                TestServer server = TestServer.start(
                        environment(redis.uri(), Map.of("AUTHSESSIONS_STORE_REDIS_LAZY_CONNECT", "true")))) {
            String token =
                    SessionToken.issue("0".repeat(22), new SecureRandom()).reveal();
            assertUnavailable(server.asUser(token, "GET", "/v1/session"), UNAVAILABLE);
            assertUnavailable(server.create("{\"userId\":\"ada\"}"), UNAVAILABLE);
            assertThat(server.anonymous("GET", "/health/ready").status()).isEqualTo(503);
            assertThat(server.anonymous("GET", "/health/live").status()).isEqualTo(200);
            redis.start();
            within(
                    Duration.ofSeconds(5),
                    () -> server.create("{\"userId\":\"ada\"}").status() == 201);
            assertThat(server.anonymous("GET", "/health/ready").status()).isEqualTo(200);
        }
    }

    @Test
    @Tag("fault-2")
    @Tag("fault-3")
    @DisplayName(
            "answers 503 when it is killed, works within a second of its start, and 401 only once the data is gone")
    void killed() throws Exception {
        try (LinkRedis redis = LinkRedis.started();
                ServerOnRedis it = ServerOnRedis.on(redis)) {
            redis.admin("CLIENT", "PAUSE", "5000", "ALL");
            List<CompletableFuture<Reply>> inFlight = List.of(begin(it::me), begin(() -> it.create("late")));
            redis.kill();
            for (CompletableFuture<Reply> call : inFlight) {
                assertUnavailable(call.get(5, TimeUnit.SECONDS), UNAVAILABLE, TIMEOUT);
            }
            assertUnavailable(it.me(), UNAVAILABLE, TIMEOUT);
            assertUnavailable(it.revoke(), UNAVAILABLE, TIMEOUT);
            redis.start();
            within(Duration.ofSeconds(1), () -> it.create("eve").status() == 201);
            Reply gone = it.me();
            assertThat(gone.status()).isEqualTo(401);
            assertThat(gone.code()).isEqualTo("invalid_token");
            assertThat(it.sessionsOf("eve")).isOne();
            assertThat(it.sessionsOf("late")).isZero();
        }
    }

    @Test
    @Tag("fault-4")
    @DisplayName(
            "knows revoked sessions again that an old dump has brought back, until an operator ends all older ones")
    void oldDump(@TempDir Path folder) throws Exception {
        try (LinkRedis redis = LinkRedis.started("--dir", folder.toString());
                ServerOnRedis it = ServerOnRedis.on(redis)) {
            assertThat(redis.admin("SAVE")).isEqualTo("+OK");
            assertThat(it.revoke().status()).isEqualTo(204);
            assertThat(it.me().status()).isEqualTo(401);
            redis.kill();
            redis.start();
            it.worksWithinASecond();

            String now = Instant.now().plusSeconds(1).toString();
            Reply ended = it.server.asAdmin("DELETE", "/v1/admin/sessions?confirm=all&createdBefore=" + now);
            assertThat(ended.json().getLong("ended")).isEqualTo(1);
            assertThat(it.me().status()).isEqualTo(401);
        }
    }

    @Test
    @Tag("fault-5")
    @DisplayName(
            "answers 503 within the deadline while it stands still, and does nothing later of what it said had failed")
    void stopped() throws Exception {
        try (LinkRedis redis = LinkRedis.started();
                ServerOnRedis it = ServerOnRedis.on(redis)) {
            assertThat(it.rename("before").status()).isEqualTo(200);
            redis.signal("STOP");
            long begun = System.nanoTime();
            List<CompletableFuture<Reply>> calls = List.of(
                    begin(it::me), begin(() -> it.create("late")), begin(() -> it.rename("late")), begin(it::me));
            while (calls.stream().anyMatch(call -> !call.isDone())) {
                assertThat(it.server.anonymous("GET", "/health/live").status()).isEqualTo(200);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(DEADLINE.plus(SLACK));
            for (CompletableFuture<Reply> call : calls) {
                assertUnavailable(call.get(), UNAVAILABLE, TIMEOUT);
            }
            assertThat(it.ready().status()).isEqualTo(503);
            redis.signal("CONT");
            it.worksWithinASecond();
            Awaitility.await().during(Duration.ofMillis(500)).until(() -> it.sessionsOf("late") == 0);
            assertThat(it.me().json().getString("label")).isEqualTo("before");
        }
    }

    @Test
    @Tag("fault-6")
    @Tag("slow")
    @DisplayName("answers 503 within the deadline while another client's command takes three seconds")
    void slowCommand() throws Exception {
        try (LinkRedis redis = LinkRedis.started();
                ServerOnRedis it = ServerOnRedis.on(redis);
                Socket slow = redis.begin("DEBUG", "SLEEP", "3")) {
            Awaitility.await().until(() -> it.me().status() == 503);
            long begun = System.nanoTime();
            assertUnavailable(it.create("late"), UNAVAILABLE, TIMEOUT, OVERLOADED);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(DEADLINE.plus(SLACK));
            within(Duration.ofSeconds(5), () -> it.me().status() == 200);
            assertThat(slow.isConnected()).isTrue();
            assertThat(it.sessionsOf("late")).isZero();
        }
    }

    @Test
    @Tag("fault-7")
    @DisplayName("refuses at once as overloaded what is more than may wait")
    void poolExhausted() throws Exception {
        int bound = 128;
        int surplus = 400;
        try (LinkRedis redis = LinkRedis.started();
                ServerOnRedis it =
                        ServerOnRedis.at(redis.uri(), Map.of("AUTHSESSIONS_STORE_REDIS_MAX_IN_FLIGHT", "" + bound))) {
            redis.signal("STOP");
            List<CompletableFuture<Reply>> calls = new ArrayList<>();
            int all = bound * VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE + surplus;
            for (int i = 0; i < all; i++) {
                calls.add(it.server.asUserSoon(it.token, "/v1/session"));
            }
            int overloaded = 0;
            for (CompletableFuture<Reply> call : calls) {
                Reply reply = call.get(10, TimeUnit.SECONDS);
                assertUnavailable(reply, UNAVAILABLE, TIMEOUT, OVERLOADED);
                overloaded += reply.code().equals(OVERLOADED) ? 1 : 0;
            }
            assertThat(overloaded).isPositive();
            redis.signal("CONT");
            it.worksWithinASecond();
        }
    }

    @Test
    @Tag("fault-8")
    @DisplayName("goes on answering 200 while it takes no writes, although each use is to be recorded")
    void writesPaused() throws Exception {
        try (LinkRedis redis = LinkRedis.started();
                ServerOnRedis it = ServerOnRedis.at(redis.uri(), Map.of("AUTHSESSIONS_POLICY_TOUCH_INTERVAL", "1ms"))) {
            redis.admin("CLIENT", "PAUSE", "2500", "WRITE");
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
            CompletableFuture<Reply> written = begin(() -> it.create("late"));
            while (System.nanoTime() < end) {
                long begun = System.nanoTime();
                Reply reply = it.me();
                assertThat(reply.status()).as(reply.body()).isEqualTo(200);
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(SLACK);
            }
            assertUnavailable(written.get(5, TimeUnit.SECONDS), UNAVAILABLE, TIMEOUT);
            within(Duration.ofSeconds(4), () -> it.create("eve").status() == 201);
        }
    }

    @Test
    @Tag("fault-9")
    @DisplayName("answers 200 all the same when it cuts all connections, again and again")
    void connectionsCut() throws Exception {
        try (LinkRedis redis = LinkRedis.started();
                ServerOnRedis it = ServerOnRedis.on(redis)) {
            for (int i = 0; i < 20; i++) {
                redis.admin("CLIENT", "KILL", "TYPE", "normal");
                Reply reply = it.me();
                assertThat(reply.status()).as(reply.body()).isEqualTo(200);
            }
        }
    }

    @Test
    @Tag("fault-12")
    @DisplayName("does each change once and shows nothing while it forgets its scripts over and over")
    void scriptsForgotten() throws Exception {
        try (LinkRedis redis = LinkRedis.started();
                ServerOnRedis it = ServerOnRedis.on(redis)) {
            for (int i = 1; i <= 30; i++) {
                redis.admin("SCRIPT", "FLUSH");
                assertThat(it.create("eve").status()).isEqualTo(201);
                assertThat(it.rename("label " + i).json().getLong("version")).isEqualTo(1 + i);
            }
            assertThat(it.sessionsOf("eve")).isEqualTo(30);
        }
    }

    @Test
    @Tag("fault-21")
    @DisplayName("answers 503 while somebody's script runs for ever, and works when it was killed")
    void busyScript() throws Exception {
        try (LinkRedis redis = LinkRedis.started("--lua-time-limit", "100");
                ServerOnRedis it = ServerOnRedis.on(redis);
                Socket busy = redis.begin("EVAL", "while true do end", "0")) {
            Awaitility.await().until(() -> redis.admin("PING").startsWith("-BUSY"));
            assertUnavailable(it.me(), UNAVAILABLE, TIMEOUT);
            assertUnavailable(it.create("late"), UNAVAILABLE, TIMEOUT);
            assertUnavailable(it.revoke(), UNAVAILABLE, TIMEOUT);
            redis.admin("SCRIPT", "KILL");
            assertThat(busy.isConnected()).isTrue();
            it.worksWithinASecond();
            assertThat(it.sessionsOf("late")).isZero();
        }
    }
}
