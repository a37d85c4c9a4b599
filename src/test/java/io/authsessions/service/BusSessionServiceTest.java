package io.authsessions.service;

import static io.authsessions.Futures.failure;
import static io.authsessions.Futures.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessionVerticle;
import io.authsessions.LogCapture;
import io.authsessions.model.FailureCode;
import io.authsessions.model.NewSession;
import io.authsessions.model.Resolution;
import io.authsessions.model.ResolveOptions;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionToken;
import io.authsessions.store.SessionRecord;
import io.authsessions.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
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
    private static final String TOKEN = SessionToken.issue(
                    SessionIds.create(0, 1, new SecureRandom()), new SecureRandom())
            .reveal();

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
    @ValueSource(strings = {"throws", "answers without a future", "fails with anything"})
    @DisplayName("of a service of another make that goes wrong gets INTERNAL at once, and nothing of the machine shows")
    void brokenService(String how) {
        AuthSessionService broken = (AuthSessionService) Proxy.newProxyInstance(
                AuthSessionService.class.getClassLoader(),
                new Class<?>[] {AuthSessionService.class},
                (proxy, called, args) -> switch (how) {
                    case "throws" -> throw new NoClassDefFoundError("java.lang.Secret");
                    case "fails with anything" ->
                        Future.failedFuture(
                                new ReplyException(ReplyFailure.RECIPIENT_FAILURE, 500, "java.lang.Secret"));
                    default -> null;
                });
        get(ServiceRegistration.register(vertx, "broken", broken, false));
        AuthSessionService service = AuthSessionService.createProxy(vertx, "broken");
        try (LogCapture logs = LogCapture.start()) {
            List<Future<?>> answers = List.of(
                    service.resolveSession("x"),
                    service.countSessions(),
                    service.createSession(NewSession.of("ann")),
                    service.getSession("x"));
            for (Future<?> answer : answers) {
                Throwable failure = failure(answer);
                assertThat(Failures.codeOf(failure)).isEqualTo(FailureCode.INTERNAL);
                assertThat(failure.toString()).doesNotContain("Secret");
            }
            assertThat(logs.lines())
                    .filteredOn(line -> line.contains("a session service failed by a fault of its own"))
                    .hasSameSizeAs(answers)
                    .noneMatch(line -> line.contains("Secret"));
        }
    }

    @Test
    @DisplayName("asks a service in the same Vert.x what a token stands for without a message")
    void directly() {
        get(vertx.deployVerticle(new AuthSessionVerticle()));
        AuthSessionService service = AuthSessionService.createProxy(vertx);
        String token = get(service.createSession(NewSession.of("ann"))).token();
        List<String> sent = new CopyOnWriteArrayList<>();
        vertx.eventBus().addOutboundInterceptor(delivery -> {
            sent.add(delivery.message().address());
            delivery.next();
        });
        assertThat(userOf(service.resolveSession(token))).isEqualTo("ann");
        assertThat(userOf(service.resolveSessionWith(token, new ResolveOptions(true, false))))
                .isEqualTo("ann");
        SessionToken read = Objects.requireNonNull(SessionToken.parse(token));
        assertThat(userOf(((TokenResolver) service).resolve(read, ResolveOptions.DEFAULT)))
                .isEqualTo("ann");
        assertThat(get(service.resolveSession(null))).isEqualTo(Resolution.NONE);
        assertThat(get(service.resolveSession(token + "x"))).isEqualTo(Resolution.NONE);
        assertThat(sent).isEmpty();
        assertThat(get(service.countSessions())).isEqualTo(1);
        assertThat(sent).contains(AuthSessionService.ADDRESS);
    }

    @Test
    @DisplayName("asks a service of another make, which resolves no parsed tokens, by messages, with the same options")
    void byMessages() {
        List<Object> asked = new CopyOnWriteArrayList<>();
        AuthSessionService other = (AuthSessionService) Proxy.newProxyInstance(
                AuthSessionService.class.getClassLoader(),
                new Class<?>[] {AuthSessionService.class},
                (proxy, called, args) -> {
                    asked.add(called.getName());
                    asked.addAll(List.of(args));
                    return Future.succeededFuture(Resolution.NONE);
                });
        get(ServiceRegistration.register(vertx, "other", other, false));
        TokenResolver service = (TokenResolver) AuthSessionService.createProxy(vertx, "other");
        SessionToken token = Objects.requireNonNull(SessionToken.parse(TOKEN));
        ResolveOptions strict = new ResolveOptions(true, false);
        assertThat(get(service.resolve(token, ResolveOptions.DEFAULT))).isEqualTo(Resolution.NONE);
        assertThat(get(service.resolve(token, strict))).isEqualTo(Resolution.NONE);
        assertThat(asked).containsExactly("resolveSession", TOKEN, "resolveSessionWith", TOKEN, strict);
    }

    @Test
    @DisplayName("is refused what the guard refuses, also where the service is in the same Vert.x")
    void refusedNearby() {
        get(vertx.deployVerticle(new AuthSessionVerticle()));
        AuthSessionService service = AuthSessionService.createProxy(vertx);
        String tooLong = "x".repeat(BusGuard.MAX_TEXT + 1);
        for (Future<?> answer :
                List.of(service.resolveSession(tooLong), service.resolveSessionWith(tooLong, ResolveOptions.DEFAULT))) {
            assertThat(Failures.detailOf(failure(answer))).isEqualTo(Failures.PAYLOAD_TOO_LARGE);
        }
        assertThat(get(service.resolveSession("x".repeat(BusGuard.MAX_TEXT)))).isEqualTo(Resolution.NONE);
    }

    @Test
    @DisplayName("is answered by those that are registered now, of all that ever were, and by none of another Vert.x")
    void registeredNow() {
        ServiceRegistration one = get(ServiceRegistration.register(vertx, "here", answering("one"), false));
        ServiceRegistration two = get(ServiceRegistration.register(vertx, "here", answering("two"), false));
        AuthSessionService service = AuthSessionService.createProxy(vertx, "here");
        assertThat(userOf(service.resolveSession(TOKEN))).isEqualTo("one");
        get(one.unregister());
        get(one.unregister());
        assertThat(userOf(service.resolveSession(TOKEN))).isEqualTo("two");
        get(two.unregister());
        assertUnavailable(service.resolveSession(TOKEN), StoreException.UNAVAILABLE);
        get(ServiceRegistration.register(vertx, "here", answering("three"), false));
        assertThat(userOf(service.resolveSession(TOKEN))).isEqualTo("three");
        Vertx other = Vertx.vertx();
        try {
            assertUnavailable(
                    AuthSessionService.createProxy(other, "here").resolveSession(TOKEN), StoreException.UNAVAILABLE);
        } finally {
            get(other.close());
        }
    }

    @Test
    @Tag("fault-31")
    @DisplayName("of a service in the same Vert.x that never answers, throws or gives no future hears so in its time")
    void nearbyAtFault() {
        RuntimeException secret = new IllegalStateException("java.lang.Secret");
        Promise<Resolution> never = Promise.promise();
        assertUnavailable(nearby("never", args -> never.future()), StoreException.TIMEOUT);
        try (LogCapture logs = LogCapture.start()) {
            List<Future<Resolution>> answers = List.of(
                    nearby("throws", args -> {
                        throw secret;
                    }),
                    nearby("none", args -> null),
                    nearby("fails", args -> Future.failedFuture(secret)));
            for (Future<Resolution> answer : answers) {
                Throwable failure = failure(answer);
                assertThat(Failures.codeOf(failure)).isEqualTo(FailureCode.INTERNAL);
                assertThat(failure).isInstanceOf(ServiceException.class);
                assertThat(failure.toString()).doesNotContain("Secret");
            }
            assertThat(logs.lines())
                    .filteredOn(line -> line.contains("a session service failed by a fault of its own"))
                    .hasSameSizeAs(answers)
                    .noneMatch(line -> line.contains("Secret"));
        }
        ServiceException meant = Failures.of(FailureCode.LIMIT, "meant for callers");
        assertThat(failure(nearby("means it", args -> Future.failedFuture(meant))))
                .isEqualTo(meant);
    }

    private Future<Resolution> nearby(String address, Function<Object[], Object> resolve) {
        get(ServiceRegistration.register(vertx, address, resolver(resolve), false));
        return AuthSessionService.createProxy(vertx, address, DEADLINE).resolveSession(TOKEN);
    }

    private AuthSessionService answering(String userId) {
        SessionRecord record = SessionRecord.create(
                SessionToken.parse(TOKEN).id(),
                SessionToken.parse(TOKEN).secretHash(),
                NewSession.of(userId),
                SessionPolicy.builder().build(),
                1);
        return resolver(args -> Future.succeededFuture(Resolution.live(record.session())));
    }

    /** A service that takes tokens that have been read, and can do nothing else. */
    private static AuthSessionService resolver(Function<Object[], Object> resolve) {
        return (AuthSessionService) Proxy.newProxyInstance(
                AuthSessionService.class.getClassLoader(),
                new Class<?>[] {AuthSessionService.class, TokenResolver.class},
                (proxy, called, args) -> switch (called.getName()) {
                    case "resolve" -> resolve.apply(args);
                    case "equals" -> proxy == args[0];
                    default -> throw new UnsupportedOperationException(called.getName());
                });
    }

    private static String userOf(Future<Resolution> answer) {
        return get(answer).session().userId();
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
