package io.authsessions.service;

import static io.authsessions.Futures.failure;
import static io.authsessions.Futures.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessionVerticle;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.LogCapture;
import io.authsessions.model.FailureCode;
import io.authsessions.model.NewSession;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Raw messages, without a proxy: what a foreign or broken caller may send. */
@DisplayName("A hostile caller on the bus")
@ResourceLock(value = LogCapture.LOCK)
class HostileBusTest {
    private static final int MESSAGES = Integer.getInteger("bus.hostile.messages", 10_000);
    private static final long DEADLINE_MILLIS = 2_000;
    private static final long SENDER_STACK = 64L << 20;
    private static final long DEEPEST_STACK = 512L << 20;
    private static final List<String> ACTIONS = Arrays.stream(AuthSessionService.class.getMethods())
            .filter(method -> !Modifier.isStatic(method.getModifiers()))
            .map(Method::getName)
            .sorted()
            .toList();

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

    @ParameterizedTest(name = "corpus-{0}: {1}, {3}")
    @MethodSource("io.authsessions.service.HostileRows#all")
    @Tag("corpus-33")
    @Tag("corpus-34")
    @Tag("corpus-35")
    @Tag("corpus-36")
    @Tag("corpus-37")
    @Tag("corpus-38")
    @Tag("corpus-39")
    @Tag("corpus-40")
    @Tag("corpus-41")
    @Tag("ASVS-2.2.1")
    @DisplayName("gets INVALID, costs no store call, and the next good call works")
    void refused(int corpus, String action, Object body, String field) {
        int before = CONTROLLED.get().calls.get();
        Throwable failure = failure(sendWithRoom(action, body, SENDER_STACK));
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
    @Tag("corpus-54")
    @DisplayName("nesting 100,000 levels deep gets INVALID, and the next good call works")
    void deepest() {
        JsonObject body = HostileRows.create("meta", HostileRows.nested(100_000));
        Throwable failure = failure(sendWithRoom("createSession", body, DEEPEST_STACK));
        assertThat(Failures.codeOf(failure)).isEqualTo(FailureCode.INVALID);
        assertThat(shows(failure)).as("shows something of the machine").isFalse();
        assertThat(get(service.createSession(NewSession.of("grace"))).token()).isNotEmpty();
    }

    @Test
    @DisplayName("finds each method of the service behind the guard, each parameter judged, and nothing else")
    void tableIsComplete() {
        assertThat(BusGuard.ACTIONS.keySet()).containsExactlyInAnyOrderElementsOf(ACTIONS);
        for (Method method : AuthSessionService.class.getMethods()) {
            if (Modifier.isStatic(method.getModifiers())) {
                continue;
            }
            List<String> names = Arrays.stream(method.getParameters())
                    .map(Parameter::getName)
                    .toList();
            JsonObject wrong = new JsonObject();
            names.forEach(name -> wrong.put(name, 5));
            if (!names.isEmpty()) {
                assertThat(Failures.errorsOf(failure(send(method.getName(), wrong))))
                        .as(method.getName())
                        .extracting("field")
                        .containsExactlyInAnyOrderElementsOf(names);
            }
            assertThat(Failures.errorsOf(failure(send(method.getName(), wrong.put("other", 5)))))
                    .as(method.getName())
                    .extracting("field")
                    .contains("");
        }
    }

    @Test
    @Tag("corpus-59")
    @Tag("ASVS-1.2.4")
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
            String action = random.nextInt(20) == 0 ? "x" + i : ACTIONS.get(random.nextInt(ACTIONS.size()));
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

    /** Sends from a stack that has room for the bus to copy whatever the message holds; the guard has no such room. */
    private static io.vertx.core.Future<?> sendWithRoom(String action, Object body, long stack) {
        Promise<Object> reply = Promise.promise();
        new Thread(null, () -> send(action, body).mapEmpty().onComplete(reply), "sender", stack).start();
        return reply.future();
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
