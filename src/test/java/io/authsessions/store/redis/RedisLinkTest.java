package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.authsessions.store.StoreException;
import io.authsessions.store.TestClock;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("A link to Redis that works")
class RedisLinkTest {
    private static LinkRedis redis;
    private static RedisLinkOptions patient;
    private Vertx vertx;
    private RedisLink link;

    @BeforeAll
    static void startRedis() {
        redis = LinkRedis.started();
        patient = RedisLinkOptions.of(redis.uri(), "aus:events")
                .withConnectTimeout(Duration.ofSeconds(5))
                .withCommandDeadline(Duration.ofSeconds(5));
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @BeforeEach
    void open() {
        vertx = Vertx.vertx();
        redis.admin("FLUSHALL");
        link = new RedisLink(vertx, patient, InstantSource.system());
    }

    @AfterEach
    void close() {
        Futures.get(link.close());
        Futures.get(vertx.close());
    }

    @Test
    @DisplayName("sends commands and hands out their answers")
    void answers() {
        assertThat(Futures.get(link.send(Request.cmd(Command.SET, "k", "v"))).toString())
                .isEqualTo("OK");
        assertThat(Futures.get(link.send(Request.cmd(Command.GET, "k"))).toString())
                .isEqualTo("v");
        assertThat(Futures.get(link.send(Request.cmd(Command.GET, "absent")))).isNull();
    }

    @Test
    @DisplayName("gives each of many commands in flight its own answer")
    void matchesAnswers() {
        List<Future<Response>> answers = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            answers.add(link.send(Request.cmd(Command.ECHO, "text " + i)));
        }
        for (int i = 0; i < 1_000; i++) {
            assertThat(Futures.get(answers.get(i)).toString()).isEqualTo("text " + i);
        }
    }

    @Test
    @DisplayName("answers on the context of the caller")
    void answersOnContext() {
        Context caller = vertx.getOrCreateContext();
        Promise<Context> answeredOn = Promise.promise();
        caller.runOnContext(now -> link.send(Request.cmd(Command.PING))
                .onSuccess(answer -> answeredOn.complete(Vertx.currentContext()))
                .onFailure(answeredOn::fail));
        assertThat(Futures.get(answeredOn.future())).isEqualTo(caller);
    }

    @Test
    @DisplayName("shares one connection among all callers of an event loop")
    void sharesConnection() {
        long before = connections();
        for (int i = 0; i < 20; i++) {
            Futures.get(link.send(Request.cmd(Command.PING)));
        }
        assertThat(connections()).isEqualTo(before + 1);
    }

    @Test
    @DisplayName("names the error of a corrupt record")
    void wrongType() {
        Futures.get(link.send(Request.cmd(Command.LPUSH, "k", "v")));
        Throwable failure = Futures.failure(link.send(Request.cmd(Command.GET, "k")));
        assertThat(RedisLink.refusedWith(failure, ErrorReply.WRONGTYPE)).isTrue();
        assertThat(RedisLink.outcomeUnknown(failure)).isFalse();
    }

    @Test
    @DisplayName("fails what is malformed without telling it, and goes on")
    void malformed() {
        Throwable failure = Futures.failure(link.send(Request.cmd(Command.SET, "secret-key")));
        assertThat(failure).isInstanceOf(StoreException.class);
        assertThat(failure.toString() + failure.getCause()).doesNotContain("secret-key");
        assertThat(RedisLink.outcomeUnknown(failure)).isFalse();
        Futures.get(link.send(Request.cmd(Command.PING)));
    }

    @Test
    @Tag("fault-12")
    @DisplayName("runs a script exactly once, although Redis forgets its scripts all the time")
    void forgetfulRedis() {
        Script script = script("return redis.call('INCR', KEYS[1])");
        for (int i = 1; i <= 50; i++) {
            if (i % 2 == 0) {
                redis.admin("SCRIPT", "FLUSH");
            }
            Response answer = Futures.get(link.eval(script, List.of(Buffer.buffer("n")), List.of()));
            assertThat(answer.toLong()).isEqualTo(i);
        }
    }

    @Test
    @DisplayName("tells the time of Redis, not of this machine's clock")
    void timeOfRedis() {
        Futures.get(link.send(Request.cmd(Command.PING)));
        Response time = Futures.get(link.send(Request.cmd(Command.TIME)));
        long redisMillis = time.get(0).toLong() * 1000 + time.get(1).toLong() / 1000;
        assertThat(link.nowMillis()).isBetween(redisMillis, redisMillis + 200);
    }

    @Test
    @DisplayName("tells the time of an injected clock")
    void injectedTime() {
        TestClock clock = new TestClock();
        RedisLink timed = new RedisLink(vertx, patient, clock);
        Futures.get(timed.send(Request.cmd(Command.PING)));
        clock.advance(Duration.ofHours(1));
        assertThat(timed.nowMillis()).isEqualTo(clock.millis());
        Futures.get(timed.close());
    }

    @Test
    @DisplayName("fails everything once it is closed, and leaves no connection")
    void closed() {
        long before = connections();
        Futures.get(link.send(Request.cmd(Command.PING)));
        Future<Response> underWay = link.send(Request.cmd(Command.BLPOP, "nothing", "5"));
        Futures.get(link.close());
        assertThat(Futures.failure(underWay)).isInstanceOf(StoreException.class);
        Throwable late = Futures.failure(link.send(Request.cmd(Command.PING)));
        assertThat(RedisLink.notSent(late)).isTrue();
        Awaitility.await().until(() -> connections() == before);
        Futures.get(link.close());
    }

    static Script script(String source) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(source.getBytes(StandardCharsets.UTF_8));
            return new Script("test", source, HexFormat.of().formatHex(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static long connections() {
        return redis.admin("CLIENT", "LIST", "TYPE", "normal")
                .lines()
                .filter(line -> !line.contains("cmd=client"))
                .count();
    }
}
