package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.authsessions.store.StoreException;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("slow")
@Tag("redis")
@DisplayName("A Cluster that is asked two thousand times a second while a primary is dead")
class ClusterOverloadTest {
    private static final Pattern COMMANDS = Pattern.compile("cmdstat_get:calls=(\\d+),.*rejected_calls=(\\d+)");
    private static final int EVENT_LOOPS = 2;
    private static final int PER_TICK = 20;
    private static final long TICK_MILLIS = 10;
    private static final long PER_SECOND = PER_TICK * 1_000 / TICK_MILLIS;
    /** Each who waits asks again four times in about 113 ms and then every 75, which is 17 times a second, or a few more. */
    private static final long MOST_PER_SECOND = PER_SECOND + EVENT_LOOPS * 256 * 19;

    private final TestCluster cluster = TestCluster.of(3);
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(EVENT_LOOPS));
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong overloaded = new AtomicLong();
    private final AtomicLong failedAt = new AtomicLong();
    private ClusterLink link;

    @BeforeEach
    void open() {
        RedisLinkOptions options = RedisLinkOptions.of(cluster.member(0).uri(), "aus:events");
        link = new ClusterLink(
                vertx,
                options,
                List.of(cluster.member(0).uri(), cluster.member(2).uri()),
                new ReplicaRule(0, Duration.ofMillis(500)),
                InstantSource.system());
    }

    @AfterEach
    void close() {
        Futures.get(link.close());
        Futures.get(vertx.close());
        cluster.close();
    }

    private void load() {
        for (int loop = 0; loop < EVENT_LOOPS; loop++) {
            vertx.runOnContext(now -> vertx.setPeriodic(TICK_MILLIS, tick -> IntStream.range(0, PER_TICK / EVENT_LOOPS)
                    .forEach(i -> ask("aus:{" + System.nanoTime() + i + "}"))));
        }
    }

    private void ask(String key) {
        link.send(Request.cmd(Command.GET, key))
                .onSuccess(answer -> answered.incrementAndGet())
                .onFailure(failure -> {
                    failed.incrementAndGet();
                    failedAt.set(System.nanoTime());
                    if (((StoreException) failure).detail().equals(StoreException.OVERLOADED)) {
                        overloaded.incrementAndGet();
                    }
                });
    }

    /** Of those that the members that live were asked for, whether they did them or not. */
    private long commands() {
        return IntStream.of(0, 2)
                .mapToObj(i -> COMMANDS.matcher(cluster.member(i).admin("INFO", "commandstats")))
                .filter(Matcher::find)
                .mapToLong(found -> Long.parseLong(found.group(1)) + Long.parseLong(found.group(2)))
                .sum();
    }

    private double commandsPerSecond(Duration time) {
        long before = commands();
        long begun = System.nanoTime();
        Awaitility.await().pollDelay(time).atMost(time.plusSeconds(5)).until(() -> true);
        return (commands() - before) / ((System.nanoTime() - begun) / 1e9);
    }

    private boolean ok() {
        return IntStream.range(0, 3)
                .allMatch(i -> cluster.member(i).admin("CLUSTER", "INFO").contains("cluster_state:ok"));
    }

    @Test
    @Tag("fault-20")
    @Timeout(120)
    @DisplayName("hears hardly more commands than it is asked for, and answers all of them a second after it is whole")
    void deadPrimary() {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> IntStream.range(0, 30)
                .allMatch(i -> Futures.settled(link.send(Request.cmd(Command.GET, "aus:{" + i + "}")))
                        .succeeded()));
        load();
        Awaitility.await().until(() -> answered.get() > PER_SECOND);
        assertThat(failed.get()).as("failed before").isLessThan(PER_SECOND / 10);
        cluster.member(1).kill();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> cluster.member(0).admin("CLUSTER", "INFO").contains("cluster_state:fail"));
        Awaitility.await().until(() -> overloaded.get() > 0);
        double meanwhile = commandsPerSecond(Duration.ofSeconds(4));
        System.out.printf("%.0f commands/s while a primary is dead, %d may be%n", meanwhile, MOST_PER_SECOND);
        assertThat(meanwhile).isBetween(PER_SECOND / 4.0, (double) MOST_PER_SECOND);

        cluster.member(1).start();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .until(this::ok);
        long wholeAt = System.nanoTime();
        double afterwards = commandsPerSecond(Duration.ofSeconds(1));
        assertThat(afterwards).as("commands/s in the first second").isLessThan(MOST_PER_SECOND);
        Awaitility.await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
        assertThat(failedAt.get() - wholeAt)
                .as("last failure")
                .isLessThan(Duration.ofSeconds(1).toNanos());
    }
}
