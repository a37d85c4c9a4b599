package io.authsessions.service;

import static io.authsessions.Futures.failure;
import static io.authsessions.Futures.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessionVerticle;
import io.authsessions.LogCapture;
import io.authsessions.model.FailureCode;
import io.authsessions.model.NewSession;
import io.authsessions.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A caller on the bus")
@ResourceLock(value = LogCapture.LOCK)
class BusSessionServiceTest {
    private static final Duration DEADLINE = Duration.ofMillis(120);
    private static final Duration MARGIN = Duration.ofSeconds(2);

    private Vertx vertx;

    @BeforeEach
    void open() {
        vertx = Vertx.vertx();
    }

    @AfterEach
    void close() {
        get(vertx.close());
    }

    private void assertUnavailable(Future<?> answer, String detail) {
        Throwable failure = failure(answer);
        assertThat(Failures.codeOf(failure)).isEqualTo(FailureCode.UNAVAILABLE);
        assertThat(Failures.detailOf(failure)).isEqualTo(detail);
    }

    @Test
    @Tag("fault-25")
    @DisplayName("whose reply is lost on its way hears store_timeout at its deadline, and a write is not repeated")
    void lostReply() {
        get(vertx.deployVerticle(new AuthSessionVerticle()));
        AuthSessionService patient = AuthSessionService.createProxy(vertx);
        AtomicInteger replies = new AtomicInteger();
        vertx.eventBus().addOutboundInterceptor(delivery -> {
            boolean reply = delivery.message().address().startsWith("__vertx.reply");
            if (!reply || replies.getAndIncrement() > 0) {
                delivery.next();
            }
        });
        long begun = System.nanoTime();
        AuthSessionService hasty = AuthSessionService.createProxy(vertx, AuthSessionService.ADDRESS, DEADLINE);
        assertUnavailable(hasty.createSession(NewSession.of("ann")), StoreException.TIMEOUT);
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isBetween(DEADLINE.minusMillis(20), DEADLINE.plus(MARGIN));
        assertThat(get(patient.countSessions())).isEqualTo(1);
    }

    @Test
    @Tag("fault-25")
    @DisplayName("hears once: a reply after the deadline is ignored, and nothing is logged")
    void lateReply() {
        CompletableFuture<Message<JsonObject>> asked = new CompletableFuture<>();
        vertx.eventBus().<JsonObject>localConsumer("slow", asked::complete);
        try (LogCapture logs = LogCapture.start()) {
            AuthSessionService service = AuthSessionService.createProxy(vertx, "slow", DEADLINE);
            AtomicInteger answers = new AtomicInteger();
            Future<Long> count = service.countSessions().onComplete(result -> answers.incrementAndGet());
            assertUnavailable(count, StoreException.TIMEOUT);
            asked.join().reply(5L);
            assertUnavailable(service.countSessions(), StoreException.TIMEOUT);
            assertThat(answers).hasValue(1);
            assertThat(logs.lines()).noneMatch(line -> line.startsWith("SEVERE") || line.startsWith("WARNING"));
        }
    }

    @Test
    @DisplayName("of an address where nobody listens is told so at once")
    void nobody() {
        long begun = System.nanoTime();
        AuthSessionService service = AuthSessionService.createProxy(vertx, "nobody", Duration.ofSeconds(30));
        assertUnavailable(service.countSessions(), StoreException.UNAVAILABLE);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    @DisplayName("of a stranger who answers with something else gets INTERNAL, and nothing of the machine shows")
    void stranger() {
        vertx.eventBus().localConsumer("stranger", message -> message.fail(77, "java.lang.Secret"));
        Throwable failure =
                failure(AuthSessionService.createProxy(vertx, "stranger").countSessions());
        assertThat(Failures.codeOf(failure)).isEqualTo(FailureCode.INTERNAL);
        assertThat(failure.toString()).doesNotContain("Secret");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("of a service that throws, or answers without a future, gets INTERNAL at once")
    void throwingService(boolean isThrown) {
        AuthSessionService broken =
                instead(AuthSessionService.class, AuthSessionService.createProxy(vertx), "resolveSession", args -> {
                    if (isThrown) {
                        throw new NoClassDefFoundError("java.lang.Secret");
                    }
                    return null;
                });
        get(ServiceRegistration.register(vertx, "broken", broken, false));
        Throwable failure =
                failure(AuthSessionService.createProxy(vertx, "broken").resolveSession("x"));
        assertThat(Failures.codeOf(failure)).isEqualTo(FailureCode.INTERNAL);
        assertThat(failure.toString()).doesNotContain("Secret");
    }

    @Test
    @DisplayName("in a cluster asks its own node first, and the others only when nobody is there")
    void nearestFirst() {
        assertThat(asked(ReplyFailure.NO_HANDLERS, true)).containsExactly(true, false);
        assertThat(asked(ReplyFailure.TIMEOUT, true)).containsExactly(true);
        assertThat(asked(ReplyFailure.RECIPIENT_FAILURE, true)).containsExactly(true);
        assertThat(asked(ReplyFailure.NO_HANDLERS, false)).containsExactly(true);
    }

    /** For each request that one call sends, whether it is for this node only. */
    private List<Boolean> asked(ReplyFailure failure, boolean clustered) {
        List<Boolean> localOnly = new ArrayList<>();
        EventBus bus = instead(EventBus.class, vertx.eventBus(), "request", args -> {
            DeliveryOptions options = (DeliveryOptions) args[2];
            assertThat(options.getSendTimeout()).isEqualTo(DEADLINE.toMillis());
            localOnly.add(options.isLocalOnly());
            return Future.failedFuture(new ReplyException(failure));
        });
        Vertx onThatBus = instead(Vertx.class, vertx, "eventBus", args -> bus);
        Vertx inCluster = instead(Vertx.class, onThatBus, "isClustered", args -> clustered);
        failure(AuthSessionService.createProxy(inCluster, "anywhere", DEADLINE).countSessions());
        return localOnly;
    }

    /** Something that does as another does, but for one method. */
    private static <T> T instead(Class<T> type, T real, String name, Function<Object[], Object> method) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, called, args) -> {
            if (called.getName().equals(name)) {
                return method.apply(args);
            }
            try {
                return called.invoke(real, args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }
}
