package io.authsessions.service;

import static io.authsessions.Futures.failure;
import static io.authsessions.Futures.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.LogCapture;
import io.authsessions.model.FailureCode;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.SessionPolicy;
import io.authsessions.store.StoreException;
import io.authsessions.store.TestClock;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("fault-31")
@DisplayName("A store that misbehaves")
class CallsTest {
    private static final Duration DEADLINE = Duration.ofMillis(150);

    private Vertx vertx;
    private ControlledStore controlled;
    private StoreSessionService service;

    @BeforeEach
    void open() {
        vertx = Vertx.vertx();
        SessionPolicy policy = SessionPolicy.DEFAULT;
        controlled = new ControlledStore(vertx, policy, new TestClock());
        get(controlled.store().open(event -> {}));
        service = new StoreSessionService(vertx, controlled.store(), policy, DEADLINE, new SecureRandom());
    }

    @AfterEach
    void close() {
        get(vertx.close());
    }

    @Test
    @DisplayName("is logged with its stack trace, but without what it said")
    void logged() {
        try (LogCapture logs = LogCapture.start()) {
            throwing();
            assertThat(logs.lines()).anyMatch(line -> line.contains("IllegalStateException"));
            assertThat(logs.lines()).noneMatch(line -> line.contains("secret"));
        }
    }

    private void expect(ControlledStore.Behaviour behaviour, FailureCode code, String detail) {
        String token = get(service.createSession(NewSession.of("ada"))).token();
        controlled.behave(behaviour);
        Throwable failure = failure(service.resolveSession(token));
        assertThat(Failures.codeOf(failure)).isEqualTo(code);
        assertThat(Failures.detailOf(failure)).isEqualTo(detail);
        assertThat(failure.toString()).doesNotContain("secret", "java.");
        controlled.heal();
        assertThat(get(service.resolveSession(token)).session()).isNotNull();
    }

    @Test
    @DisplayName("by never answering: UNAVAILABLE at the deadline")
    void silent() {
        expect((m, real) -> Promise.promise().future(), FailureCode.UNAVAILABLE, StoreException.TIMEOUT);
    }

    @Test
    @DisplayName("by throwing: INTERNAL, and nothing of the exception shows")
    void throwing() {
        expect(
                (m, real) -> {
                    throw new IllegalStateException("secret");
                },
                FailureCode.INTERNAL,
                "internal");
    }

    @ParameterizedTest
    @ValueSource(classes = {NoClassDefFoundError.class, StackOverflowError.class, AssertionError.class})
    @DisplayName("by throwing an Error of the JVM: INTERNAL, and nothing of it shows")
    void throwingErrors(Class<? extends Error> type) throws Exception {
        Error error = type == AssertionError.class
                ? new AssertionError("secret")
                : type.getConstructor(String.class).newInstance("secret");
        expect(
                (m, real) -> {
                    throw error;
                },
                FailureCode.INTERNAL,
                "internal");
    }

    @Test
    @DisplayName("by throwing an Error at the call of a worker: INTERNAL, at once")
    void throwingErrorsAtWorkers() {
        controlled.behave((m, real) -> {
            throw new StackOverflowError("secret");
        });
        Throwable failure = failure(vertx.executeBlocking(
                        () -> get(service.createSession(NewSession.of("ada")).map(issued -> "created")))
                .mapEmpty());
        assertThat(Failures.detailOf(failure)).isEqualTo("internal");
        assertThat(failure.toString()).doesNotContain("secret");
    }

    @Test
    @DisplayName("by returning no future at all: INTERNAL")
    void nothing() {
        expect((m, real) -> null, FailureCode.INTERNAL, "internal");
    }

    @Test
    @DisplayName("by failing with something of a driver: INTERNAL, and nothing of it shows")
    void driver() {
        expect(
                (m, real) -> Future.failedFuture(new RuntimeException("secret *2 $3 set")),
                FailureCode.INTERNAL,
                "internal");
    }

    @Test
    @DisplayName("by failing a while later, within the deadline: its own failure, nothing else")
    void failingLater() {
        String token = get(service.createSession(NewSession.of("ada"))).token();
        Promise<Object> answer = Promise.promise();
        controlled.behave((method, real) -> answer.future());
        Future<?> resolved = service.resolveSession(token);
        answer.fail(new StoreException(StoreException.OVERLOADED, "too many calls", null));
        assertThat(Failures.detailOf(failure(resolved))).isEqualTo(StoreException.OVERLOADED);
    }

    @Test
    @DisplayName("by failing late, after the deadline: the call has ended before, once")
    void late() {
        Promise<Void> gate = Promise.promise();
        expect(
                (m, real) -> gate.future().compose(v -> (Future<?>) real.get()),
                FailureCode.UNAVAILABLE,
                StoreException.TIMEOUT);
        gate.complete();
    }

    @Test
    @DisplayName("has nothing to do with a caller that throws when told: others are told, and closing ends")
    void callersThatThrow() {
        Calls calls = new Calls(vertx, DEADLINE);
        List<Future<Object>> waiting = new ArrayList<>();
        try (LogCapture logs = LogCapture.start()) {
            for (int i = 0; i < 6; i++) {
                Future<Object> call = calls.call(() -> Promise.promise().future());
                if (i % 2 == 0) {
                    call.onComplete(told -> {
                        throw new IllegalStateException("a secret of the caller");
                    });
                }
                waiting.add(call);
            }
            // The last first: Vert.x swallows what a caller throws where another waits for the same call.
            assertThat(Failures.detailOf(failure(waiting.get(5)))).isEqualTo(StoreException.TIMEOUT);
            waiting.forEach(call -> assertThat(Failures.detailOf(failure(call))).isEqualTo(StoreException.TIMEOUT));
            assertThat(Failures.detailOf(
                            failure(calls.call(() -> Promise.promise().future()))))
                    .isEqualTo(StoreException.TIMEOUT);
            get(calls.close(Duration.ofMillis(100)));
            assertThat(logs.lines()).anyMatch(line -> line.contains("threw when it ended"));
            assertThat(logs.lines()).noneMatch(line -> line.contains("secret"));
        }
    }

    @Test
    @DisplayName("in a touch: the resolve succeeds all the same")
    void touch() {
        IssuedSession issued = get(service.createSession(NewSession.of("ada")));
        String rotated = get(service.rotateSession(issued.token())).token();
        controlled.behave((method, real) ->
                method.equals("use") ? Future.failedFuture(new RuntimeException("down")) : real.get());
        assertThat(get(service.resolveSession(rotated)).session()).isNotNull();
    }
}
