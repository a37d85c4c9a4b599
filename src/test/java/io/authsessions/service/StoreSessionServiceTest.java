package io.authsessions.service;

import static io.authsessions.Futures.failure;
import static io.authsessions.Futures.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.AuthSession;
import io.authsessions.model.BulkResult;
import io.authsessions.model.EndReason;
import io.authsessions.model.FailureCode;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest;
import io.authsessions.model.Resolution;
import io.authsessions.model.ResolveOptions;
import io.authsessions.model.SessionPage;
import io.authsessions.model.SessionUpdate;
import io.authsessions.store.CreateOutcome;
import io.authsessions.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The service in process")
class StoreSessionServiceTest extends OverControlledStore {
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CREATED")
    @DisplayName("says of each create that did not come about why")
    void createOutcomes(CreateOutcome outcome) {
        controlled.behave((method, real) -> Future.succeededFuture(outcome));
        List<String> calls = callsOf(() -> {
            Future<IssuedSession> answer = service.createSession(NewSession.of("ann"));
            switch (outcome) {
                case LIMIT_REACHED -> assertFails(answer, FailureCode.LIMIT, "session_limit");
                case STORE_FULL -> assertFails(answer, FailureCode.UNAVAILABLE, StoreException.FULL);
                default -> assertFails(answer, FailureCode.INTERNAL, "internal");
            }
        });
        assertThat(calls).hasSize(outcome == CreateOutcome.ID_TAKEN ? 5 : 1);
    }

    @Test
    @DisplayName("tries another id when one is taken")
    void takenId() {
        int[] tries = {0};
        controlled.behave(
                (method, real) -> ++tries[0] < 5 ? Future.succeededFuture(CreateOutcome.ID_TAKEN) : real.get());
        IssuedSession issued = signIn();
        controlled.heal();
        assertThat(get(service.resolveSession(issued.token())).session()).isEqualTo(issued.session());
    }

    @Test
    @Tag("corpus-46")
    @DisplayName("says UNAVAILABLE newer_format of a record of a newer format, whatever is asked, and can still end it")
    void newerFormat() {
        IssuedSession issued = signIn();
        String id = issued.session().id();
        controlled.behave((method, real) -> method.startsWith("destroy")
                ? real.get()
                : Future.failedFuture(new StoreException(StoreException.NEWER_FORMAT, "written by a newer one", null)));
        List<Future<?>> answers = List.of(
                service.resolveSession(issued.token()),
                service.resolveSessionWith(issued.token(), new ResolveOptions(true, false)),
                service.getUserIdFromSession(issued.token()),
                service.getSessionMeta(issued.token()),
                service.getSession(id),
                service.getSessionsForUser("ann", PageRequest.FIRST),
                service.listSessions(PageRequest.FIRST),
                service.updateSession(id, SessionUpdate.NOTHING.withLabel("x")),
                service.rotateSession(issued.token()),
                service.reauthenticateSession(issued.token()));
        answers.forEach(answer -> assertFails(answer, FailureCode.UNAVAILABLE, "newer_format"));
        assertThat(get(service.destroySession(id, EndReason.REVOKED))).isTrue();
    }

    @Test
    @DisplayName("asks the store nothing about what has not even the form")
    void formFirst() {
        List<String> calls = callsOf(() -> {
            assertThat(get(service.resolveSession("nonsense"))).isEqualTo(Resolution.NONE);
            assertThat(get(service.getSession("nonsense"))).isNull();
            assertThat(get(service.destroySession("nonsense", EndReason.REVOKED)))
                    .isFalse();
            assertThat(get(service.destroySessionByToken("nonsense", EndReason.REVOKED)))
                    .isFalse();
            assertThat(get(service.destroySessionByToken(null, EndReason.REVOKED)))
                    .isFalse();
            assertFails(service.rotateSession("nonsense"), FailureCode.NOT_FOUND, "not_found");
            assertFails(service.reauthenticateSession("nonsense"), FailureCode.NOT_FOUND, "not_found");
            assertFails(
                    service.updateSession("nonsense", SessionUpdate.NOTHING.withLabel("x")),
                    FailureCode.NOT_FOUND,
                    "not_found");
            assertInvalid(service.createSession(NewSession.of("")), "userId");
            assertInvalid(
                    service.createSession(NewSession.of("ann").withIdleTimeout(Duration.ofDays(400))),
                    "idleTimeoutMillis");
            assertInvalid(service.getSessionsForUser("", PageRequest.FIRST), "userId");
            assertInvalid(service.destroySessionsForUser("", null, EndReason.REVOKED), "userId");
            assertInvalid(service.destroySessionsForUser("ann", "nonsense", EndReason.REVOKED), "exceptSessionId");
            assertInvalid(service.destroySessionsForUser("ann", null, "No Reason"), "reason");
            assertInvalid(service.destroySession("0".repeat(22), "No Reason"), "reason");
            assertInvalid(service.destroySessionByToken(null, "No Reason"), "reason");
            assertInvalid(service.listSessions(PageRequest.FIRST.withLimit(0)), "limit");
            assertInvalid(service.getSessionsForUser("ann", PageRequest.FIRST.withLimit(501)), "limit");
            assertInvalid(
                    service.updateSession("0".repeat(22), SessionUpdate.NOTHING.withLabel("x".repeat(129))), "label");
            assertInvalid(service.listSessions(PageRequest.FIRST.after("nonsense")), "cursor");
        });
        assertThat(calls).isEmpty();
    }

