package io.authsessions.secrets;

import static io.authsessions.Futures.failure;
import static io.authsessions.Futures.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessionVerticle;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.LogCapture;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionToken;
import io.authsessions.model.SessionUpdate;
import io.authsessions.service.AuthSessionService;
import io.authsessions.service.ControlledStore;
import io.authsessions.store.Nonce;
import io.authsessions.store.SessionRecord;
import io.authsessions.store.TestClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Keeps the list of all secrets that it was given, and looks for each in all that comes out elsewhere. */
@Tag("ASVS-16.2.5")
@DisplayName("A secret that was issued")
class SecretsTest {
    private final List<String> secrets = new ArrayList<>();
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final TestClock clock = new TestClock();
    private ControlledStore controlled;
    private LogCapture logs;
    private Vertx vertx;
    private AuthSessionService service;

    @BeforeEach
    void deploy() {
        logs = LogCapture.start();
        vertx = Vertx.vertx();
        ControlledStore.Provider.wrap(real -> {
            controlled = new ControlledStore(real);
            return controlled.store();
        });
        vertx.eventBus()
                .<JsonObject>localConsumer(
                        AuthSessionService.EVENTS_ADDRESS,
                        m -> said.add(m.body().encode()));
        AuthSessionsOptions options = AuthSessionsOptions.defaults()
                .withStore("controlled", new JsonObject())
                .withPolicy(SessionPolicy.builder()
                        .touchInterval(Duration.ZERO)
                        .maxSessionsPerUser(3)
                        .build());
        get(vertx.deployVerticle(new AuthSessionVerticle(options, clock)));
        service = AuthSessionService.createProxy(vertx);
    }

    @AfterEach
    void close() {
        get(vertx.close());
        logs.close();
    }

    private IssuedSession keep(Future<IssuedSession> answer) {
        IssuedSession issued = get(answer);
        SessionToken token = SessionToken.parse(issued.token());
        byte[] hash = token.secretHash().toBytes();
        secrets.add(issued.token());
        secrets.add(issued.token().substring(28));
        secrets.add(HexFormat.of().formatHex(hash));
        secrets.add(HexFormat.of().withUpperCase().formatHex(hash));
        secrets.add(Base64.getEncoder().withoutPadding().encodeToString(hash));
        secrets.add(Base64.getUrlEncoder().withoutPadding().encodeToString(hash));
        secrets.add(Arrays.toString(hash));
        Stream.of(issued, issued.session(), token, token.secretHash()).forEach(value -> said.add(value.toString()));
        return issued;
    }

    private void fail(Future<?> answer) {
        Throwable failure = failure(answer);
        said.add(failure.toString());
        said.add(String.valueOf(failure.getCause()));
    }

    @Test
    @DisplayName("shows in no log line, event, exception text, list or toString")
    void nowhere() {
        IssuedSession first = keep(service.createSession(NewSession.of("ada")));
        IssuedSession rotated = keep(service.rotateSession(first.token()));
        get(service.resolveSession(rotated.token()));
        IssuedSession proven = keep(service.reauthenticateSession(rotated.token()));
        get(service.updateSession(first.session().id(), SessionUpdate.NOTHING.withLabel("x")));
        for (int i = 0; i < 4; i++) {
            keep(service.createSession(NewSession.of("ada")));
        }
        said.add(get(service.resolveSession(proven.token())).toJson().encode());
        said.add(get(service.resolveSession(proven.token())).toString());
        said.add(get(service.getSessionsForUser("ada", PageRequest.FIRST.withLimit(2)))
                .toJson()
                .encode());
        said.add(get(service.listSessions(PageRequest.FIRST)).toString());
        fail(service.rotateSession(first.token()));
        fail(service.updateSession(rotated.token(), SessionUpdate.NOTHING.withLabel("x")));
        fail(service.destroySession(rotated.token(), proven.token()));
        fail(service.getSessionsForUser("ada", PageRequest.FIRST.after(proven.token())));
        storeThatTellsAll(proven.token());
        reuse();
        get(service.destroySessionsForUser("ada", null, "revoked"));
        Awaitility.await()
                .until(() ->
                        said.stream().filter(text -> text.contains("eventId")).count() > 8);

        assertThat(secrets).hasSizeGreaterThan(60);
        assertThat(said).hasSizeGreaterThan(40);
        Stream.concat(said.stream(), logs.lines().stream())
                .forEach(text -> assertThat(text).doesNotContain(secrets));
    }

    /** A driver may put the whole command into its exception. */
    private void storeThatTellsAll(String token) {
        controlled.behave((method, real) -> Future.failedFuture(new IllegalStateException(
                "cannot write " + token,
                new RuntimeException(HexFormat.of()
                        .formatHex(SessionToken.parse(token).secretHash().toBytes())))));
        fail(service.resolveSession(token));
        fail(service.countSessions());
        controlled.heal();
    }

    private void reuse() {
        IssuedSession issued = keep(service.createSession(NewSession.of("grace")));
        IssuedSession rotated = keep(service.rotateSession(issued.token()));
        get(service.resolveSession(rotated.token()));
        clock.advance(Duration.ofMinutes(5));
        said.add(get(service.resolveSession(issued.token())).toString());
        said.add(get(service.resolveSession(rotated.token())).toJson().encode());
    }

    @Test
    @DisplayName("is redacted in the text of every value that holds it")
    void redacted() {
        SessionToken token = SessionToken.issue("0".repeat(22), new SecureRandom());
        Nonce nonce = Nonce.create(new SecureRandom());
        SessionRecord record =
                SessionRecord.create(token.id(), token.secretHash(), NewSession.of("ada"), SessionPolicy.DEFAULT, 0);
        SessionRecord rotated = record.rotated(token.successor(nonce.toBytes()).secretHash(), nonce, 1);
        assertThat(rotated.toString() + record.ended("revoked", 5) + nonce)
                .contains("redacted")
                .doesNotContain(Arrays.toString(nonce.toBytes()), HexFormat.of().formatHex(nonce.toBytes()));
    }
}
