package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.authsessions.LogCapture;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

@DisplayName("The feed")
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = LogCapture.LOCK, mode = ResourceAccessMode.READ)
class FeedTest {
    private static LinkRedis redis;
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final AtomicInteger gaps = new AtomicInteger();
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
        RedisLinkOptions options = RedisLinkOptions.of(proxy.uri(), "aus:events")
                .withConnectTimeout(Duration.ofSeconds(2))
                .withCommandDeadline(Duration.ofSeconds(1));
        link = new RedisLink(vertx, options, InstantSource.system());
        Futures.get(link.open(
                message -> {
                    messages.add(message.payload().toString());
                    if (message.payload().toString().equals("bad")) {
                        throw new IllegalStateException("a listener");
                    }
                },
                gaps::incrementAndGet));
    }

    @AfterEach
    void close() {
        Futures.get(link.close());
        Futures.get(vertx.close());
        proxy.close();
    }

    @Test
    @DisplayName("brings every message in order, each once, and no gap")
    void ordered() {
        List<String> sent =
                IntStream.range(0, 500).mapToObj(i -> "message " + i).toList();
        sent.forEach(message -> redis.admin("PUBLISH", "aus:events", message));
        Awaitility.await().until(() -> messages.size() == 500);
        assertThat(messages).isEqualTo(sent);
        assertThat(gaps).hasValue(0);
    }

    @Test
    @DisplayName("goes on when a listener throws")
    void listenerThrows() {
        redis.admin("PUBLISH", "aus:events", "bad");
        redis.admin("PUBLISH", "aus:events", "good");
        Awaitility.await().until(() -> messages.contains("good"));
        assertThat(gaps).hasValue(0);
    }

    @Test
    @DisplayName("comes back after its connection was cut, and announces one gap")
    void cut() {
        proxy.cutOnce();
        Awaitility.await().until(() -> gaps.get() > 0);
        assertThat(redis.admin("PUBLISH", "aus:events", "after")).isEqualTo(":1");
        Awaitility.await().until(() -> messages.contains("after"));
        assertThat(gaps).hasValue(1);
    }

    @Test
    @DisplayName("finds out that its connection leads nowhere, and announces one gap when it is back")
    void halfOpen() {
        int before = proxy.accepted();
        proxy.stall();
        Awaitility.await().until(() -> proxy.accepted() > before);
        assertThat(gaps).hasValue(0);
        proxy.pass();
        Awaitility.await().until(() -> gaps.get() > 0);
        redis.admin("PUBLISH", "aus:events", "after");
        Awaitility.await().until(() -> messages.contains("after"));
        assertThat(gaps).hasValue(1);
    }

    @Test
    @DisplayName("stays on one connection while it is quiet, and while messages meet its heartbeats")
    void stays() {
        int before = proxy.accepted();
        long end = System.nanoTime() + Duration.ofMillis(1_500).toNanos();
        int sent = 0;
        while (System.nanoTime() < end) {
            redis.admin("PUBLISH", "aus:events", "message " + sent);
            sent++;
        }
        int expected = sent;
        Awaitility.await().until(() -> messages.size() == expected);
        assertThat(proxy.accepted()).isEqualTo(before);
        assertThat(gaps).hasValue(0);
    }

    @Test
    @DisplayName("ends when it is closed")
    void closed() {
        Futures.get(link.close());
        Awaitility.await()
                .until(() -> redis.admin("PUBLISH", "aus:events", "late").equals(":0"));
        assertThat(gaps).hasValue(0);
    }
}
