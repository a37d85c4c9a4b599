package io.authsessions.service;

import static io.authsessions.Futures.failure;
import static io.authsessions.Futures.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessionVerticle;
import io.authsessions.AuthSessions;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.LogCapture;
import io.authsessions.model.EndReason;
import io.authsessions.model.FailureCode;
import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest;
import io.authsessions.model.ResolveOptions;
import io.authsessions.model.SessionUpdate;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A caller who leaves out what is needed, in process and over the bus,")
@ResourceLock(value = LogCapture.LOCK)
class MissingArgumentsTest {
    private static final Map<Class<?>, Object> GOOD = Map.of(
            NewSession.class, NewSession.of("ada"),
            PageRequest.class, PageRequest.FIRST,
            ResolveOptions.class, ResolveOptions.DEFAULT,
            SessionUpdate.class, SessionUpdate.NOTHING.withLabel("x"),
            String.class, EndReason.REVOKED);

    /** May be null, as the contract says; but {@code token} not where a session is renewed. */
    private static final Set<String> OPTIONAL = Set.of("token", "exceptSessionId");

    private static Vertx vertx;
    private static LogCapture logs;
    private static List<AuthSessionService> services;

    @BeforeAll
    static void start() {
        logs = LogCapture.start();
        vertx = Vertx.vertx();
        get(vertx.deployVerticle(new AuthSessionVerticle()));
        AuthSessionService inProcess =
                get(AuthSessions.start(vertx, AuthSessionsOptions.defaults())).service();
        services = List.of(inProcess, AuthSessionService.createProxy(vertx));
    }

    @AfterAll
    static void end() {
        get(vertx.close());
        logs.close();
        assertThat(logs.lines()).noneMatch(line -> line.startsWith("SEVERE"));
    }

    private static boolean isRequired(Method method, Parameter parameter) {
        boolean renews = method.getName().matches("rotateSession|reauthenticateSession");
        return renews || !OPTIONAL.contains(parameter.getName());
    }

    static Stream<Arguments> required() {
        return Arrays.stream(AuthSessionService.class.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .flatMap(method -> IntStream.range(0, method.getParameterCount())
                        .filter(i -> isRequired(method, method.getParameters()[i]))
                        .mapToObj(i -> Arguments.of(
                                Named.of(method.getName(), method), i, method.getParameters()[i].getName())));
    }

    private static Future<?> call(AuthSessionService service, Method method, int without) {
        Object[] arguments =
                Arrays.stream(method.getParameterTypes()).map(GOOD::get).toArray();
        arguments[without] = null;
        try {
            return (Future<?>) method.invoke(service, arguments);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("nothing is ever thrown", e);
        }
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource
    @DisplayName("is told which argument it is")
    void required(Method method, int index, String name) {
        for (AuthSessionService service : services) {
            Throwable failure = failure(call(service, method, index));
            assertThat(Failures.codeOf(failure)).isEqualTo(FailureCode.INVALID);
            assertThat(Failures.errorsOf(failure)).extracting("field").containsExactly(name);
        }
    }

    static Stream<Named<Function<AuthSessionService, Future<?>>>> unwritable() {
        return Stream.concat(
                Stream.of("{", "null", "[]", "{} {}", null).flatMap(meta -> {
                    NewSession request = new NewSession("ada", null, meta, null, null, null);
                    SessionUpdate update = new SessionUpdate(null, meta, false, null);
                    Function<AuthSessionService, Future<?>> creation = service -> service.createSession(request);
                    Function<AuthSessionService, Future<?>> change =
                            service -> service.updateSession("0".repeat(22), update);
                    // An update without meta is a good one.
                    return meta == null
                            ? Stream.of(Named.of("created without meta", creation))
                            : Stream.of(
                                    Named.of("created with meta " + meta, creation),
                                    Named.of("updated with meta " + meta, change));
                }),
                Stream.of(
                        Named.of(
                                "a user's list in no order",
                                service -> service.getSessionsForUser("ada", PageRequest.FIRST.orderedBy(null))),
                        Named.of(
                                "a list in no order",
                                service -> service.listSessions(PageRequest.FIRST.orderedBy(null)))));
    }

    @ParameterizedTest
    @MethodSource
    @DisplayName("or gives what cannot be written, hears INVALID by the future, and nothing is thrown")
    void unwritable(Function<AuthSessionService, Future<?>> call) {
        for (AuthSessionService service : services) {
            assertThat(Failures.codeOf(failure(call.apply(service)))).isEqualTo(FailureCode.INVALID);
        }
    }
}
