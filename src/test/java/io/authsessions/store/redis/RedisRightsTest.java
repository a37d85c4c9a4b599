package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.authsessions.LogCapture;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("A link whose user may not do everything")
class RedisRightsTest {
    private static final String[] USER = {"ACL", "SETUSER", "aus", "on", ">right-password", "~*", "&*", "+@all"};

    private Vertx vertx;
    private LinkRedis redis;
    private RedisLink link;
    private LogCapture log;

    @BeforeEach
    void open() {
        log = LogCapture.start();
        vertx = Vertx.vertx();
        redis = LinkRedis.started();
        redis.admin(USER);
    }

    @AfterEach
    void close() {
        Futures.get(link.close());
        Futures.get(vertx.close());
        redis.close();
        log.close();
        assertThat(log.lines()).noneMatch(line -> line.startsWith("SEVERE") && line.contains("Unhandled"));
    }

    private RedisLinkOptions options() {
        return RedisLinkOptions.of(redis.uri(), "aus:events")
                .withConnectTimeout(Duration.ofSeconds(2))
                .withLogin("aus", "right-password");
    }

    private void startLinked() {
        link = new RedisLink(vertx, options(), InstantSource.system());
        Awaitility.await().until(this::works);
    }

    private boolean works() {
        return Futures.settled(link.send(Request.cmd(Command.GET, "k"))).succeeded();
    }

    private Throwable failure(Request request) {
        return Futures.failure(link.send(request));
    }

    @Test
    @Tag("fault-15")
    @DisplayName("fails what the user may not do, and tells the operator once")
    void commandDenied() {
        startLinked();
        redis.admin("ACL", "SETUSER", "aus", "-set");
        for (int i = 0; i < 5; i++) {
            Throwable failure = failure(Request.cmd(Command.SET, "secret-key", "v"));
            assertThat(RedisLink.refusedWith(failure, ErrorReply.NOPERM)).isTrue();
        }
        assertThat(log.lines().stream().filter(line -> line.contains("NOPERM"))).hasSize(1);
        assertThat(log.lines()).noneMatch(line -> line.contains("secret-key"));
        assertThat(works()).isTrue();
    }

    @Test
    @Tag("fault-16")
    @DisplayName("fails with a wrong password, which stands in no log")
    void wrongPassword() {
        RedisLinkOptions wrong = options().withLogin("aus", "wrong-password");
        link = new RedisLink(vertx, wrong, InstantSource.system());
        Throwable failure = failure(Request.cmd(Command.PING));
        assertThat(RedisLink.refusedWith(failure, ErrorReply.WRONGPASS)).isTrue();
        assertThat(wrong.toString()).doesNotContain("wrong-password");
        assertThat(log.lines()).anyMatch(line -> line.contains("WRONGPASS"));
        assertThat(log.lines()).noneMatch(line -> line.contains("wrong-password"));
    }

    @Test
    @Tag("fault-16")
    @DisplayName("fails when its user is deleted, and works again when it is back")
    void userDeleted() {
        startLinked();
        redis.admin("ACL", "DELUSER", "aus");
        works();
        assertThat(works()).isFalse();
        redis.admin(USER);
        Awaitility.await()
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(1))
                .until(this::works);
    }

    @Test
    @Tag("fault-15")
    @Tag("ASVS-13.2.2")
    @DisplayName("fails what the user may not do to a key, whether by itself or in a script, and nothing else")
    void keyDenied() {
        startLinked();
        redis.admin("ACL", "SETUSER", "aus", "resetkeys", "~k");
        assertThat(RedisLink.refusedWith(failure(Request.cmd(Command.SET, "other", "v")), ErrorReply.NOPERM))
                .isTrue();
        Throwable inScript =
                Futures.failure(link.eval(RedisFaultTest.INCREMENT, List.of(Buffer.buffer("other")), List.of()));
        assertThat(RedisLink.refusedWith(inScript, ErrorReply.NOPERM)).isTrue();
        assertThat(works()).isTrue();
    }

    @Test
    @Tag("fault-15")
    @DisplayName("works where it may not ask what its server is")
    void roleUnknown() {
        redis.admin("ACL", "SETUSER", "aus", "-info");
        startLinked();
        Futures.get(link.send(Request.cmd(Command.SET, "k", "v")));
        assertThat(log.lines()).noneMatch(line -> line.contains("NOPERM"));
    }
}
