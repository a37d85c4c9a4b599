package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.authsessions.LogCapture;
import io.authsessions.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("A link to a Redis that refuses or dies")
class RedisFaultTest {
    static final Script INCREMENT = RedisLinkTest.script("return redis.call('INCR', KEYS[1])");

    private Vertx vertx;
    private LinkRedis redis;
    private RedisLink link;
    private LogCapture log;

    @BeforeEach
    void open() {
        log = LogCapture.start();
        vertx = Vertx.vertx();
        redis = LinkRedis.stopped();
    }

    @AfterEach
    void close() {
        if (link != null) {
            Futures.get(link.close());
        }
        Futures.get(vertx.close());
        redis.close();
        log.close();
        assertThat(log.lines()).noneMatch(line -> line.startsWith("SEVERE") && line.contains("Unhandled"));
    }

    private RedisLinkOptions options() {
        return RedisLinkOptions.of(redis.uri(), "aus:events").withConnectTimeout(Duration.ofSeconds(2));
    }

    private void startLinked() {
        redis = LinkRedis.started("--lua-time-limit", "100");
        link = new RedisLink(vertx, options(), InstantSource.system());
        Awaitility.await().until(this::works);
    }

    private boolean works() {
        return Futures.settled(link.send(Request.cmd(Command.GET, "k"))).succeeded();
    }

