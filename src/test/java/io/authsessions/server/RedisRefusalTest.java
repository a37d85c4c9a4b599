package io.authsessions.server;

import static io.authsessions.server.ServerOnRedis.TIMEOUT;
import static io.authsessions.server.ServerOnRedis.UNAVAILABLE;
import static io.authsessions.server.ServerOnRedis.assertUnavailable;
import static io.authsessions.server.ServerOnRedis.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.LogCapture;
import io.authsessions.server.TestServer.Reply;
import io.authsessions.store.redis.BadWire;
import io.authsessions.store.redis.LinkRedis;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What those who ask the server see while its Redis refuses to work, or says what nobody understands. */
@DisplayName("While Redis answers, but not as it should, the server")
final class RedisRefusalTest {
    private static final String PASSWORD = "right-password";
    /**
     * Half an answer holds its connection for as long as a command may take. Who asks in the last moment of that is answered
     * by a second attempt, within the deadline of the call.
     */
    private static final Duration CALL = Duration.ofSeconds(2);

    private LogCapture log;
    private LinkRedis redis;

    @BeforeEach
    void open() {
        log = LogCapture.start();
        redis = LinkRedis.started();
    }

    @AfterEach
    void close() {
        redis.close();
        log.close();
        assertThat(log.lines()).noneMatch(line -> line.contains(PASSWORD));
        // The driver says so itself of a connection that is lost while it is being made, once for each.
        assertThat(log.lines().stream().filter(line -> line.startsWith("SEVERE") && line.contains("Unhandled")))
                .as("a flood")
                .hasSizeLessThan(4);
    }

    private ServerOnRedis asUser() throws Exception {
        redis.admin("ACL", "SETUSER", "aus", "on", ">" + PASSWORD, "~*", "&*", "+@all");
        return ServerOnRedis.at("redis://aus:" + PASSWORD + "@127.0.0.1:" + redis.port(), Map.of());
    }

    private long told(String word) {
        return log.lines().stream().filter(line -> line.contains(word)).count();
    }

    @Test
    @Tag("fault-13")
    @DisplayName(
            "refuses new sessions when its memory is full, says so to the operator, and goes on with those there are")
    void full() throws Exception {
        try (ServerOnRedis it = ServerOnRedis.on(redis)) {
            redis.admin("CONFIG", "SET", "maxmemory", "1");
            for (int i = 0; i < 3; i++) {
                assertUnavailable(it.create("eve"), UNAVAILABLE);
            }
            assertThat(told("no room")).isOne();
            assertThat(it.server.asAdmin("GET", "/metrics").body()).contains("\nauthsessions_store_full_total 3.0\n");
            assertThat(it.me().status()).isEqualTo(200);
            assertThat(it.rename("still").status()).isEqualTo(200);
            assertThat(it.revoke().status()).isEqualTo(204);
            assertThat(it.me().status()).isEqualTo(401);
            redis.admin("CONFIG", "SET", "maxmemory", "0");
            assertThat(it.create("eve").status()).isEqualTo(201);
            assertThat(it.sessionsOf("eve")).isOne();
        }
    }

    @Test
    @Tag("fault-15")
    @DisplayName("answers 503 to what its user may not do, is not ready, and tells the operator once")
    void commandDenied() throws Exception {
        try (ServerOnRedis it = asUser()) {
            redis.admin("ACL", "SETUSER", "aus", "-evalsha", "-eval");
            for (int i = 0; i < 3; i++) {
                assertUnavailable(it.create("eve"), UNAVAILABLE);
                assertUnavailable(it.revoke(), UNAVAILABLE);
            }
            assertThat(it.me().status()).isEqualTo(200);
            assertThat(it.ready().status()).isEqualTo(503);
            assertThat(told("NOPERM")).isOne();
            redis.admin("ACL", "SETUSER", "aus", "+evalsha", "+eval");
            assertThat(it.create("eve").status()).isEqualTo(201);
            assertThat(it.ready().status()).isEqualTo(200);
        }
    }

    @Test
    @Tag("fault-15")
    @DisplayName("answers 503, never 401, while its user may not touch the keys, and is not ready")
    void keysDenied() throws Exception {
        try (ServerOnRedis it = asUser()) {
            redis.admin("ACL", "SETUSER", "aus", "resetkeys", "~other:*");
            assertUnavailable(it.me(), UNAVAILABLE);
            assertUnavailable(it.create("eve"), UNAVAILABLE);
            assertUnavailable(it.revoke(), UNAVAILABLE);
            assertThat(it.ready().status()).isEqualTo(503);
            assertThat(told("NOPERM")).isOne();
            redis.admin("ACL", "SETUSER", "aus", "resetkeys", "~aus:*");
            assertThat(it.me().status()).isEqualTo(200);
            assertThat(it.revoke().status()).isEqualTo(204);
        }
    }

