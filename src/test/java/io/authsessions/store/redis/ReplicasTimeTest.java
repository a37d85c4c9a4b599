package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fault-17")
@Tag("fault-22")
@DisplayName("A replica whose clock is a day ahead")
class ReplicasTimeTest {
    private static final Duration AHEAD = Duration.ofDays(1);

    private final Vertx vertx = Vertx.vertx();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        Futures.get(vertx.close());
    }

    @Test
    @DisplayName("is not followed, and does not tell the time of the sessions")
    void timeOfReplica() {
        NetServer replica = Futures.get(vertx.createNetServer()
                .connectHandler(socket -> socket.handler(bytes -> socket.write(answers(bytes))))
                .listen(0, "127.0.0.1"));
        RedisLink link = new RedisLink(
                vertx,
                RedisLinkOptions.of("redis://127.0.0.1:" + replica.actualPort(), "aus:events")
                        .withCommandDeadline(Duration.ofMillis(400)),
                InstantSource.system());
        assertThat(Futures.settled(link.send(Request.cmd(Command.GET, "k"))).failed())
                .isTrue();
        assertThat(asked).contains("TIME", "INFO").doesNotContain("GET");
        assertThat(link.nowMillis()).isLessThan(System.currentTimeMillis() + AHEAD.toMillis() / 2);
        Futures.get(link.close());
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

    private static String answer(String name) {
        return switch (name) {
            case "TIME" -> "*2\r\n" + bulk("" + (System.currentTimeMillis() + AHEAD.toMillis()) / 1_000) + bulk("0");
            case "INFO" -> bulk("# Replication\r\nrole:slave\r\nmaster_replid:" + "a".repeat(40) + "\r\n");
            case "PING" -> "+PONG\r\n";
            default -> "-ERR unknown command\r\n";
        };
    }

    private static String bulk(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }
}