    private void recoversWithinASecond() {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(1))
                .until(this::works);
    }

    private Throwable failure(Request request) {
        return Futures.failure(link.send(request));
    }

    @Test
    @Tag("fault-1")
    @DisplayName("fails at once and clearly while Redis is down, and works as soon as it is there")
    void downAtStart() {
        redis = LinkRedis.stopped();
        link = new RedisLink(vertx, options(), InstantSource.system());
        Throwable failure = failure(Request.cmd(Command.PING));
        assertThat(failure)
                .asInstanceOf(InstanceOfAssertFactories.type(StoreException.class))
                .extracting(StoreException::detail)
                .isEqualTo(StoreException.UNAVAILABLE);
        assertThat(RedisLink.notSent(failure)).isTrue();
        redis.start();
        recoversWithinASecond();
    }

    @Test
    @Tag("fault-1")
    @DisplayName("does not open while Redis is down, and leaves nothing behind")
    void doesNotOpen() {
        redis = LinkRedis.stopped();
        link = new RedisLink(vertx, options().withConnectTimeout(Duration.ofMillis(250)), InstantSource.system());
        Throwable failure = Futures.failure(link.open(message -> {}, () -> {}));
        assertThat(failure).isInstanceOf(StoreException.class).hasMessageContaining("cannot be reached");
        assertThat(RedisLink.notSent(failure(Request.cmd(Command.PING)))).isTrue();
    }

    @Test
    @Tag("fault-1")
    @DisplayName("opens while Redis is down if it may be lazy, and announces a gap when it is there")
    void opensLazily() {
        redis = LinkRedis.stopped();
        link = new RedisLink(vertx, options().withLazyConnect(true), InstantSource.system());
        List<String> gaps = new CopyOnWriteArrayList<>();
        Futures.get(link.open(message -> {}, () -> gaps.add("gap")));
        assertThat(gaps).isEmpty();
        redis.start();
        Awaitility.await().until(() -> !gaps.isEmpty());
        recoversWithinASecond();
    }

    @Test
    @Tag("fault-2")
    @DisplayName("fails what is in flight when Redis is killed, and works again within a second of its start")
    void killed() {
        startLinked();
        Futures.get(link.send(Request.cmd(Command.SET, "k", "v")));
        redis.admin("CLIENT", "PAUSE", "5000", "ALL");
        Future<Response> inFlight = link.send(Request.cmd(Command.SET, "k", "v"));
        redis.kill();
        assertThat(RedisLink.outcomeUnknown(Futures.failure(inFlight))).isTrue();
        // The first may yet meet the connection that is gone.
        assertThat(works()).isFalse();
        assertThat(works()).isFalse();
        redis.start();
        recoversWithinASecond();
        assertThat(log.lines()).anyMatch(line -> line.contains("cannot be reached"));
    }

    @Test
    @Tag("fault-8")
    @DisplayName("answers reads while writes are paused")
    void writesPaused() {
        startLinked();
        Future<Response> written = link.send(Request.cmd(Command.SET, "k", "v"));
        Futures.get(written);
        redis.admin("CLIENT", "PAUSE", "400", "WRITE");
        Future<Response> read = link.send(Request.cmd(Command.GET, "k"));
        assertThat(Futures.get(read)).hasToString("v");
        assertThat(Futures.get(link.send(Request.cmd(Command.SET, "k", "w")))).hasToString("OK");
    }

    @Test
    @Tag("fault-9")
    @DisplayName("works again at once after its connections were killed")
    void connectionsKilled() {
        startLinked();
        redis.admin("CLIENT", "KILL", "TYPE", "normal");
        works();
        assertThat(works()).isTrue();
    }

    @Test
    @Tag("fault-13")
    @DisplayName("says that Redis is full, while reading and removing go on")
    void full() {
        startLinked();
        Futures.get(link.send(Request.cmd(Command.SET, "k", "v")));
        redis.admin("CONFIG", "SET", "maxmemory", "1");
        Throwable failure = failure(Request.cmd(Command.SET, "other", "v"));
        assertThat(failure)
                .asInstanceOf(InstanceOfAssertFactories.type(StoreException.class))
                .extracting(StoreException::detail)
                .isEqualTo(StoreException.FULL);
        assertThat(RedisLink.outcomeUnknown(failure)).isFalse();
        assertThat(Futures.get(link.send(Request.cmd(Command.GET, "k")))).hasToString("v");
        assertThat(Futures.get(link.send(Request.cmd(Command.DEL, "k"))).toInteger())
                .isEqualTo(1);
    }

    @Test
    @Tag("fault-13")
    @DisplayName("knows what a script met inside Redis, whichever way its version words it")
    void errorsInScripts() {
        startLinked();
        Futures.get(link.send(Request.cmd(Command.LPUSH, "list", "v")));
        assertThat(RedisLink.refusedWith(increment("list"), ErrorReply.WRONGTYPE))
                .isTrue();
        redis.admin("CONFIG", "SET", "min-replicas-to-write", "1");
        assertThat(RedisLink.refusedWith(increment("n"), ErrorReply.NOREPLICAS)).isTrue();
        redis.admin("CONFIG", "SET", "min-replicas-to-write", "0");
        redis.admin("CONFIG", "SET", "maxmemory", "1");
        assertThat(RedisLink.refusedWith(increment("n"), ErrorReply.OOM)).isTrue();
        redis.admin("CONFIG", "SET", "maxmemory", "0");
        redis.admin("REPLICAOF", "127.0.0.1", "1");
        assertThat(RedisLink.refusedWith(increment("n"), ErrorReply.READONLY)).isTrue();
        redis.admin("REPLICAOF", "NO", "ONE");
        redis.admin("ACL", "SETUSER", "default", "-incr");
        assertThat(RedisLink.refusedWith(increment("n"), ErrorReply.NOPERM)).isTrue();
    }

    private Throwable increment(String key) {
        return Futures.failure(link.eval(INCREMENT, List.of(Buffer.buffer(key)), List.of()));
    }

    @Test
    @Tag("fault-17")
    @DisplayName("fails on a server that became a replica, whose word counts for nothing, until it is one no longer")
    void becameReplica() {
        startLinked();
        Futures.get(link.send(Request.cmd(Command.SET, "k", "v")));
        redis.admin("REPLICAOF", "127.0.0.1", "1");
        for (int i = 0; i < 5; i++) {
            Throwable failure = failure(Request.cmd(Command.SET, "k", "w"));
            assertThat(RedisLink.refusedWith(failure, ErrorReply.READONLY)).isTrue();
            assertThat(RedisLink.outcomeUnknown(failure)).isFalse();
        }
        assertThat(works()).isFalse();
        redis.admin("REPLICAOF", "NO", "ONE");
        recoversWithinASecond();
        Futures.get(link.send(Request.cmd(Command.SET, "k", "w")));
    }

    @Test
    @Tag("fault-18")
    @DisplayName("fails changes while too few replicas are connected")
    void tooFewReplicas() {
        startLinked();
        redis.admin("CONFIG", "SET", "min-replicas-to-write", "1");
        Throwable failure = failure(Request.cmd(Command.SET, "k", "w"));
        assertThat(RedisLink.refusedWith(failure, ErrorReply.NOREPLICAS)).isTrue();
        assertThat(works()).isTrue();
    }

    @Test
    @Tag("fault-21")
    @DisplayName("fails while somebody's script runs for ever, and works when it was killed")
    void busyScript() throws IOException {
        startLinked();
        Futures.get(link.eval(INCREMENT, List.of(Buffer.buffer("n")), List.of()));
        try (Socket busy = redis.begin("EVAL", "while true do end", "0")) {
            Awaitility.await().until(() -> redis.admin("PING").startsWith("-BUSY"));
            Throwable failure = failure(Request.cmd(Command.GET, "k"));
            assertThat(failure).isInstanceOf(StoreException.class);
            redis.admin("SCRIPT", "KILL");
            assertThat(busy.isConnected()).isTrue();
        }
        recoversWithinASecond();
    }

    @Test
    @Tag("fault-6")
    @Tag("slow")
    @DisplayName("keeps every deadline while somebody's command takes three seconds")
    void slowCommand() throws IOException {
        startLinked();
        try (Socket slow = redis.begin("DEBUG", "SLEEP", "3")) {
            Awaitility.await().until(() -> !works());
            assertThat(slow.isConnected()).isTrue();
        }
        Awaitility.await().atMost(Duration.ofSeconds(4)).until(this::works);
    }

    @Test
    @Tag("fault-5")
    @Tag("slow")
    @DisplayName("keeps every deadline while Redis is stopped for ten seconds, and works within a second after")
    void stopped() {
        startLinked();
        redis.signal("STOP");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        List<Long> waits = new ArrayList<>();
        while (System.nanoTime() < end) {
            long begin = System.nanoTime();
            assertThat(works()).isFalse();
            waits.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        }
        redis.signal("CONT");
        recoversWithinASecond();
        assertThat(waits.stream().sorted().toList().get(waits.size() / 2)).isLessThanOrEqualTo(1_050);
    }
}