    @Test
    @Tag("fault-16")
    @DisplayName("answers 503 while its user is off or gone, tells nobody the password, and works when it is back")
    void userGone() throws Exception {
        try (ServerOnRedis it = asUser()) {
            redis.admin("ACL", "SETUSER", "aus", "off");
            redis.admin("CLIENT", "KILL", "USER", "aus");
            assertUnavailable(it.me(), UNAVAILABLE, TIMEOUT);
            assertUnavailable(it.create("eve"), UNAVAILABLE, TIMEOUT);
            redis.admin("ACL", "SETUSER", "aus", "on");
            it.worksWithinASecond();

            redis.admin("ACL", "DELUSER", "aus");
            assertUnavailable(it.me(), UNAVAILABLE, TIMEOUT);
            assertThat(told("WRONGPASS")).isOne();
            redis.admin("ACL", "SETUSER", "aus", "on", ">" + PASSWORD, "~*", "&*", "+@all");
            it.worksWithinASecond();
        }
    }

    @Test
    @Tag("fault-17")
    @DisplayName(
            "takes no word of a server that is a replica, says of no revocation there that it was done, and recovers")
    void becameReplica() throws Exception {
        try (ServerOnRedis it = ServerOnRedis.on(redis)) {
            redis.admin("REPLICAOF", "127.0.0.1", "1");
            assertUnavailable(it.revoke(), UNAVAILABLE, TIMEOUT);
            assertUnavailable(it.create("eve"), UNAVAILABLE, TIMEOUT);
            assertUnavailable(it.me(), UNAVAILABLE, TIMEOUT);
            assertThat(it.ready().status()).isEqualTo(503);
            redis.admin("REPLICAOF", "NO", "ONE");
            within(Duration.ofSeconds(1), () -> it.ready().status() == 200);
            assertThat(it.me().status()).isEqualTo(200);
            assertThat(it.revoke().status()).isEqualTo(204);
            assertThat(it.me().status()).isEqualTo(401);
            assertThat(it.sessionsOf("eve")).isZero();
        }
    }

    @Test
    @Tag("fault-18")
    @DisplayName("refuses changes while it has too few replicas, and goes on resolving")
    void tooFewReplicas() throws Exception {
        try (ServerOnRedis it = ServerOnRedis.on(redis)) {
            redis.admin("CONFIG", "SET", "min-replicas-to-write", "1");
            assertUnavailable(it.create("eve"), UNAVAILABLE);
            assertUnavailable(it.revoke(), UNAVAILABLE);
            assertThat(it.me().status()).isEqualTo(200);
            redis.admin("CONFIG", "SET", "min-replicas-to-write", "0");
            assertThat(it.revoke().status()).isEqualTo(204);
        }
    }

    @ParameterizedTest(name = "{0}")
    @Tag("fault-18")
    @DisplayName("answers 503, never 401, while it says that it cannot serve")
    @ValueSource(strings = {"LOADING", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "MOVED", "CROSSSLOT"})
    void cannotServe(String error) throws Exception {
        try (BadWire wire = BadWire.to(redis);
                ServerOnRedis it = ServerOnRedis.at(wire.uri(), Map.of())) {
            wire.answer("GET", "-" + error + " secret-text\r\n");
            Reply reply = it.me();
            assertUnavailable(reply, UNAVAILABLE, TIMEOUT);
            assertThat(reply.body()).doesNotContain("secret-text");
            wire.pass();
            it.worksWithinASecond();
            assertThat(told("secret-text")).isZero();
        }
    }

    @Test
    @Tag("fault-10")
    @DisplayName("asks again for what broke off in mid-answer, but repeats no change that might be done twice")
    void brokenOff() throws Exception {
        try (BadWire wire = BadWire.to(redis);
                ServerOnRedis it = ServerOnRedis.at(wire.uri(), Map.of())) {
            wire.breakOff("GET", "$100\r\nabc");
            Reply read = it.me();
            assertThat(read.status()).as(read.body()).isEqualTo(200);
            wire.breakOff("EVALSHA", "*2\r\n$7\r\ncrea");
            Reply created = it.create("eve");
            assertThat(created.status()).as(created.body()).isEqualTo(201);
            assertThat(it.sessionsOf("eve")).isOne();
            wire.breakOff("EVALSHA", "*2\r\n$7\r\nupda");
            assertUnavailable(it.rename("other"), TIMEOUT);
            assertThat(it.rename("mine").json().getLong("version")).isEqualTo(2);
        }
    }

    @ParameterizedTest(name = "{0}")
    @Tag("fault-11")
    @DisplayName("answers 503, neither 401 nor 500, to garbage, wrong types and lengths beyond measure, and recovers")
    @ValueSource(
            strings = {
                "!!x\r\n",
                "$999999999999\r\n",
                "*999999999999\r\n",
                "$5\r\nab\r\n",
                "HTTP/1.1 400 Bad Request\r\n\r\n",
                "*0\r\n",
                ":5\r\n",
                "+OK\r\n"
            })
    void garbage(String garbage) throws Exception {
        try (BadWire wire = BadWire.to(redis);
                ServerOnRedis it = ServerOnRedis.at(wire.uri(), Map.of())) {
            for (String command : List.of("GET", "EVALSHA")) {
                wire.answer(command, garbage);
                assertUnavailable(it.revoke(), UNAVAILABLE, TIMEOUT);
                wire.pass();
                within(CALL, () -> it.me().status() == 200);
            }
            wire.answer("GET", garbage);
            assertUnavailable(it.me(), UNAVAILABLE, TIMEOUT);
            wire.pass();
            within(CALL, () -> it.me().status() == 200);
        }
    }
}
