package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.authsessions.LogCapture;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

@DisplayName("A link that is used from many places")
@ResourceLock(value = LogCapture.LOCK)
class LinkContextsTest {
    private static final int LOOPS = 2;

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
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS));
        proxy = TcpProxy.to(redis.port());
        RedisLinkOptions options = RedisLinkOptions.of(proxy.uri(), "aus:events")
                .withConnectTimeout(Duration.ofSeconds(5))
                .withCommandDeadline(Duration.ofSeconds(5));
        link = new RedisLink(vertx, options, InstantSource.system());
    }

    @AfterEach
    void close() {
        Futures.get(link.close());
        Futures.get(vertx.close());
        proxy.close();
    }

    /** Keeps its context, and sends what it is told to. */
    private final class Caller extends AbstractVerticle {
        Future<Response> ping() {
            Promise<Response> answer = Promise.promise();
            context.runOnContext(now -> link.send(Request.cmd(Command.PING)).onComplete(result -> {
                if (Vertx.currentContext().equals(context)) {
                    answer.handle(result);
                } else {
                    answer.fail("answered on another context");
                }
            }));
            return answer.future();
        }
    }

    @Test
    @DisplayName("has one connection for each event loop, however many verticles call")
    void connectionPerLoop() {
        for (int i = 0; i < 3 * LOOPS; i++) {
            Caller caller = new Caller();
            Futures.get(vertx.deployVerticle(caller));
            Futures.get(caller.ping());
        }
        assertThat(proxy.accepted()).isEqualTo(LOOPS);
    }

    @Test
    @DisplayName("works on when the verticle that called first is undeployed")
    void undeploy() {
        Caller first = new Caller();
        String id = Futures.get(vertx.deployVerticle(first));
        Futures.get(first.ping());
        Caller[] others = {new Caller(), new Caller()};
        for (Caller other : others) {
            Futures.get(vertx.deployVerticle(other));
            Futures.get(other.ping());
        }
        int before = proxy.accepted();
        Futures.get(vertx.undeploy(id));
        for (Caller other : others) {
            Futures.get(other.ping());
        }
        assertThat(proxy.accepted()).isEqualTo(before);
    }

    @Test
    @DisplayName("keeps its deadlines when the verticle that called first is undeployed while Redis is silent")
    void undeployWhileStalled() {
        RedisLinkOptions options =
                RedisLinkOptions.of(proxy.uri(), "aus:events").withCommandDeadline(Duration.ofMillis(500));
        RedisLink quick = new RedisLink(vertx, options, InstantSource.system());
        List<Future<Response>> unanswered = new CopyOnWriteArrayList<>();
        String id = Futures.get(vertx.deployVerticle(new AbstractVerticle() {
            @Override
            public void start(Promise<Void> started) {
                // Later, so that nothing of the first command is under way any more.
                Awaiting.working(quick)
                        .onComplete(works -> vertx.setTimer(100, later -> {
                            proxy.stallSoon();
                            for (int i = 0; i < 10; i++) {
                                unanswered.add(quick.send(Request.cmd(Command.PING)));
                            }
                            started.complete();
                        }));
            }
        }));
        Future<Response> other = quick.send(Request.cmd(Command.PING));
        Futures.get(vertx.undeploy(id));
        unanswered.forEach(Futures::settled);
        Futures.settled(other);
        Futures.get(quick.close());
    }

    /** Asks until the answer comes. */
    private static final class Awaiting {
        static Future<Void> working(RedisLink link) {
            return link.send(Request.cmd(Command.PING)).<Void>mapEmpty().recover(failure -> working(link));
        }
    }

    @Test
    @DisplayName("answers workers and virtual callers on their own contexts")
    void workers() {
        Caller worker = new Caller();
        Futures.get(vertx.deployVerticle(worker, new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
        Futures.get(worker.ping());
        assertThat(Futures.get(link.send(Request.cmd(Command.PING)))).hasToString("PONG");
    }

    @Test
    @DisplayName("answers callers of another Vert.x")
    void otherVertx() {
        Vertx other = Vertx.vertx();
        Context caller = other.getOrCreateContext();
        Promise<Context> answeredOn = Promise.promise();
        caller.runOnContext(now -> link.send(Request.cmd(Command.PING))
                .onSuccess(answer -> answeredOn.complete(Vertx.currentContext()))
                .onFailure(answeredOn::fail));
        assertThat(Futures.get(answeredOn.future())).isEqualTo(caller);
        Futures.get(other.close());
    }

    @Test
    @Tag("fault-5")
    @DisplayName("drops no connection whose answer came while the event loop was held up")
    void blockedLoop() {
        RedisLinkOptions options =
                RedisLinkOptions.of(proxy.uri(), "aus:events").withCommandDeadline(Duration.ofMillis(300));
        RedisLink quick = new RedisLink(vertx, options, InstantSource.system());
        Context caller = vertx.getOrCreateContext();
        Promise<Void> warm = Promise.promise();
        caller.runOnContext(now -> Awaiting.working(quick).onComplete(warm));
        Futures.get(warm.future());
        int before = proxy.accepted();
        CountDownLatch held = new CountDownLatch(1);
        Promise<Response> answer = Promise.promise();
        caller.runOnContext(now -> {
            quick.send(Request.cmd(Command.PING)).onComplete(first -> await(held));
            quick.send(Request.cmd(Command.BLPOP, "nothing", "0.1")).onComplete(answer);
        });
        long begin = System.nanoTime();
        Awaitility.await()
                .until(() -> System.nanoTime() - begin > Duration.ofMillis(500).toNanos());
        held.countDown();
        assertThat(Futures.get(answer.future())).isNull();
        assertThat(proxy.accepted()).isEqualTo(before);
        Futures.get(quick.close());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("leaves nothing open of the connections that it lost")
    void noLeak() {
        RedisLinkOptions options =
                RedisLinkOptions.of(proxy.uri(), "aus:events").withCommandDeadline(Duration.ofMillis(100));
        RedisLink quick = new RedisLink(vertx, options, InstantSource.system());
        for (int i = 0; i < 5; i++) {
            Awaitility.await().until(() -> Futures.settled(quick.send(Request.cmd(Command.PING)))
                    .succeeded());
            proxy.stall();
            Futures.failure(quick.send(Request.cmd(Command.PING)));
            proxy.pass();
        }
        Awaitility.await().until(() -> Futures.settled(quick.send(Request.cmd(Command.PING)))
                .succeeded());
        Awaitility.await().until(() -> proxy.open() == 1);
        Futures.get(quick.close());
        Awaitility.await().until(() -> proxy.open() == 0);
    }

    @Test
    @DisplayName("ends silently with a Vert.x that is closed before it")
    void vertxClosed() {
        try (LogCapture log = LogCapture.start()) {
            Vertx closing = Vertx.vertx();
            RedisLink orphan =
                    new RedisLink(closing, RedisLinkOptions.of(proxy.uri(), "aus:events"), InstantSource.system());
            Futures.get(orphan.open(message -> {}, () -> {}));
            Awaitility.await().until(() -> Futures.settled(orphan.send(Request.cmd(Command.PING)))
                    .succeeded());
            Futures.get(closing.close());
            assertThat(RedisLink.notSent(Futures.failure(orphan.send(Request.cmd(Command.PING)))))
                    .isTrue();
            Futures.get(orphan.close());
            assertThat(log.lines()).noneMatch(line -> line.startsWith("SEVERE"));
        }
    }

    @Test
    @DisplayName("fails what comes while it is closed from many threads, and ends")
    void closedWhileUsed() {
        List<Future<Response>> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            answers.add(link.send(Request.cmd(Command.PING)));
            if (i == 100) {
                Futures.get(link.close());
            }
        }
        answers.forEach(Futures::settled);
        assertThat(answers.get(199).failed()).isTrue();
        Awaitility.await().until(() -> proxy.open() == 0);
    }
}
