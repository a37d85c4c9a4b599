package io.authsessions.service;

import static io.authsessions.Futures.failure;
import static io.authsessions.Futures.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessionVerticle;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.LogCapture;
import io.authsessions.model.FailureCode;
import io.authsessions.model.NewSession;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Raw messages, without a proxy: what a foreign or broken caller may send. */
@DisplayName("A hostile caller on the bus")
class HostileBusTest {
    private static final int BIG = Integer.getInteger("bus.hostile.size", 20_000_000);
    private static final int MESSAGES = Integer.getInteger("bus.hostile.messages", 10_000);
    private static final String ID = "0000000000000000000000";
    private static final long DEADLINE_MILLIS = 2_000;
    private static final String[] ACTIONS = {
        "createSession",
        "resolveSession",
        "resolveSessionWith",
        "getUserIdFromSession",
        "getSessionMeta",
        "getSession",
        "getSessionsForUser",
        "listSessions",
        "countSessions",
        "updateSession",
        "rotateSession",
        "reauthenticateSession",
        "destroySession",
        "destroySessionByToken",
        "destroySessionsForUser"
    };

    private static final AtomicReference<ControlledStore> CONTROLLED = new AtomicReference<>();
    private static Vertx vertx;
    private static AuthSessionService service;
    private static LogCapture logs;

    @BeforeAll
    static void deploy() {
        logs = LogCapture.start();
        vertx = Vertx.vertx();
        ControlledStore.Provider.wrap(real -> {
            CONTROLLED.set(new ControlledStore(real));
            return CONTROLLED.get().store();
        });
        get(vertx.deployVerticle(
                new AuthSessionVerticle(AuthSessionsOptions.defaults().withStore("controlled", new JsonObject()))));
        service = AuthSessionService.createProxy(vertx);
    }

    @AfterAll
    static void close() {
        get(vertx.close());
        logs.close();
        assertThat(logs.lines()).as("nothing is logged at SEVERE").noneMatch(line -> line.startsWith("SEVERE"));
    }

    private static JsonObject request() {
        return new JsonObject().put("userId", "ada");
    }

    private static JsonObject create(String field, Object value) {
        return new JsonObject().put("request", request().put(field, value));
    }

    private static JsonObject list(Object limit) {
        return new JsonObject().put("page", new JsonObject().put("limit", limit));
    }

    static Stream<Arguments> corpus() {
        String big = "x".repeat(BIG);
        return Stream.of(
                row(33, null, new JsonObject(), null),
                row(33, "drop", new JsonObject(), null),
                row(33, "", new JsonObject(), null),
                row(34, "createSession", null, null),
                row(34, "createSession", "text", null),
                row(34, "createSession", Buffer.buffer("{}"), null),
                row(34, "createSession", new JsonArray(), null),
                row(34, "createSession", 5, null),
                row(34, "countSessions", null, null),
                row(35, "createSession", new JsonObject(), "request"),
                row(35, "createSession", new JsonObject().putNull("request"), "request"),
                row(35, "createSession", new JsonObject().put("request", new JsonObject()), "userId"),
                row(35, "getSession", new JsonObject().putNull("sessionId"), "sessionId"),
                row(35, "rotateSession", new JsonObject(), "token"),
                row(35, "getSessionsForUser", new JsonObject().put("userId", "ada"), "page"),
                row(35, "destroySession", new JsonObject().put("sessionId", ID), "reason"),
                row(35, "updateSession", new JsonObject().put("sessionId", ID), "update"),
                row(36, "createSession", create("idleTimeoutMillis", "5"), "idleTimeoutMillis"),
                row(36, "createSession", create("userId", 5), "userId"),
                row(36, "createSession", create("meta", "x"), "meta"),
                row(36, "resolveSession", new JsonObject().put("token", new JsonObject()), "token"),
                row(36, "resolveSessionWith", options("strict", "true"), "strict"),
                row(36, "resolveSessionWith", options("strict", 1), "strict"),
                row(36, "createSession", new JsonObject().put("request", "x"), "request"),
                row(36, "createSession", create("client", new JsonArray()), "client"),
                row(37, "createSession", create("idleTimeoutMillis", 5.9), "idleTimeoutMillis"),
                row(37, "createSession", create("idleTimeoutMillis", 5.0f), "idleTimeoutMillis"),
                row(38, "createSession", create("idleTimeoutMillis", 1e300), "idleTimeoutMillis"),
                row(
                        38,
                        "createSession",
                        create("idleTimeoutMillis", new BigInteger("99999999999999999999")),
                        "idleTimeoutMillis"),
                row(38, "createSession", create("idleTimeoutMillis", Long.MAX_VALUE), "idleTimeoutMillis"),
                row(38, "createSession", create("idleTimeoutMillis", -1), "idleTimeoutMillis"),
                row(39, "listSessions", list(4294967297L), "limit"),
                row(39, "listSessions", list(0), "limit"),
                row(39, "listSessions", list(501), "limit"),
                row(
                        40,
                        "createSession",
                        create("client", new JsonObject().put("ip", new JsonArray().add(1))),
                        "client.ip"),
                row(40, "createSession", create("label", new JsonArray().add(1)), "label"),
                row(40, "listSessions", new JsonObject().put("page", list(5).put("order", 7)), ""),
                row(41, "resolveSession", new JsonObject().put("token", big), null),
                row(41, "getSession", new JsonObject().put("sessionId", big), null),
                row(41, "destroySession", new JsonObject().put("sessionId", ID).put("reason", big), null),
                row(
                        41,
                        "destroySessionsForUser",
                        new JsonObject()
                                .put("userId", "ada")
                                .put("exceptSessionId", big)
                                .put("reason", "revoked"),
                        null),
                row(41, "createSession", create("userId", big), "userId"),
                row(41, "createSession", create("label", big), "label"),
                row(41, "createSession", create("meta", new JsonObject().put("x", big)), "meta"),
                row(50, "createSession", create("label", "a\r\nSet-Cookie: x"), "label"),
                row(51, "createSession", create("label", "a\u202eb"), "label"),
                row(53, "createSession", create("label", "x".repeat(129)), "label"),
                row(54, "createSession", create("meta", nested(33)), "meta"),
                row(54, "createSession", create("meta", nested(5_000)), "meta"),
                row(55, "listSessions", new JsonObject().put("page", new JsonObject().put("cursor", "../")), "cursor"),
                row(55, "listSessions", new JsonObject().put("page", new JsonObject().put("cursor", "")), "cursor"),
                row(59, "createSession", create("userId", "user:1\n2"), "userId"),
                row(59, "createSession", create("userId", "\ud800"), "userId"),
                row(
                        59,
                        "getSessionsForUser",
                        new JsonObject().put("userId", "").put("page", new JsonObject()),
                        "userId"),
                row(28, "createSession", create("roles", new JsonArray().add("admin")), ""),
                row(28, "countSessions", new JsonObject().put("x", 1), ""));
    }

