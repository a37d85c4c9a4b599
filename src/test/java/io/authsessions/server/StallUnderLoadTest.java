package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.ChildJvm;
import io.authsessions.Hiccups;
import io.authsessions.OpenLoop;
import io.authsessions.OpenLoop.Answer;
import io.authsessions.OpenLoop.Ask;
import io.authsessions.store.redis.LinkRedis;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server in a process of its own whose Redis is held up by SIGSTOP. */
@Tag("slow")
@DisplayName("A server asked a thousand times a second while Redis stands still for ten seconds")
final class StallUnderLoadTest {
    private static final Pattern LISTENING = Pattern.compile("listening public=(\\S+) admin=(\\S+)");
    /** As docker/Dockerfile has it, but for the second compiler, which would be at work throughout. */
    private static final List<String> AS_IN_DOCKER =
            List.of("-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:TieredStopAtLevel=1");

    private static final Pattern CONNECTIONS = Pattern.compile("(?m) (\\d+) +\\d+ +\\S+\\.Http1xServerConnection *$");
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");
    private static final int PER_SECOND = 1_000;
    private static final double MOST_MILLIS = 2_050;
    private static final double MOST_LIVE_MILLIS = 50;
    /** Those who wait each have a connection of their own, which stays open for a while. Measured: 7.3 kB. */
    private static final long BYTES_PER_CONNECTION = 9 << 10;

    private static final long MOST_GROWTH = 2L << 20;

    private static final int TOKENS = 8;
    private static final int STALLS = 2;
    /** What else the machine does can only make answers later: of so many stalls, {@link #STALLS} must be within the bounds. */
    private static final int MOST_STALLS = 6;
    /** More than all of the stalls go on for, with what is done between them. */
    private static final int CHANGING_SECONDS = 20 * MOST_STALLS;

    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(200);

    /** The longest that a request takes to come to Redis while all is well, and the signal to be sent. */
    private static final long UNDER_WAY = TimeUnit.MILLISECONDS.toNanos(100);

    /** For how long answers may come from memory, in nanoseconds. */
    private long lease;

    private String publicUri;
    private String adminUri;

    @ParameterizedTest(name = "with a near cache: {0}")
    @Tag("fault-5")
    @Timeout(240)
    @ValueSource(booleans = {false, true})
    @DisplayName(
            "answers each within its deadline with 503, lives, is back within a second, and does nothing it said had failed")
    void stall(boolean cached) throws Exception {
        lease = cached ? TimeUnit.SECONDS.toNanos(1) : 0;
        try (LinkRedis redis = LinkRedis.started()) {
            Map<String, String> environment = ServerOnRedis.environment(
                    redis.uri(),
                    Map.of(
                            "AUTHSESSIONS_HTTP_PORT", "0",
                            "AUTHSESSIONS_ADMIN_PORT", "0",
                            "AUTHSESSIONS_ADMIN_KEY", TestServer.ADMIN_KEY));
            environment.put("AUTHSESSIONS_CACHE_ENABLED", Boolean.toString(cached));
            Process server = ChildJvm.start(AS_IN_DOCKER, Main.class, environment);
            try {
                listening(server);
                measure(redis, server.pid());
            } finally {
                server.destroyForcibly();
            }
        }
    }

    private void listening(Process server) throws Exception {
        BufferedReader out = server.inputReader(StandardCharsets.UTF_8);
        Matcher line = LISTENING.matcher(out.readLine());
        assertThat(line.matches()).isTrue();
        publicUri = line.group(1);
        adminUri = line.group(2);
    }

