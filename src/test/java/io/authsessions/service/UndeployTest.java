package io.authsessions.service;

import static io.authsessions.Futures.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessionVerticle;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.Resolution;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fault-24")
@DisplayName("Undeploying the service")
class UndeployTest {
    private static final int CALLERS = 100;

    private final AtomicReference<ControlledStore> controlled = new AtomicReference<>();
    private Vertx vertx;
    private AuthSessionService service;

    @BeforeEach
    void open() {
        vertx = Vertx.vertx();
        ControlledStore.Provider.wrap(real -> {
            controlled.set(new ControlledStore(real));
            return controlled.get().store();
        });
        service = AuthSessionService.createProxy(vertx);
    }

    @AfterEach
    void close() {
        get(vertx.close());
    }

    private String deploy(Duration drain) {
        AuthSessionsOptions options = AuthSessionsOptions.defaults()
                .withStore("controlled", new JsonObject())
                .withDrain(drain);
        return get(vertx.deployVerticle(new AuthSessionVerticle(options)));
    }

    private List<Future<Resolution>> resolveOften(String token) {
        List<Future<Resolution>> answers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            answers.add(service.resolveSession(token));
        }
        return answers;
    }

    @Test
    @DisplayName("lets calls under way end")
    void drains() {
        String deployment = deploy(Duration.ofSeconds(5));
        IssuedSession issued = get(service.createSession(NewSession.of("ada")));
        Promise<Void> gate = Promise.promise();
        controlled.get().calls.set(0);
        controlled.get().answerAfter(gate.future());
        List<Future<Resolution>> answers = resolveOften(issued.token());
        Awaitility.await().until(() -> controlled.get().calls.get() == CALLERS);
        Future<Void> undeployed = vertx.undeploy(deployment);
        gate.complete();
        get(undeployed);
        answers.forEach(answer -> assertThat(get(answer).session()).isNotNull());
    }

    @Test
    @DisplayName("fails at once what does not end while it drains, and lets nobody wait for a time-out")
    void failsTheRest() {
        String deployment = deploy(Duration.ofMillis(50));
        IssuedSession issued = get(service.createSession(NewSession.of("ada")));
        controlled.get().calls.set(0);
        controlled.get().behave((method, real) -> Promise.promise().future());
        List<Future<Resolution>> answers = resolveOften(issued.token());
        Awaitility.await().until(() -> controlled.get().calls.get() == CALLERS);
        get(vertx.undeploy(deployment));
        answers.forEach(answer -> assertThat(Failures.detailOf(io.authsessions.Futures.failure(answer)))
                .isEqualTo(Failures.SHUTTING_DOWN));
    }

    @Test
    @DisplayName("in the middle of a flood of calls answers each, with a result or UNAVAILABLE, none by time-out")
    void flood() {
        for (int round = 0; round < 20; round++) {
            String deployment = deploy(Duration.ofSeconds(1));
            IssuedSession issued = get(service.createSession(NewSession.of("ada")));
            long begun = System.nanoTime();
            List<Future<Resolution>> answers = resolveOften(issued.token());
            Future<Void> undeployed = vertx.undeploy(deployment);
            answers.addAll(resolveOften(issued.token()));
            get(undeployed);
            for (Future<Resolution> answer : answers) {
                String outcome = get(answer.map(r -> "answered").otherwise(Failures::detailOf));
                assertThat(outcome).isIn("answered", "store_unavailable", Failures.SHUTTING_DOWN);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
        }
    }

    @Test
    @DisplayName("and deploying again heals callers without a restart")
    @Tag("fault-23")
    void heals() {
        String deployment = deploy(Duration.ofMillis(50));
        IssuedSession issued = get(service.createSession(NewSession.of("ada")));
        get(vertx.undeploy(deployment));
        assertThat(Failures.detailOf(io.authsessions.Futures.failure(service.resolveSession(issued.token()))))
                .isEqualTo("store_unavailable");
        deploy(Duration.ofMillis(50));
        assertThat(get(service.resolveSession(issued.token())).session()).isNotNull();
    }
}
