package io.authsessions;

import static io.authsessions.Futures.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.AuthSession;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest;
import io.authsessions.model.Resolution;
import io.authsessions.model.SessionPolicy;
import io.authsessions.service.AuthSessionService;
import io.authsessions.store.TestClock;
import io.authsessions.store.redis.TestRedis;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("fault-22")
@DisplayName("When the clock of the store jumps")
class ClockJumpTest {
    private static final AtomicInteger SPACES = new AtomicInteger();
    private static final Duration HOUR = Duration.ofHours(1);

    private final Vertx vertx = Vertx.vertx();
    private final TestClock clock = new TestClock();

    @AfterEach
    void close() {
        get(vertx.close());
    }

    private AuthSessionService start(String store) {
        JsonObject config = new JsonObject();
        if (store.equals("redis")) {
            String prefix = "aus:jump-" + SPACES.incrementAndGet();
            config.put("uri", TestRedis.uri()).put("prefix", prefix).put("buckets", 2);
        }
        SessionPolicy policy = SessionPolicy.DEFAULT.toBuilder()
                .idleTimeout(HOUR.multipliedBy(2))
                .absoluteTimeout(HOUR.multipliedBy(3))
                .touchInterval(Duration.ZERO)
                .build();
        AuthSessionsOptions options = AuthSessionsOptions.defaults()
                .withStore(store, config)
                .withPolicy(policy)
                .withSweepInterval(Duration.ofMillis(20));
        return get(AuthSessions.start(vertx, options, clock)).service();
    }

    private static AuthSession resolved(AuthSessionService service, IssuedSession issued) {
        AuthSession session = get(service.resolveSession(issued.token())).session();
        assertThat(session).isNotNull();
        return session;
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"local", "redis"})
    @DisplayName("back by five minutes, nobody is signed out, no use is unlearned, and nothing lives longer in the end")
    void back(String store) {
        AuthSessionService service = start(store);
        IssuedSession issued = get(service.createSession(NewSession.of("ada")));
        long absolute =
                issued.session().createdAtMillis() + HOUR.multipliedBy(3).toMillis();
        clock.advance(HOUR);
        resolved(service, issued);
        long usedAt = clock.millis();
        Awaitility.await()
                .until(() -> get(service.getSession(issued.session().id())).lastUsedAtMillis() == usedAt);
        clock.advance(Duration.ofMinutes(-5));
        for (int i = 0; i < 3; i++) {
            assertThat(resolved(service, issued).lastUsedAtMillis()).isGreaterThanOrEqualTo(usedAt);
        }
        clock.advance(Duration.ofMinutes(65));
        assertThat(resolved(service, issued).expiresAtMillis()).isLessThanOrEqualTo(absolute);
        clock.set(absolute);
        assertThat(get(service.resolveSession(issued.token())).session()).isNull();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"local", "redis"})
    @DisplayName("forward by hours, what has expired ends, and does not come back when the clock does")
    void forward(String store) {
        AuthSessionService service = start(store);
        IssuedSession issued = get(service.createSession(NewSession.of("ada")));
        clock.advance(HOUR.multipliedBy(4));
        Resolution ended = get(service.resolveSession(issued.token()));
        assertThat(ended.session()).isNull();
        assertThat(get(service.getSessionsForUser("ada", PageRequest.FIRST)).items())
                .isEmpty();
        Awaitility.await().until(() -> {
            clock.advance(HOUR.multipliedBy(-4));
            boolean gone = get(service.resolveSession(issued.token())).session() == null;
            clock.advance(HOUR.multipliedBy(4));
            return gone;
        });
        clock.advance(HOUR.multipliedBy(-4));
        assertThat(get(service.resolveSession(issued.token())).session()).isNull();
        assertThat(get(service.countSessions())).isZero();
        assertThat(get(service.createSession(NewSession.of("ada"))).session().userId())
                .isEqualTo("ada");
    }
}
