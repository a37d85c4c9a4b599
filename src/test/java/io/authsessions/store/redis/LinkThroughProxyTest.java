package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.authsessions.LogCapture;
import io.authsessions.store.StoreException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
@DisplayName("A link over a bad network")
class LinkThroughProxyTest {
    private static final Duration DEADLINE = Duration.ofMillis(400);

    private static LinkRedis redis;
    private Vertx vertx;
    private TcpProxy proxy;
    private RedisLink link;

    @BeforeAll
    static void startRedis() {
        redis = LinkRedis.started();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @BeforeEach
    void open() {
        vertx = Vertx.vertx();
        proxy = TcpProxy.to(redis.port());
        link = new RedisLink(vertx, options(), InstantSource.system());
        Awaitility.await().until(this::works);
    }

    @AfterEach
    void close() {
        Futures.get(link.close());
        Futures.get(vertx.close());
        proxy.close();
    }

    private RedisLinkOptions options() {
        return RedisLinkOptions.of(proxy.uri(), "aus:events").withCommandDeadline(DEADLINE);
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

    @Test
    @Tag("fault-5")
    @DisplayName("answers every command within its deadline while nothing comes through, and recovers")
    void stalled() {
        proxy.stall();
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            long begin = System.nanoTime();
            assertThat(Futures.failure(link.send(Request.cmd(Command.GET, "k"))))
                    .isInstanceOf(StoreException.class);
            waits.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        }
        proxy.pass();
        recoversWithinASecond();
        // The median: this machine may be busy with other things for a moment.
        assertThat(waits.stream().sorted().toList().get(2)).isLessThanOrEqualTo(DEADLINE.toMillis() + 50);
    }

    @RepeatedTest(5)
    @Tag("fault-11")
    @DisplayName("sends nothing more behind half an answer that was given up, though its command was sent late")
    void halfAnAnswer() {
        Promise<Context> home = Promise.promise();
        link.send(Request.cmd(Command.GET, "k")).onComplete(result -> home.complete(Vertx.currentContext()));
        proxy.answer(request -> "$5\r\nab\r\n");
        Futures.get(home.future()).runOnContext(busy -> {
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(15);
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
        });
        Future<Long> nextTook = link.send(Request.cmd(Command.GET, "k")).transform(given -> {
            proxy.pass();
            long begin = System.nanoTime();
            return link.send(Request.cmd(Command.GET, "k"))
                    .map(answer -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        });
        assertThat(Futures.get(nextTook)).isLessThan(DEADLINE.toMillis() / 2);
    }

    @Test
    @Tag("fault-5")
    @DisplayName("says of a command that was sent into silence that its outcome is unknown")
    void outcomeUnknown() {
        Futures.get(link.send(Request.cmd(Command.SET, "k", "v")));
        proxy.stall();
        Throwable sent = Futures.failure(link.send(Request.cmd(Command.SET, "k", "v")));
        assertThat(((StoreException) sent).detail()).isEqualTo(StoreException.TIMEOUT);
        assertThat(RedisLink.outcomeUnknown(sent)).isTrue();
        Throwable notSent = Futures.failure(link.send(Request.cmd(Command.SET, "k", "v")));
        assertThat(RedisLink.notSent(notSent)).isTrue();
    }

    @Test
    @Tag("fault-7")
    @DisplayName("refuses at once what exceeds the bound in flight, sent or waiting for a connection")
    void overloaded() {
        RedisLink narrow = new RedisLink(vertx, options().withMaxInFlight(100), InstantSource.system());
        Awaitility.await().until(() -> Futures.settled(narrow.send(Request.cmd(Command.PING)))
                .succeeded());
        proxy.stall();
        for (int round = 0; round < 2; round++) {
            List<Future<Response>> calls = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                calls.add(narrow.send(Request.cmd(Command.GET, "k")));
            }
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(DEADLINE.dividedBy(2))
                    .until(() -> calls.stream().filter(Future::failed).count() >= 200);
            long overloaded = calls.stream()
                    .map(Futures::failure)
                    .filter(failure -> ((StoreException) failure).detail().equals(StoreException.OVERLOADED))
                    .filter(RedisLink::notSent)
                    .count();
            assertThat(overloaded).isEqualTo(200);
        }
        Futures.get(narrow.close());
    }

    @Test
    @Tag("fault-6")
    @DisplayName("gets done what a server can that does only twenty commands a second, and refuses the rest")
    void slowButAlive() {
        AtomicInteger done = new AtomicInteger();
        List<String> others = new CopyOnWriteArrayList<>();
        long begun = System.nanoTime();
        long settled = begun + TimeUnit.SECONDS.toNanos(8);
        long end = settled + TimeUnit.SECONDS.toNanos(3);
        long timer = vertx.setPeriodic(
                10, tick -> link.send(Request.cmd(Command.DEBUG).arg("SLEEP").arg("0.05"))
                        .onSuccess(answer -> done.addAndGet(System.nanoTime() > settled ? 1 : 0))
                        .onFailure(failure -> others.add(((StoreException) failure).detail())));
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> System.nanoTime() > end);
        vertx.cancelTimer(timer);
        assertThat(done.get()).as("done in three seconds").isGreaterThan(30);
        assertThat(others).contains(StoreException.OVERLOADED);
    }