    private void measure(LinkRedis redis, long pid) throws Exception {
        List<Ask> resolves = new ArrayList<>();
        for (int i = 0; i < TOKENS; i++) {
            String token = StalledChanges.signIn(adminUri, "ada-" + i).getString("token");
            resolves.add(Ask.get("/v1/session", Map.of("Authorization", "Bearer " + token)));
        }
        try (OpenLoop load = new OpenLoop(publicUri);
                StalledChanges changes = new StalledChanges(publicUri, adminUri);
                OpenLoop live = new OpenLoop(publicUri);
                Hiccups hiccups = new Hiccups()) {
            changes.prepare(CHANGING_SECONDS);
            load.begin(PER_SECOND, n -> resolves.get(n % TOKENS));
            pass(Duration.ofSeconds(12));
            Heap before = heap(pid);
            changes.begin();
            live.begin(50, n -> Ask.get("/health/live", Map.of()));
            List<Stall> stalls = new ArrayList<>();
            List<Heap> heaps = new ArrayList<>();
            int inTime = 0;
            while (inTime < STALLS && stalls.size() < MOST_STALLS) {
                pass(Duration.ofSeconds(2));
                Stall stall = stall(redis);
                stalls.add(stall);
                heaps.add(heap(pid));
                tell(load.answers(), live.answers(), stall);
                double slowest =
                        slowest(load.answers().stream().filter(stall::saw).toList());
                inTime += slowest <= MOST_MILLIS && lived(live.answers(), stall, hiccups) ? 1 : 0;
            }
            assertThat(inTime).as("stalls within the bounds of time").isEqualTo(STALLS);
            load.end();
            changes.end();
            live.end();
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> load.open() + changes.open() == 0);
            changes.check(sentAt -> stalls.stream().anyMatch(stall -> stall.cutOff(sentAt)));
            System.out.println("live before, and after each stall: " + before + ", " + heaps);
            stalls.forEach(stall -> resolved(load.answers(), stall));
            assertThat(live.answers())
                    .allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
            assertThat(heaps)
                    .allSatisfy(heap -> assertThat(heap.growthSince(before)).isLessThan(2 * MOST_GROWTH));
            assertThat(heaps.get(1).growthSince(heaps.get(0))).isLessThan(MOST_GROWTH);
        }
    }

    /** What lives on the heap, and how many connections are of it. */
    private record Heap(long bytes, long connections) {
        /** In bytes, but for what connections hold. */
        long growthSince(Heap before) {
            return bytes - before.bytes - (connections - before.connections) * BYTES_PER_CONNECTION;
        }
    }

    /** When Redis stood still. */
    private record Stall(long stopped, long resumed, long looked) {
        /** Whether it was sent before the look at the heap, which stops the process itself. */
        boolean saw(Answer answer) {
            return answer.sentAt() >= stopped && answer.sentAt() < looked - LOOK;
        }

        /** Whether what was sent then may have been at Redis when it was stopped. */
        boolean cutOff(long sentAt) {
            return sentAt >= stopped - UNDER_WAY && sentAt < stopped;
        }
    }

    private static Stall stall(LinkRedis redis) {
        redis.signal("STOP");
        long stopped = System.nanoTime();
        pass(Duration.ofSeconds(10));
        long resumed = System.nanoTime();
        redis.signal("CONT");
        pass(Duration.ofSeconds(4));
        return new Stall(stopped, resumed, System.nanoTime());
    }

    private static void tell(List<Answer> all, List<Answer> live, Stall stall) {
        long stopped = stall.stopped();
        long resumed = stall.resumed();
        System.out.printf(
                "%d answers, slowest %.0f ms; /health/live slowest %.0f ms; last failure %d ms after SIGCONT; %s%n",
                all.size(),
                slowest(all),
                slowest(live),
                all.stream()
                        .filter(answer -> answer.status() != 200)
                        .mapToLong(answer -> TimeUnit.NANOSECONDS.toMillis(answer.sentAt() - resumed))
                        .max()
                        .orElse(0),
                all.stream()
                        .filter(answer -> answer.sentAt() > stopped && answer.sentAt() < resumed)
                        .collect(Collectors.groupingBy(
                                answer -> answer.status() + " " + answer.code(), Collectors.counting())));
    }

    private void resolved(List<Answer> answers, Stall stall) {
        long stopped = stall.stopped();
        long resumed = stall.resumed();
        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isIn(200, 503));
        assertThat(answers).filteredOn(answer -> answer.status() == 503).allSatisfy(answer -> {
            assertThat(answer.code()).isIn("store_unavailable", "store_timeout", "overloaded");
            assertThat(answer.retryAfter()).isEqualTo("1");
        });
        long second = TimeUnit.SECONDS.toNanos(1);
        assertThat(answers)
                .as("answers to what came while Redis stood still")
                .filteredOn(answer -> answer.sentAt() > stopped + lease && answer.sentAt() < resumed - 2 * second)
                .hasSizeGreaterThan(6 * PER_SECOND)
                .allSatisfy(answer -> assertThat(answer.status()).isEqualTo(503));
        assertThat(answers)
                .as("answers to what came a second after SIGCONT")
                .filteredOn(answer -> answer.sentAt() >= resumed + second && answer.sentAt() < stall.looked())
                .hasSizeGreaterThan(2 * PER_SECOND)
                .allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
    }

    /** Whether it does, while Redis stands still and while all that was refused comes back. */
    private static boolean lived(List<Answer> live, Stall stall, Hiccups hiccups) {
        List<Double> millis = live.stream()
                .filter(stall::saw)
                .map(answer -> answer.millis() - hiccups.millisWithin(answer.sentAt(), answer.millis()))
                .sorted()
                .toList();
        assertThat(millis).hasSizeGreaterThan(500);
        System.out.printf(
                "/health/live: 99 %% %.1f ms, slowest %s%n",
                millis.get(millis.size() * 99 / 100), millis.subList(millis.size() - 5, millis.size()));
        return millis.get(millis.size() - 1) <= MOST_LIVE_MILLIS;
    }

    private static double slowest(List<Answer> answers) {
        return answers.stream().mapToDouble(Answer::millis).max().orElse(Double.NaN);
    }

    private static void pass(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plusSeconds(5)).until(() -> true);
    }

    /** After a collection of everything that does not live. */
    private static Heap heap(long pid) throws Exception {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process asked = new ProcessBuilder(jcmd, "" + pid, "GC.class_histogram").start();
        String histogram = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Heap(number(TOTAL, histogram), number(CONNECTIONS, histogram));
    }

    private static long number(Pattern pattern, String histogram) {
        Matcher found = pattern.matcher(histogram);
        assertThat(found.find()).isTrue();
        return Long.parseLong(found.group(1));
    }
}
