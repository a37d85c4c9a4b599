package io.authsessions.service;

import static io.authsessions.Futures.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.AuthSession;
import io.authsessions.model.EndReason;
import io.authsessions.model.FailureCode;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.Resolution;
import io.authsessions.model.ResolveOptions;
import io.authsessions.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The service in process, as time goes by and tokens change,")
class SessionLifeTest extends OverControlledStore {
    @Test
    @DisplayName("judges a session by its deadline: living until just before, expired from then on")
    void deadline() {
        IssuedSession issued = signIn();
        long lifetime = issued.session().expiresAtMillis() - clock.millis();
        ResolveOptions look = new ResolveOptions(false, false);
        clock.advance(Duration.ofMillis(lifetime - 1));
        assertThat(get(service.resolveSessionWith(issued.token(), look)).session())
                .isNotNull();
        assertThat(get(service.getSession(issued.session().id()))).isNotNull();
        clock.advance(Duration.ofMillis(1));
        assertThat(get(service.resolveSessionWith(issued.token(), look)))
                .isEqualTo(Resolution.ended(EndReason.EXPIRED, clock.millis()));
        assertThat(get(service.getSession(issued.session().id()))).isNull();
        assertThat(get(service.getUserIdFromSession(issued.token()))).isNull();
        assertThat(get(service.getSessionMeta(issued.token()))).isNull();
    }

    @Test
    @DisplayName("tells the end only to the holder of the right secret")
    void endIsForTheHolder() {
        IssuedSession issued = signIn();
        get(service.destroySession(issued.session().id(), EndReason.REVOKED));
        assertThat(get(service.resolveSession(issued.token())))
                .isEqualTo(Resolution.ended(EndReason.REVOKED, clock.millis()));
        String forged = new Issuer(policy, 256, new SecureRandom())
                .fresh(issued.session().id())
                .reveal();
        assertThat(get(service.resolveSession(forged))).isEqualTo(Resolution.NONE);
        assertThat(get(service.destroySessionByToken(forged, EndReason.REVOKED)))
                .isFalse();
        assertFails(service.rotateSession(forged), FailureCode.NOT_FOUND, "not_found");
        assertFails(service.reauthenticateSession(forged), FailureCode.NOT_FOUND, "not_found");
    }

    @Test
    @DisplayName("reads the store once for a resolve, and writes only when a use is due")
    void touches() {
        IssuedSession issued = signIn();
        assertThat(callsOf(() -> get(service.resolveSession(issued.token())))).containsExactly("find");
        clock.advance(TOUCH.minusMillis(1));
        assertThat(callsOf(() -> get(service.resolveSession(issued.token())))).containsExactly("find");
        clock.advance(Duration.ofMillis(1));
        ResolveOptions look = new ResolveOptions(false, false);
        assertThat(callsOf(() -> get(service.resolveSessionWith(issued.token(), look))))
                .containsExactly("find");
        assertThat(callsOf(() -> {
                    AuthSession session =
                            get(service.resolveSession(issued.token())).session();
                    assertThat(session.lastUsedAtMillis()).isEqualTo(clock.millis());
                }))
                .containsExactly("find", "use");
        assertThat(callsOf(() -> get(service.getUserIdFromSession(issued.token()))))
                .containsExactly("find");
    }

    @Test
    @DisplayName("awaits a use that decides whether the session still lives")
    void decisiveUse() {
        IssuedSession issued = signIn();
        clock.advance(Duration.ofMillis(issued.session().expiresAtMillis() - clock.millis() - TOUCH.toMillis()));
        controlled.behave((method, real) -> method.equals("use")
                ? Future.failedFuture(new StoreException(StoreException.UNAVAILABLE, "down", null))
                : real.get());
        assertThat(get(service.resolveSession(issued.token())).session()).isNotNull();
        clock.advance(Duration.ofMillis(1));
        assertFails(service.resolveSession(issued.token()), FailureCode.UNAVAILABLE, StoreException.UNAVAILABLE);
        controlled.heal();
        assertThat(get(service.resolveSession(issued.token())).session().lastUsedAtMillis())
                .isEqualTo(clock.millis());
    }

    @Test
    @DisplayName("has one use decide for all who resolve the session meanwhile")
    void sharedDecision() {
        IssuedSession issued = signIn();
        clock.advance(Duration.ofMillis(issued.session().expiresAtMillis() - clock.millis() - 1));
        Promise<Void> gate = Promise.promise();
        controlled.behave((method, real) ->
                method.equals("use") ? gate.future().compose(opened -> (Future<?>) real.get()) : real.get());
        List<Future<Resolution>> answers = new ArrayList<>();
        List<String> calls = callsOf(() -> {
            for (int i = 0; i < 100; i++) {
                answers.add(service.resolveSession(issued.token()));
            }
        });
        assertThat(calls).hasSize(101).containsOnlyOnce("use");
        gate.complete();
        assertThat(answers).allMatch(answer -> get(answer).session().lastUsedAtMillis() == clock.millis());
    }

    @Test
    @DisplayName("notes the first presentation of a successor at once, also where it is no use")
    void presentation() {
        IssuedSession issued = signIn();
        IssuedSession rotated = get(service.rotateSession(issued.token()));
        assertThat(rotated.token()).isNotEqualTo(issued.token());
        assertThat(get(service.rotateSession(issued.token())).token()).isEqualTo(rotated.token());
        assertThat(get(service.rotateSession(rotated.token())).token()).isEqualTo(rotated.token());
        ResolveOptions look = new ResolveOptions(false, false);
        assertThat(callsOf(() -> get(service.resolveSessionWith(issued.token(), look))))
                .containsExactly("find");
        get(service.resolveSessionWith(rotated.token(), look));
        clock.advance(Duration.ofSeconds(30));
        assertThat(get(service.resolveSessionWith(issued.token(), look))).isEqualTo(Resolution.NONE);
        assertThat(get(service.resolveSession(rotated.token())))
                .isEqualTo(Resolution.ended(EndReason.TOKEN_REUSE, clock.millis()));
    }

    @Test
    @DisplayName("tells of an expired session only to the holder of its present token")
    void expiredPredecessor() {
        IssuedSession issued = signIn();
        IssuedSession rotated = get(service.rotateSession(issued.token()));
        clock.set(rotated.session().expiresAtMillis());
        ResolveOptions look = new ResolveOptions(false, false);
        assertThat(get(service.resolveSessionWith(issued.token(), look))).isEqualTo(Resolution.NONE);
        assertThat(get(service.resolveSessionWith(rotated.token(), look)))
                .isEqualTo(Resolution.ended(EndReason.EXPIRED, clock.millis()));
    }

    @Test
    @DisplayName("tells how a session ended also when that is found out by the use that decides")
    void endedMeanwhile() {
        IssuedSession issued = signIn();
        clock.advance(Duration.ofMillis(issued.session().expiresAtMillis() - clock.millis() - 1));
        String id = issued.session().id();
        controlled.behave((method, real) -> {
            if (method.equals("use")) {
                controlled.heal();
                get(service.destroySession(id, EndReason.REVOKED));
            }
            return real.get();
        });
        assertThat(get(service.resolveSession(issued.token())))
                .isEqualTo(Resolution.ended(EndReason.REVOKED, clock.millis()));
    }
}
