package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.authsessions.OpenLoop;
import io.authsessions.OpenLoop.Answer;
import io.authsessions.OpenLoop.Ask;
import io.authsessions.web.TrustedProxies;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
@DisplayName("A listener that is asked for five times what its event loop can do")
class LoadSheddingTest {
    private static final int ANY_PORT = -1;
    private static final int PER_SECOND = 1_000;
    private static final long WORK_NANOS = Duration.ofMillis(5).toNanos();
    /** Of 200, on a machine that is busy with other things too. */
    private static final int FEWEST_PER_SECOND = 50;

    private static final Duration OVERLOAD = Duration.ofSeconds(5);

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        Futures.get(vertx.close());
    }

    private static Router routes(Vertx vertx) {
        Routes routes = new Routes(vertx, new SecurityHeaders(false));
        routes.at("/health/live").get(ctx -> ctx.response().end()).only();
        routes.at("/work").get(LoadSheddingTest::work).only();
        routes.at("/health/work").get(LoadSheddingTest::work).only();
        return routes.router();
    }

    private static void work(RoutingContext ctx) {
        long end = System.nanoTime() + WORK_NANOS;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        ctx.response().end();
    }

    @Test
    @DisplayName("does what it can, refuses the rest with 503 at once, and goes on telling that it lives")
    void overload() {
        Promise<Integer> port = Promise.promise();
        Listener.Share share = new Listener.Share(
                new ServerConfig.Limits(10_000, Duration.ofMinutes(1), 0, TrustedProxies.NONE),
                Duration.ZERO,
                new SecurityHeaders(false));
        Futures.get(vertx.deployVerticle(new Listener("127.0.0.1", ANY_PORT, LoadSheddingTest::routes, share, port)));
        String uri = "http://127.0.0.1:" + Futures.get(port.future());
        try (OpenLoop load = new OpenLoop(uri);
                OpenLoop live = new OpenLoop(uri)) {
            long begun = System.nanoTime();
            load.begin(PER_SECOND, number -> Ask.get(number % 2 == 0 ? "/work" : "/health/work", Map.of()));
            live.begin(20, number -> Ask.get("/health/live", Map.of()));
            Awaitility.await().pollDelay(OVERLOAD).until(() -> true);
            load.end();
            live.end();
            Awaitility.await().until(() -> load.open() + live.open() == 0);
            List<Answer> answers = load.answers();
            assertThat(answers).allSatisfy(answer -> assertThat(answer.millis()).isLessThan(2_000));
            assertThat(answers).filteredOn(answer -> answer.status() != 200).hasSizeGreaterThan(PER_SECOND);
            assertThat(answers).filteredOn(answer -> answer.status() != 200).allSatisfy(answer -> {
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.code()).isEqualTo("overloaded");
                assertThat(answer.retryAfter()).isEqualTo("1");
            });
            assertThat(answers)
                    .filteredOn(answer ->
                            answer.status() == 503 && answer.ask().path().startsWith("/health/"))
                    .as("refused under a path that only begins like that of health")
                    .isNotEmpty();
            long settled = begun + TimeUnit.SECONDS.toNanos(2);
            assertThat(answers)
                    .filteredOn(answer -> answer.status() == 200 && answer.sentAt() > settled)
                    .hasSizeGreaterThan(FEWEST_PER_SECOND * (int) (OVERLOAD.toSeconds() - 2));
            assertThat(live.answers())
                    .allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
            assertThat(live.answers())
                    .filteredOn(answer -> answer.sentAt() > settled)
                    .allSatisfy(answer -> assertThat(answer.millis()).isLessThan(500));
        }
    }
}
