package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessions;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.Futures;
import io.authsessions.LogCapture;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A primary that takes no writes may be one no more, and others may have ended sessions elsewhere: so each round of
 * reads of the marks also writes.
 */
@DisplayName("The lease of what is in memory")
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = LogCapture.LOCK, mode = ResourceAccessMode.READ)
class LeaseWithoutWritesTest {
    private final LinkRedis redis = LinkRedis.started();
    private final Vertx vertx = Vertx.vertx();
    private AuthSessions sessions;
    private IssuedSession issued;

    @BeforeEach
    void open() {
        JsonObject config = new JsonObject().put("uri", redis.leastRightsUri()).put("buckets", 2);
        sessions = Futures.get(
                AuthSessions.start(vertx, AuthSessionsOptions.defaults().withStore("redis", config)));
        issued = Futures.get(sessions.service().createSession(NewSession.of("ann")));
        Awaitility.await().until(this::answersFromMemory);
    }

    @AfterEach
    void close() {
        Futures.get(sessions.close());
        Futures.get(vertx.close());
        redis.close();
    }

    private boolean answersFromMemory() {
        long before = sessions.cacheMeters().hits();
        boolean lives =
                Futures.get(sessions.service().resolveSession(issued.token())).session() != null;
        assertThat(lives).isTrue();
        return sessions.cacheMeters().hits() > before;
    }

    /** From then on each resolve asks Redis, and is answered. */
    private void answersFromRedis(Duration time) {
        Awaitility.await()
                .atMost(Duration.ofMillis(1_500))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> !answersFromMemory());
        long until = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < until) {
            assertThat(answersFromMemory()).isFalse();
        }
        assertThat(sessions.cacheMeters().leasesAlive()).isZero();
    }

    @Test
    @Tag("fault-8")
    @DisplayName("lapses while Redis answers reads but has its writes paused, and is there again when they go on")
    void paused() {
        redis.admin("CLIENT", "PAUSE", "3000", "WRITE");
        answersFromRedis(Duration.ofMillis(700));
        Awaitility.await().atMost(Duration.ofSeconds(6)).until(this::answersFromMemory);
    }

    @Test
    @Tag("fault-18")
    @DisplayName("lapses while Redis takes no writes for want of replicas, and is there again when it does")
    void tooFewReplicas() {
        redis.admin("CONFIG", "SET", "min-replicas-to-write", "1");
        answersFromRedis(Duration.ofMillis(700));
        redis.admin("CONFIG", "SET", "min-replicas-to-write", "0");
        Awaitility.await().atMost(Duration.ofSeconds(6)).until(this::answersFromMemory);
    }

    @Test
    @DisplayName("stands on a mark that is kept for an hour from each time on that its sessions are asked for")
    void renewsMarks() {
        String mark = "aus:{" + issued.session().id().substring(0, 2) + "}:m";
        try (PlainRedis admin = new PlainRedis(redis.port())) {
            Futures.get(sessions.service()
                    .destroySession(
                            Futures.get(sessions.service().createSession(NewSession.of("ann")))
                                    .session()
                                    .id(),
                            "revoked"));
            assertThat(admin.call("PEXPIRE", mark, "60000")).isEqualTo(1L);
            Awaitility.await().atMost(Duration.ofSeconds(3)).until(() -> {
                answersFromMemory();
                return (Long) admin.call("PTTL", mark) > Duration.ofMinutes(59).toMillis();
            });
        }
    }
}
