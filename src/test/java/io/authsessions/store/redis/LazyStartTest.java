package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessions;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.Futures;
import io.authsessions.model.FailureCode;
import io.authsessions.model.NewSession;
import io.authsessions.service.Failures;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fault-1")
@DisplayName("A start while Redis is away")
class LazyStartTest {
    private static final String MADE = "made";
    private static final String REFUSED = "laid out otherwise";

    private final Vertx vertx = Vertx.vertx();
    private final LinkRedis redis = LinkRedis.stopped();

    @AfterEach
    void close() {
        Futures.get(vertx.close());
        redis.close();
    }

    private static String madeBy(AuthSessions sessions) {
        Future<?> made = Futures.settled(sessions.service().createSession(NewSession.of("ada")));
        if (made.succeeded()) {
            return MADE;
        }
        return made.cause().getMessage().contains("store.redis.buckets") ? REFUSED : "not there";
    }

    private AuthSessionsOptions options(int buckets) {
        JsonObject config = new JsonObject()
                .put("uri", redis.leastRightsUri())
                .put("buckets", buckets)
                .put("lazyConnect", true);
        return AuthSessionsOptions.defaults().withStore("redis", config);
    }

    @Test
    @DisplayName("with lazyConnect succeeds; calls are UNAVAILABLE until Redis is there, and work from then on")
    void lazy() {
        AuthSessions sessions = Futures.get(AuthSessions.start(vertx, options(16)));
        try {
            assertThat(Failures.codeOf(Futures.failure(sessions.service().createSession(NewSession.of("ada")))))
                    .isEqualTo(FailureCode.UNAVAILABLE);
            redis.start();
            Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> sessions.service()
                    .createSession(NewSession.of("ada"))
                    .map(created -> true)
                    .otherwise(false)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get());
        } finally {
            Futures.get(sessions.close());
        }
    }

    @Test
    @Tag("fault-3")
    @DisplayName("is not the only time to find that out: a Redis that lost all may have been begun otherwise since")
    void otherLayoutLater() {
        redis.start();
        AuthSessions sessions = Futures.get(AuthSessions.start(vertx, options(16)));
        Futures.get(sessions.service().countSessions());
        redis.kill();
        redis.start();
        AuthSessions other = Futures.get(AuthSessions.start(vertx, options(32)));
        // Whoever comes first begins it anew; the other must find that out, also where it had been there before.
        Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> Set.copyOf(
                        List.of(madeBy(sessions), madeBy(other)))
                .equals(Set.of(MADE, REFUSED)));
        Futures.get(other.close());
        Futures.get(sessions.close());
    }

    @Test
    @DisplayName("still finds out, then, that the sessions there are laid out otherwise")
    void otherLayout() {
        redis.start();
        Futures.get(
                Futures.get(AuthSessions.start(vertx, options(16))).service().countSessions());
        AuthSessions other = Futures.get(AuthSessions.start(vertx, options(32)));
        assertThat(Futures.failure(other.service().createSession(NewSession.of("ada"))))
                .hasMessageContaining("store.redis.buckets");
        Futures.get(other.close());
    }
}
