package io.authsessions.service;

import static io.authsessions.Futures.failure;
import static io.authsessions.Futures.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.FailureCode;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.SessionPolicy;
import io.authsessions.store.TestClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** The service in process, over a store in front of which anything can be put. */
abstract class OverControlledStore {
    static final Duration TOUCH = Duration.ofSeconds(60);
    private static Vertx vertx;

    final TestClock clock = new TestClock();
    final SessionPolicy policy = SessionPolicy.builder()
            .touchInterval(TOUCH)
            .idleTimeout(Duration.ofHours(1))
            .rotationGrace(Duration.ofSeconds(30))
            .build();
    ControlledStore controlled;
    StoreSessionService service;

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void endVertx() {
        get(vertx.close());
    }

    @BeforeEach
    void open() {
        vertx.sharedData().getLocalMap("authsessions.store").clear();
        controlled = new ControlledStore(vertx, policy, clock);
        get(controlled.store().open(event -> {}));
        service = new StoreSessionService(vertx, controlled.store(), policy, Duration.ofSeconds(5), new SecureRandom());
    }

    final IssuedSession signIn() {
        return get(service.createSession(NewSession.of("ann").withMeta(new JsonObject().put("n", 1))));
    }

    static void assertFails(Future<?> answer, FailureCode code, String detail) {
        Throwable failure = failure(answer);
        assertThat(Failures.codeOf(failure)).isEqualTo(code);
        assertThat(Failures.detailOf(failure)).isEqualTo(detail);
    }

    final List<String> callsOf(Runnable work) {
        controlled.called.clear();
        work.run();
        return List.copyOf(controlled.called);
    }

    static void assertInvalid(Future<?> answer, String field) {
        Throwable failure = failure(answer);
        assertThat(Failures.codeOf(failure)).isEqualTo(FailureCode.INVALID);
        assertThat(Failures.errorsOf(failure)).extracting("field").containsExactly(field);
    }
}