    @Test
    @Tag("fault-9")
    @DisplayName("answers again right after its connection was cut")
    void cut() {
        proxy.cutOnce();
        works();
        assertThat(works()).isTrue();
    }

    @Test
    @Tag("fault-9")
    @DisplayName("does not hammer a server that cuts every connection")
    void noHammering() {
        proxy.cut();
        int before = proxy.accepted();
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (System.nanoTime() < end) {
            assertThat(works()).isFalse();
        }
        assertThat(proxy.accepted() - before).isBetween(1, 25);
        proxy.pass();
        recoversWithinASecond();
    }

    @Test
    @Tag("fault-10")
    @DisplayName("fails a command whose answer breaks off, as one whose outcome is unknown, and uses a new connection")
    void brokenOff() {
        redis.admin("SET", "long", "x".repeat(1_000));
        proxy.resetAfter(100);
        Throwable failure = Futures.failure(link.send(Request.cmd(Command.GET, "long")));
        assertThat(RedisLink.outcomeUnknown(failure)).isTrue();
        proxy.pass();
        recoversWithinASecond();
    }

    @ParameterizedTest(name = "{0}")
    @Tag("fault-11")
    @DisplayName("drops a connection that brings what cannot be read")
    @ValueSource(
            strings = {
                "!!x\r\n",
                "?\r\n\r\n",
                "$999999999999\r\n",
                "$-5\r\n",
                "*999999999999\r\n",
                ">0\r\n\r\n",
                "#q\r\n",
                "HTTP/1.1 400 Bad Request\r\n\r\n"
            })
    void garbage(String garbage) {
        try (LogCapture log = LogCapture.start()) {
            proxy.answer(request -> request.contains("garbled") ? garbage : null);
            Future<Response> behind = link.send(Request.cmd(Command.GET, "garbled"));
            assertThat(Futures.failure(behind)).isInstanceOf(StoreException.class);
            proxy.pass();
            recoversWithinASecond();
            assertThat(log.lines()).noneMatch(line -> line.contains("Unhandled"));
        }
    }

    @ParameterizedTest(name = "{0}")
    @Tag("fault-11")
    @DisplayName("gives up at the deadline a connection that brings what the driver's parser chokes on")
    @ValueSource(strings = {"*2147483647\r\n", ":12x\r\n", "%1\r\n:1\r\n:2\r\n", "$5\r\nab\r\n"})
    void choking(String garbage) {
        proxy.answer(request -> request.contains("garbled") ? garbage : null);
        Future<Response> behind = link.send(Request.cmd(Command.GET, "garbled"));
        assertThat(Futures.failure(behind)).isInstanceOf(StoreException.class);
        proxy.pass();
        recoversWithinASecond();
    }

    @ParameterizedTest(name = "{0}")
    @Tag("fault-18")
    @DisplayName("fails while the server says that it cannot serve")
    @ValueSource(strings = {"LOADING", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "MOVED", "CROSSSLOT"})
    void cannotServe(String error) {
        proxy.answer(request -> request.contains("refused") ? "-" + error + " secret-text\r\n" : null);
        Throwable failure = Futures.failure(link.send(Request.cmd(Command.GET, "refused")));
        assertThat(RedisLink.refusedWith(failure, ErrorReply.valueOf(error))).isTrue();
        assertThat(failure.toString() + failure.getCause()).doesNotContain("secret-text");
        assertThat(works()).isTrue();
    }

    @Test
    @Tag("fault-25")
    @DisplayName("ignores an answer that comes after the deadline, and gives it to nobody else")
    void lateAnswer() {
        redis.admin("SET", "slow", "slow");
        redis.admin("SET", "k", "quick");
        for (int i = 0; i < 5; i++) {
            Awaitility.await().until(this::works);
            proxy.stall();
            Future<Response> slow = link.send(Request.cmd(Command.GET, "slow"));
            Throwable failure = Futures.failure(slow);
            proxy.pass();
            assertThat(failure).isInstanceOf(StoreException.class);
            var next = Futures.settled(link.send(Request.cmd(Command.GET, "k")));
            assertThat(next.failed() || next.result().toString().equals("quick"))
                    .isTrue();
        }
    }

    @Test
    @DisplayName("gives no command the answer of another when something unasked comes between")
    void unasked() {
        redis.admin("SET", "mine", "mine");
        for (int i = 0; i < 20; i++) {
            List<Future<Response>> calls = new ArrayList<>();
            for (int j = 0; j < 50; j++) {
                calls.add(link.send(Request.cmd(Command.ECHO, "text " + j)));
                if (j == 25) {
                    proxy.say(">2\r\n$4\r\npush\r\n$1\r\nx\r\n");
                }
            }
            for (int j = 0; j < 50; j++) {
                var answer = Futures.settled(calls.get(j));
                assertThat(answer.failed() || answer.result().toString().equals("text " + j))
                        .isTrue();
            }
            recoversWithinASecond();
        }
    }
}
