package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessions;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.Futures;
import io.authsessions.LogCapture;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.store.TestClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

@DisplayName("Three nodes that sweep one Redis")
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = LogCapture.LOCK, mode = ResourceAccessMode.READ)
class SweepTogetherTest {
    private static final String PREFIX = "aus:sweep";
    private static final int SESSIONS = 10_000;
    private static final int BATCH = 500;
    private static final int MOST_IDS = 100;
    /** Of these, no script that ends sessions calls one. */
    private static final Pattern SENT = Pattern.compile("(?m)^cmdstat_(?:evalsha|eval|zrange|mget):calls=(\\d+)");

    private final TestClock clock = new TestClock();
    private final List<Node> nodes = new ArrayList<>();

    private record Node(Vertx vertx, AuthSessions sessions, Queue<JsonObject> expired) {}

    @Test
    @Timeout(180)
    @DisplayName("announce each of 10,000 sessions that expire at once exactly once, in steps of at most 100")
    void allAtOnce() throws Exception {
        try (GuardedRedis redis = GuardedRedis.started("--slowlog-max-len", "100000");
                PlainRedis feed = new PlainRedis(redis.port())) {
            for (int i = 0; i < 3; i++) {
                nodes.add(start(redis));
            }
            Set<String> ids = create();
            redis.admin("SLOWLOG", "RESET");
            redis.admin("CONFIG", "RESETSTAT");
            List<Integer> steps = watch(feed);
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
            assertThat(List.copyOf(steps)).allMatch(step -> step <= MOST_IDS);
            assertThat(steps.stream().mapToInt(step -> step).sum()).isEqualTo(SESSIONS);
            assertFewAreSlow(redis);
            StoredKeys stored = redis.stored(PREFIX);
            assertThat(stored.faults()).isEmpty();
            assertThat(stored.records()).isEmpty();
            assertThat(stored.markers()).isEqualTo(ids);
        }
    }

    private Node start(GuardedRedis redis) {
        Vertx vertx = Vertx.vertx();
        Queue<JsonObject> expired = new ConcurrentLinkedQueue<>();
        JsonObject config = redis.config(PREFIX).put("buckets", 16);
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

    /** How many sessions each step ends, as it says itself on the feed. */
    private static List<Integer> watch(PlainRedis feed) {
        List<Integer> steps = new CopyOnWriteArrayList<>();
        feed.call("SUBSCRIBE", PREFIX + ":events");
        Thread reader = new Thread(() -> {
            try {
                while (true) {
                    List<?> message = (List<?>) feed.next();
                    steps.add(new JsonObject(PlainRedis.text(message.get(2)))
                            .getJsonArray("ids")
                            .size());
                }
            } catch (UncheckedIOException e) {
                // The connection was closed: the test is over.
                return;
            }
        });
        reader.setDaemon(true);
        reader.start();
        return steps;
    }

    private static Set<String> eventIds(Node node) {
        Set<String> ids = new HashSet<>();
        node.expired().forEach(event -> ids.add(event.getString("eventId")));
        return ids;
    }

    /** Redis notes by itself what takes it 10 ms; of clients' commands, not of what scripts call. */
    private static void assertFewAreSlow(GuardedRedis redis) {
        long slow = Long.parseLong(redis.admin("SLOWLOG", "LEN").substring(1));
        long sent = SENT.matcher(redis.admin("INFO", "commandstats"))
                .results()
                .mapToLong(count -> Long.parseLong(count.group(1)))
                .sum();
        assertThat(slow).as("of %d", sent).isLessThanOrEqualTo(sent / 1_000);
    }
}
