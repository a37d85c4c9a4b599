package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.authsessions.model.NewSession;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionToken;
import io.authsessions.store.SessionRecord;
import io.authsessions.store.SessionStore;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fault-22")
@DisplayName("A server whose clock is a day ahead")
class TimeOfServersTest {
    private static final Duration AHEAD = Duration.ofDays(1);

    private final Vertx vertx = Vertx.vertx();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile String role = "slave";

    @AfterEach
    void close() {
        Futures.get(vertx.close());
    }

    private String started() {
        NetServer server = Futures.get(vertx.createNetServer()
                .connectHandler(socket -> socket.handler(bytes -> socket.write(answers(bytes))))
                .listen(0, "127.0.0.1"));
        return "redis://127.0.0.1:" + server.actualPort();
    }

    @Test
    @Tag("fault-17")
    @DisplayName("is not followed if it is a replica, and does not tell the time of the sessions then")
    void timeOfReplica() {
        RedisLink link = new RedisLink(
                vertx,
                RedisLinkOptions.of(started(), "aus:events").withCommandDeadline(Duration.ofMillis(400)),
                InstantSource.system());
        assertThat(Futures.settled(link.send(Request.cmd(Command.GET, "k"))).failed())
                .isTrue();
        assertThat(asked).contains("TIME", "INFO").doesNotContain("GET");
        assertThat(link.nowMillis()).isLessThan(System.currentTimeMillis() + AHEAD.toMillis() / 2);
        Futures.get(link.close());
    }

    @Test
    @Tag("fault-1")
    @DisplayName("is given no session that was made by another clock before it was heard of")
    void sessionsMadeBefore() {
        role = "master";
        SessionStore store = new RedisSessionStoreProvider()
                .create(
                        vertx,
                        SessionPolicy.DEFAULT,
                        InstantSource.system(),
                        new JsonObject().put("uri", started()).put("lazyConnect", true));
        Futures.get(store.open(event -> {}));
        assertThat(Futures.failure(store.create(madeAt(System.currentTimeMillis()))))
                .hasMessageContaining("before the time of Redis was known");
        assertThat(asked).contains("GET").doesNotContain("EVALSHA", "EVAL");
        Futures.get(store.close());
    }

    private static SessionRecord madeAt(long now) {
        int bucket = SessionIds.bucketOfUser("ann", 256);
        SecureRandom random = new SecureRandom();
        SessionToken token = SessionToken.issue(SessionIds.create(bucket, now * 1_000, random), random);
        return SessionRecord.create(token.id(), token.secretHash(), NewSession.of("ann"), SessionPolicy.DEFAULT, now);
    }

    /** Commands come whole here: they are short, and sent one by one or together. */
    private Buffer answers(Buffer commands) {
        Buffer answers = Buffer.buffer();
        String[] lines = commands.toString(StandardCharsets.ISO_8859_1).split("\r\n");
        for (int i = 0; i < lines.length; i++) {
            if (lines[i].startsWith("*")) {
                String name = lines[i + 2].toUpperCase(Locale.ROOT);
                asked.add(name);
                answers.appendString(answer(name));
            }
        }
        return answers;
    }

    private String answer(String name) {
        return switch (name) {
            case "TIME" -> "*2\r\n" + bulk("" + (System.currentTimeMillis() + AHEAD.toMillis()) / 1_000) + bulk("0");
            case "INFO" -> bulk("# Replication\r\nrole:" + role + "\r\nmaster_replid:" + "a".repeat(40) + "\r\n");
            case "PING" -> "+PONG\r\n";
            case "GET" -> bulk("v1 buckets=256");
            default -> "-ERR unknown command\r\n";
        };
    }

    private static String bulk(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }
}
