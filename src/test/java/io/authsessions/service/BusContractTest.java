package io.authsessions.service;

import static io.authsessions.Futures.failure;
import static io.authsessions.Futures.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessionVerticle;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.model.AuthSession;
import io.authsessions.model.ClientInfo;
import io.authsessions.model.EndReason;
import io.authsessions.model.FailureCode;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest;
import io.authsessions.model.Resolution;
import io.authsessions.model.ResolveOptions;
import io.authsessions.model.SessionEvent;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionUpdate;
import io.authsessions.store.TestClock;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The service over the event bus")
class BusContractTest {
    private final TestClock clock = new TestClock();
    private Vertx vertx;
    private AuthSessionService service;
    private final List<SessionEvent> events = new CopyOnWriteArrayList<>();

    @BeforeEach
    void deploy() {
        vertx = Vertx.vertx();
        vertx.eventBus()
                .<JsonObject>localConsumer(
                        AuthSessionService.EVENTS_ADDRESS, m -> events.add(SessionEvent.fromJson(m.body())));
        SessionPolicy policy =
                SessionPolicy.builder().touchInterval(Duration.ofSeconds(60)).build();
        get(vertx.deployVerticle(
                new AuthSessionVerticle(AuthSessionsOptions.defaults().withPolicy(policy), clock)));
        service = AuthSessionService.createProxy(vertx);
    }

    @AfterEach
    void close() {
        get(vertx.close());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("carries every call and every value, also what a proxy in the same Vert.x asks without a message")
    void everyCall(boolean byMessages) {
        if (byMessages) {
            service = new AuthSessionServiceVertxEBProxy(vertx, AuthSessionService.ADDRESS);
        }
        NewSession request = NewSession.of("ada")
                .withLabel("Chrome on macOS")
                .withMeta(new JsonObject().put("role", "admin").put("n", 5))
                .withClient(new ClientInfo("192.0.2.1", "curl"));
        IssuedSession issued = get(service.createSession(request));
        AuthSession session = issued.session();
        assertThat(session.meta()).isEqualTo(request.meta());
        assertThat(session.client()).isEqualTo(request.client());

        assertThat(get(service.resolveSession(issued.token())).session()).isEqualTo(session);
        assertThat(get(service.resolveSessionWith(issued.token(), new ResolveOptions(true, false)))
                        .session())
                .isEqualTo(session);
        assertThat(get(service.getUserIdFromSession(issued.token()))).isEqualTo("ada");
        assertThat(get(service.getSessionMeta(issued.token()))).isEqualTo(request.meta());
        assertThat(get(service.getSession(session.id()))).isEqualTo(session);
        assertThat(get(service.getSessionsForUser("ada", PageRequest.FIRST)).items())
                .containsExactly(session);
        assertThat(get(service.listSessions(PageRequest.FIRST)).items()).containsExactly(session);
        assertThat(get(service.countSessions())).isEqualTo(1);

        AuthSession renamed = get(service.updateSession(session.id(), SessionUpdate.NOTHING.withLabel("Laptop")));
        assertThat(renamed.label()).isEqualTo("Laptop");
        IssuedSession rotated = get(service.rotateSession(issued.token()));
        IssuedSession proven = get(service.reauthenticateSession(rotated.token()));
        assertThat(get(service.resolveSession(issued.token()))).isEqualTo(Resolution.NONE);
        assertThat(get(service.destroySessionByToken(proven.token(), EndReason.SIGNED_OUT)))
                .isTrue();
        assertThat(get(service.resolveSession(proven.token())))
                .isEqualTo(Resolution.ended(EndReason.SIGNED_OUT, clock.millis()));
        assertThat(get(service.destroySession(session.id(), EndReason.REVOKED))).isFalse();

        get(service.createSession(NewSession.of("ada")));
        assertThat(get(service.destroySessionsForUser("ada", null, EndReason.REVOKED))
                        .ended())
                .isEqualTo(1);
    }

    @Test
    @DisplayName("answers null, malformed and unknown tokens alike")
    void nothingToProbe() {
        assertThat(get(service.resolveSession(null))).isEqualTo(Resolution.NONE);
        assertThat(get(service.resolveSession("nonsense"))).isEqualTo(Resolution.NONE);
        assertThat(get(service.getUserIdFromSession(null))).isNull();
        assertThat(get(service.getSessionMeta("nonsense"))).isNull();
        assertThat(get(service.getSession("nonsense"))).isNull();
    }

    @Test
    @DisplayName("keeps the code of each failure")
    void codes() {
        assertThat(Failures.codeOf(failure(service.createSession(NewSession.of("")))))
                .isEqualTo(FailureCode.INVALID);
        assertThat(Failures.errorsOf(failure(service.createSession(NewSession.of("")))))
                .extracting("field")
                .containsExactly("userId");
        assertThat(Failures.codeOf(failure(service.rotateSession("nonsense")))).isEqualTo(FailureCode.NOT_FOUND);
        IssuedSession issued = get(service.createSession(NewSession.of("ada")));
        SessionUpdate stale = SessionUpdate.NOTHING.withLabel("x").ifVersion(7);
        assertThat(Failures.codeOf(
                        failure(service.updateSession(issued.session().id(), stale))))
                .isEqualTo(FailureCode.CONFLICT);
    }

    @Test
    @DisplayName("announces each change once")
    void announces() {
        IssuedSession issued = get(service.createSession(NewSession.of("ada")));
        String id = issued.session().id();
        get(service.updateSession(id, SessionUpdate.NOTHING.withLabel("Laptop")));
        get(service.rotateSession(issued.token()));
        get(service.destroySession(id, "my_reason"));
        Awaitility.await().untilAsserted(() -> assertThat(events)
                .extracting(SessionEvent::type)
                .containsExactly(
                        SessionEvent.Type.CREATED,
                        SessionEvent.Type.UPDATED,
                        SessionEvent.Type.ROTATED,
                        SessionEvent.Type.DESTROYED));
        assertThat(events.get(3).reason()).isEqualTo("my_reason");
        assertThat(events).extracting(SessionEvent::eventId).doesNotHaveDuplicates();
        assertThat(events).extracting(SessionEvent::sessionId).containsOnly(id);
    }

    @Test
    @DisplayName("without a deployed service fails with UNAVAILABLE at once")
    void nobodyThere() {
        AuthSessionService nobody = AuthSessionService.createProxy(vertx, "nobody");
        Throwable failure = failure(nobody.countSessions());
        assertThat(Failures.codeOf(failure)).isEqualTo(FailureCode.UNAVAILABLE);
    }

    @Test
    @DisplayName("sweeps expired sessions and announces their end")
    void sweeps() {
        get(service.createSession(NewSession.of("ada").withIdleTimeout(Duration.ofSeconds(1))));
        clock.advance(Duration.ofMinutes(2));
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(events).extracting(SessionEvent::reason).containsExactly(null, EndReason.EXPIRED));
    }
}
