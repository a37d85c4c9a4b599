package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.ChildJvm;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Programs that are killed in the midst of their changes. */
@Tag("fault-28")
@DisplayName("However often a node is killed with SIGKILL while it changes sessions")
@Execution(ExecutionMode.CONCURRENT)
class KillRoundsTest {
    private static final String PREFIX = "aus:kill";
    private static final int TOGETHER = 2;
    private static final int MOST_LINES = 300;
    private static final int MOST_MICROS = 2_000;

    private final GuardedRedis redis = GuardedRedis.started();
    private final Set<String> created = new HashSet<>();
    private final Set<String> ending = new HashSet<>();
    private final Set<String> ended = new HashSet<>();

    @AfterEach
    void end() {
        redis.close();
    }

    @Test
    @Timeout(120)
    @DisplayName("records and indices agree, and what was answered has happened (10 rounds)")
    void tenRounds() throws Exception {
        rounds(10);
    }

    @Test
    @Tag("slow")
    @Timeout(900)
    @DisplayName("records and indices agree, and what was answered has happened (100 rounds)")
    void hundredRounds() throws Exception {
        rounds(100);
    }

    private void rounds(int rounds) throws Exception {
        for (int done = 0; done < rounds; done += TOGETHER) {
            List<CompletableFuture<List<String>>> children = new ArrayList<>();
            for (int i = 0; i < TOGETHER; i++) {
                children.add(CompletableFuture.supplyAsync(this::runAndKill, command -> new Thread(command).start()));
            }
            for (CompletableFuture<List<String>> child : children) {
                child.get(60, TimeUnit.SECONDS).forEach(this::note);
            }
            check();
        }
        assertThat(created).hasSizeGreaterThan(10 * rounds);
        assertThat(ended).hasSizeGreaterThan(rounds);
    }

    /** All that one child said until it was killed: after so much work that a slow machine does as much as a fast one. */
    private List<String> runAndKill() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int killAt = 1 + random.nextInt(MOST_LINES);
        try {
            Process child = ChildJvm.start(Churn.class, redis.uri(), PREFIX);
            try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
                List<String> lines = new ArrayList<>();
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    lines.add(line);
                    if (lines.size() == killAt) {
                        // By its handle: the process itself would close what it has said and is not read yet.
                        CompletableFuture.runAsync(
                                child.toHandle()::destroyForcibly,
                                CompletableFuture.delayedExecutor(random.nextInt(MOST_MICROS), TimeUnit.MICROSECONDS));
                    }
                }
                assertThat(lines).as("said before the kill").hasSizeGreaterThanOrEqualTo(killAt);
                return lines;
            } finally {
                child.destroyForcibly();
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The last line may have been cut off by the kill. */
    private void note(String line) {
        String[] words = line.split(" ");
        if (words.length == 2 && words[1].length() == 22) {
            switch (words[0]) {
                case "created" -> created.add(words[1]);
                case "ending" -> ending.add(words[1]);
                default -> ended.add(words[1]);
            }
        }
    }

    private void check() {
        try (PlainRedis raw = new PlainRedis(redis.port())) {
            // What a dead client had sent is still worked off.
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() ->
                            PlainRedis.text(raw.call("CLIENT", "LIST")).lines().count() == 1);
        }
        StoredKeys stored = redis.stored(PREFIX);
        assertThat(stored.faults()).isEmpty();
        Set<String> mustLive = new HashSet<>(created);
        mustLive.removeAll(ending);
        mustLive.removeAll(stored.records());
        assertThat(mustLive).as("created, never ended, and not there").isEmpty();
        Set<String> mustBeOver = new HashSet<>(ended);
        mustBeOver.removeAll(stored.markers());
        assertThat(mustBeOver).as("ended, and without a marker").isEmpty();
    }
}
