package io.authsessions.server;

import static io.authsessions.server.ServerOnRedis.begin;
import static io.authsessions.server.ServerOnRedis.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Hiccups;
import io.authsessions.OpenLoop;
import io.authsessions.OpenLoop.Ask;
import io.authsessions.store.redis.LinkRedis;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What many see at once, or see from memory, while Redis is out of order. */
@Tag("slow")
@DisplayName("While Redis is out of order and many ask, the server")
final class RedisUnderLoadTest {
    private static final double MOST_LIVE_MILLIS = 50;
    private static final Duration LEASE = Duration.ofSeconds(1);

    @Test
    @Tag("fault-3")
    @DisplayName("with a near cache, knows a session that is there again, soon after it has known that there was none")
    void dataIsBack(@TempDir Path folder) throws Exception {
        try (LinkRedis redis = LinkRedis.started("--dir", folder.toString());
                ServerOnRedis it = ServerOnRedis.at(redis.uri(), Map.of("AUTHSESSIONS_CACHE_ENABLED", "true"))) {
            assertThat(redis.admin("SAVE")).isEqualTo("+OK");
            Path dump = folder.resolve("test-" + redis.port() + ".rdb");
            Path aside = folder.resolve("aside");
            redis.kill();
            Files.move(dump, aside);
            redis.start();
            within(LEASE.multipliedBy(2), () -> it.me().status() == 401);
            assertThat(it.create("eve").status()).isEqualTo(201);
            Awaitility.await()
                    .during(LEASE)
                    .atMost(LEASE.multipliedBy(4))
                    .until(() -> it.me().status() == 401);
            redis.kill();
            Files.move(aside, dump);
            redis.start();
            within(LEASE.multipliedBy(3), () -> it.me().status() == 200);
        }
    }

    @Test
    @Tag("fault-6")
    @DisplayName("tells within 50 ms that it lives while another client's command takes three seconds")
    void lives() throws Exception {
        try (LinkRedis redis = LinkRedis.started();
                ServerOnRedis it = ServerOnRedis.on(redis);
                OpenLoop load = new OpenLoop(it.server.server().publicUri());
                OpenLoop live = new OpenLoop(it.server.server().publicUri());
                Hiccups hiccups = new Hiccups()) {
            Ask resolve = Ask.get("/v1/session", Map.of("Authorization", "Bearer " + it.token));
            load.begin(100, n -> resolve);
            live.begin(50, n -> Ask.get("/health/live", Map.of()));
            Awaitility.await().until(() -> load.answers().size() > 300);
            long begun = System.nanoTime();
            try (Socket slow = redis.begin("DEBUG", "SLEEP", "3")) {
                Awaitility.await()
                        .pollDelay(Duration.ofSeconds(3))
                        .until(() -> it.me().status() == 200);
                assertThat(slow.isConnected()).isTrue();
            }
            load.end();
            live.end();
            Awaitility.await().until(() -> load.open() + live.open() == 0);
            assertThat(load.answers()).anyMatch(answer -> answer.status() == 503);
            assertThat(live.answers())
                    .filteredOn(answer -> answer.sentAt() >= begun)
                    .hasSizeGreaterThan(100)
                    .allSatisfy(answer -> {
                        assertThat(answer.status()).isEqualTo(200);
                        assertThat(answer.millis() - hiccups.millisWithin(answer.sentAt(), answer.millis()))
                                .isLessThanOrEqualTo(MOST_LIVE_MILLIS);
                    });
        }
    }

    @Test
    @Tag("fault-12")
    @DisplayName("does each of many changes once while Redis forgets its scripts over and over")
    void scriptsForgotten() throws Exception {
        try (LinkRedis redis = LinkRedis.started();
                ServerOnRedis it = ServerOnRedis.on(redis)) {
            List<CompletableFuture<List<Integer>>> callers = IntStream.range(0, 8)
                    .mapToObj(caller -> begin(() -> creations(it, "user-" + caller)))
                    .toList();
            int flushes = 0;
            while (callers.stream().anyMatch(caller -> !caller.isDone())) {
                redis.admin("SCRIPT", "FLUSH");
                flushes++;
            }
            assertThat(flushes).isGreaterThan(20);
            for (int i = 0; i < 8; i++) {
                assertThat(callers.get(i).get()).hasSize(40).containsOnly(201);
                assertThat(it.sessionsOf("user-" + i)).isEqualTo(40);
            }
        }
    }

    private static List<Integer> creations(ServerOnRedis it, String user) throws Exception {
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            statuses.add(it.create(user).status());
        }
        return statuses;
    }
}