    private static JsonObject options(String field, Object value) {
        return new JsonObject().put("token", "x").put("options", new JsonObject().put(field, value));
    }

    private static JsonObject nested(int depth) {
        JsonObject json = new JsonObject();
        for (int i = 1; i < depth; i++) {
            json = new JsonObject().put("x", json);
        }
        return json;
    }

    private static Arguments row(int corpus, String action, Object body, String field) {
        return Arguments.of(corpus, action, body, field);
    }

    @ParameterizedTest(name = "corpus-{0}: {1}, {3}")
    @MethodSource("corpus")
    @Tag("corpus-33")
    @Tag("corpus-34")
    @Tag("corpus-35")
    @Tag("corpus-36")
    @Tag("corpus-37")
    @Tag("corpus-38")
    @Tag("corpus-39")
    @Tag("corpus-40")
    @Tag("corpus-41")
    @DisplayName("gets INVALID, costs no store call, and the next good call works")
    void refused(int corpus, String action, Object body, String field) {
        int before = CONTROLLED.get().calls.get();
        Throwable failure = failure(send(action, body));
        assertThat(failure).isInstanceOf(ServiceException.class);
        assertThat(Failures.codeOf(failure)).isEqualTo(FailureCode.INVALID);
        assertThat(Failures.detailOf(failure)).isIn("invalid_request", "payload_too_large");
        assertThat(shows(failure)).as("shows something of the machine").isFalse();
        if (field != null) {
            assertThat(Failures.errorsOf(failure)).extracting("field").contains(field);
        }
        assertThat(CONTROLLED.get().calls.get()).as("store calls").isEqualTo(before);
        assertThat(get(service.createSession(NewSession.of("grace"))).token()).isNotEmpty();
    }

    @Test
    @Tag("corpus-59")
    @DisplayName("may give a user id any visible characters, and reaches that user only")
    void oddUserIds() {
        String token = get(service.createSession(NewSession.of("ada"))).token();
        get(service.createSession(NewSession.of("a*")));
        get(service.createSession(NewSession.of("a{b}c")));
        assertThat(get(service.destroySessionsForUser("a*", null, "revoked")).ended())
                .isEqualTo(1);
        assertThat(get(service.getUserIdFromSession(token))).isEqualTo("ada");
    }

    @Test
    @DisplayName("sending ten thousand made-up messages gets one of the six codes each time, within the deadline")
    void generated() {
        Random random = new Random(20_260_101);
        List<Throwable> unexpected = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            String action = random.nextInt(20) == 0 ? "x" + i : ACTIONS[random.nextInt(ACTIONS.length)];
            Object body = random.nextInt(10) == 0 ? HostileValues.any(random, 2) : HostileValues.body(random);
            try {
                get(send(action, body));
            } catch (Exception failure) {
                boolean ours = failure instanceof ServiceException known
                        && FailureCode.ofBusCode(known.failureCode()) != null
                        && Failures.codeOf(known) != FailureCode.INTERNAL;
                if (!ours || shows(failure)) {
                    unexpected.add(failure);
                }
            }
        }
        assertThat(unexpected).isEmpty();
        assertThat(get(service.createSession(NewSession.of("grace"))).token()).isNotEmpty();
    }

    private static io.vertx.core.Future<?> send(String action, Object body) {
        DeliveryOptions options = new DeliveryOptions().setSendTimeout(DEADLINE_MILLIS);
        if (action != null) {
            options.addHeader("action", action);
        }
        return vertx.eventBus().request(AuthSessionService.ADDRESS, body, options);
    }

    private static boolean shows(Throwable failure) {
        String text = failure.getMessage()
                + (failure instanceof ServiceException known
                        ? known.getDebugInfo().encode()
                        : "");
        return text.contains("java.")
                || text.contains("io.vertx")
                || text.contains("Exception")
                || text.length() > 2_000;
    }
}