    @Test
    @DisplayName("walks its lists page by page, and takes no cursor of another list")
    void pages() {
        for (int i = 0; i < 5; i++) {
            signIn();
        }
        PageRequest two = PageRequest.FIRST.withLimit(2);
        List<AuthSession> seen = new ArrayList<>();
        String cursor = null;
        do {
            SessionPage page = get(service.getSessionsForUser("ann", two.after(cursor)));
            seen.addAll(page.items());
            cursor = page.next();
            if (cursor != null) {
                assertInvalid(service.listSessions(two.after(cursor)), "cursor");
                assertInvalid(service.getSessionsForUser("bob", two.after(cursor)), "cursor");
            }
        } while (cursor != null);
        assertThat(seen).hasSize(5).doesNotHaveDuplicates();
        SessionPage first = get(service.listSessions(two));
        assertThat(first.items()).isEqualTo(seen.subList(0, 2));
        assertThat(get(service.listSessions(two.after(first.next()))).items()).isEqualTo(seen.subList(2, 4));
        assertThat(get(service.countSessions())).isEqualTo(5);
    }

    @Test
    @DisplayName("changes and ends what it is asked to")
    void changes() {
        IssuedSession one = signIn();
        IssuedSession other = signIn();
        String id = one.session().id();
        AuthSession changed = get(service.updateSession(id, SessionUpdate.NOTHING.withLabel("Laptop")));
        assertThat(changed.version()).isEqualTo(2);
        assertThat(get(service.getSession(id))).isEqualTo(changed);
        assertFails(
                service.updateSession(id, SessionUpdate.NOTHING.withLabel("x").ifVersion(1)),
                FailureCode.CONFLICT,
                "version_conflict");
        SessionUpdate tooMuch = SessionUpdate.NOTHING.withMetaPatch(new JsonObject().put("b", "x".repeat(16_300)));
        assertThat(Failures.codeOf(failure(service.updateSession(id, tooMuch)
                        .compose(half -> service.updateSession(
                                id,
                                SessionUpdate.NOTHING.withMetaPatch(new JsonObject().put("c", "x".repeat(16_300))))))))
                .isEqualTo(FailureCode.INVALID);
        clock.advance(Duration.ofSeconds(5));
        IssuedSession proven = get(service.reauthenticateSession(one.token()));
        assertThat(proven.session().authenticatedAtMillis()).isEqualTo(clock.millis());
        assertThat(get(service.resolveSession(one.token()))).isEqualTo(Resolution.NONE);
        assertThat(get(service.getUserIdFromSession(proven.token()))).isEqualTo("ann");
        assertThat(get(service.getSessionMeta(other.token()))).isEqualTo(new JsonObject().put("n", 1));
        assertThat(get(service.destroySessionsForUser("ann", id, EndReason.REVOKED)))
                .isEqualTo(new BulkResult(1, false));
        assertThat(get(service.destroySessionByToken(proven.token(), EndReason.SIGNED_OUT)))
                .isTrue();
        assertFails(
                service.updateSession(id, SessionUpdate.NOTHING.withLabel("x")), FailureCode.NOT_FOUND, "not_found");
        assertThat(get(service.countSessions())).isZero();
    }

    @Test
    @DisplayName("takes no more calls once it is closed")
    void closed() {
        get(service.close(Duration.ofMillis(1)));
        assertFails(service.countSessions(), FailureCode.UNAVAILABLE, Failures.SHUTTING_DOWN);
    }
}
