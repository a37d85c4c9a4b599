package io.authsessions.service;

import static io.authsessions.Futures.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetServer;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("Calls of one event loop that end together")
class ReleasesTest {
    private static final int CALLS = 300;
    private static final long WORK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final EventLoop loop = ((VertxInternal) vertx).nettyEventLoopGroup().next();

    @AfterEach
    void close() {
        get(vertx.close());
    }

    private static void work() {
        long until = System.nanoTime() + WORK_NANOS;
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
    }

    @Test
    @Tag("fault-5")
    @DisplayName("let the loop see to others meanwhile")
    void othersComeBetween() throws Exception {
        Calls calls = new Calls(vertx, Duration.ofSeconds(30));
        Promise<String> store = Promise.promise();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(CALLS);
        NetServer echo = get(vertx.createNetServer()
                .connectHandler(socket -> socket.handler(socket::write))
                .listen(0, "127.0.0.1"));
        vertx.runOnContext(now -> {
            for (int i = 0; i < CALLS; i++) {
                calls.call(store::future).onComplete(done -> {
                    begun.countDown();
                    work();
                    told.countDown();
                });
            }
            vertx.setTimer(50, later -> store.complete("answer"));
        });
        try (Socket socket = new Socket("127.0.0.1", echo.actualPort())) {
            socket.setTcpNoDelay(true);
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            socket.getOutputStream().write('x');
            assertThat(socket.getInputStream().read()).isEqualTo('x');
            assertThat(told.getCount())
                    .as("calls that were still to be told when another was served")
                    .isGreaterThan(CALLS / 3);
        }
        assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @DisplayName("are told each once and in order, also by another thread, and one that throws harms no other")
    void inOrder() throws Exception {
        Releases releases = new Releases(loop);
        List<Integer> seen = new ArrayList<>();
        CountDownLatch told = new CountDownLatch(CALLS);
        for (int i = 0; i < CALLS; i++) {
            int number = i;
            releases.tell(() -> {
                seen.add(number);
                told.countDown();
                work();
                if (number % 50 == 7) {
                    throw new IllegalStateException("a caller that throws");
                }
            });
        }
        assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(seen)
                .containsExactlyElementsOf(IntStream.range(0, CALLS).boxed().toList());
    }

    @Test
    @DisplayName("are told also when the loop has ended")
    void loopHasEnded() throws Exception {
        Releases releases = new Releases(loop);
        get(vertx.close());
        assertThat(loop.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        CountDownLatch told = new CountDownLatch(1);
        releases.tell(told::countDown);
        assertThat(told.getCount()).isZero();
    }
}
