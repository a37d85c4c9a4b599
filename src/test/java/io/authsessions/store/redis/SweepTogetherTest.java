package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessions;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.Futures;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.store.TestClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("Three nodes that sweep one Redis")
class SweepTogetherTest {
    private static final String PREFIX = "sweep";
    private static final int SESSIONS = 10_000;
    private static final int BATCH = 500;
    private static final int MOST_IDS = 100;
    private static final Pattern SCRIPT = Pattern.compile("(?i)\"evalsha\" \"[0-9a-f]+\" \"(\\d+)\"");

    private final TestClock clock = new TestClock();
    private final List<Node> nodes = new ArrayList<>();

    private record Node(Vertx vertx, AuthSessions sessions, Queue<JsonObject> expired) {}

    @Test
    @Timeout(180)
    @DisplayName("announce each of 10,000 sessions that expire at once exactly once, in steps of at most 100")
    void allAtOnce() throws Exception {
        try (LinkRedis redis = LinkRedis.started();
                PlainRedis monitor = new PlainRedis(redis.port())) {
            for (int i = 0; i < 3; i++) {
                nodes.add(start(redis));
            }
            Set<String> ids = create();
            redis.admin("CONFIG", "RESETSTAT");
            redis.admin("SLOWLOG", "RESET");
            List<Integer> keysOfScripts = watch(monitor);
            clock.advance(Duration.ofDays(8));

            for (Node node : nodes) {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(90))
                        .until(() -> node.expired().size() >= SESSIONS);
            }
            Set<String> eventIds = eventIds(nodes.get(0));
            for (Node node : nodes) {
                assertThat(node.expired())
                        .extracting(event -> event.getString("sessionId"))
                        .hasSize(SESSIONS)
                        .containsExactlyInAnyOrderElementsOf(ids);
                assertThat(eventIds(node)).isEqualTo(eventIds).hasSize(SESSIONS);
                Futures.get(node.sessions().close());
                Futures.get(node.vertx().close());
            }
            assertThat(List.copyOf(keysOfScripts))
                    .hasSizeGreaterThanOrEqualTo(SESSIONS / MOST_IDS)
                    .allMatch(keys -> keys <= 3 + 2 * MOST_IDS);
            assertFewAreSlow(redis);
            StoredKeys stored = StoredKeys.of(redis.port(), PREFIX);
            assertThat(stored.faults()).isEmpty();
            assertThat(stored.records()).isEmpty();
            assertThat(stored.markers()).isEqualTo(ids);
        }
    }

    private Node start(LinkRedis redis) {
        Vertx vertx = Vertx.vertx();
        Queue<JsonObject> expired = new ConcurrentLinkedQueue<>();
        JsonObject config = new JsonObject()
                .put("uri", redis.uri())
                .put("prefix", PREFIX)
                .put("buckets", 16)
                .put("commandDeadline", "8s")
                .put("callDeadline", "16s");
        AuthSessionsOptions options = AuthSessionsOptions.defaults()
                .withStore("redis", config)
                .withDeadline(Duration.ofSeconds(18))
                .withSweepInterval(Duration.ofMillis(20));
        vertx.eventBus().<JsonObject>localConsumer(options.eventsAddress(), message -> {
            if ("expired".equals(message.body().getString("type"))) {
                expired.add(message.body());
            }
        });
        return new Node(vertx, Futures.get(AuthSessions.start(vertx, options, clock)), expired);
    }

    private Set<String> create() {
        Set<String> ids = new HashSet<>();
        for (int done = 0; done < SESSIONS; done += BATCH) {
            List<Future<IssuedSession>> creates = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) {
                creates.add(nodes.get(i % nodes.size())
                        .sessions()
                        .service()
                        .createSession(NewSession.of("user-" + (done + i) / 10)));
            }
            Futures.get(Future.join(creates));
            creates.forEach(each -> ids.add(each.result().session().id()));
        }
        assertThat(ids).hasSize(SESSIONS);
        return ids;
    }

    /** How many keys each script is given, as Redis sees it. */
    private static List<Integer> watch(PlainRedis monitor) {
        List<Integer> keys = new java.util.concurrent.CopyOnWriteArrayList<>();
        monitor.call("MONITOR");
        Thread reader = new Thread(() -> {
            try {
                while (true) {
                    Matcher script = SCRIPT.matcher(PlainRedis.text(monitor.next()));
                    if (script.find()) {
                        keys.add(Integer.valueOf(script.group(1)));
                    }
                }
            } catch (java.io.UncheckedIOException e) {
                // The connection was closed: the test is over.
                return;
            }
        });
        reader.setDaemon(true);
        reader.start();
        return keys;
    }

    private static Set<String> eventIds(Node node) {
        Set<String> ids = new HashSet<>();
        node.expired().forEach(event -> ids.add(event.getString("eventId")));
        return ids;
    }

    /** Redis notes by itself what takes it 10 ms. */
    private static void assertFewAreSlow(LinkRedis redis) {
        long slow = Long.parseLong(redis.admin("SLOWLOG", "LEN").substring(1));
        Matcher all = Pattern.compile("total_commands_processed:(\\d+)").matcher(redis.admin("INFO", "stats"));
        assertThat(all.find()).isTrue();
        assertThat(slow).isLessThanOrEqualTo(Math.max(1, Long.parseLong(all.group(1)) / 1_000));
    }
}
