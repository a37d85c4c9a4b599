package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessions;
import io.authsessions.LogCapture;
import io.authsessions.model.SessionToken;
import io.authsessions.server.Contract.Operation;
import io.authsessions.server.TestServer.Reply;
import io.authsessions.service.ControlledStore;
import io.authsessions.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Holds the routes against openapi.yaml: paths, methods, parameters, statuses, bodies. */
@DisplayName("The routes and the contract are equal:")
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = LogCapture.LOCK, mode = ResourceAccessMode.READ)
final class ContractTest {
    private static final Contract CONTRACT = Contract.read();
    private static final String CLIENT = "a-service:0123456789abcdefghij";
    private static final String CLIENT_BASIC = "Basic "
            + java.util.Base64.getEncoder().encodeToString(CLIENT.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    /** By EventStreamTest, which has as many streams as there may be, and by HealthTest, which ends a Redis. */
    private static final Set<String> SHOWN_ELSEWHERE = Set.of("events 429", "ready 503");

    private static TestServer server;
    private static TestServer strict;
    private static volatile ControlledStore store;

    @BeforeAll
    static void start() throws Exception {
        ControlledStore.Provider.wrap(real -> {
            store = new ControlledStore(real);
            return store.store();
        });
        server = TestServer.start(Map.of(
                "AUTHSESSIONS_STORE_TYPE", "controlled",
                "AUTHSESSIONS_HTTP_MAX_FAILED_RESOLVES", "0",
                "AUTHSESSIONS_INTROSPECTION_CLIENTS", CLIENT));
        ControlledStore mine = store;
        strict = TestServer.start(Map.of(
                "AUTHSESSIONS_HTTP_MAX_FAILED_RESOLVES", "1",
                "AUTHSESSIONS_POLICY_MAX_SESSIONS_PER_USER", "1",
                "AUTHSESSIONS_POLICY_ON_LIMIT", "reject"));
        store = mine;
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        strict.close();
    }

    @Test
    @DisplayName("the same paths with the same methods; HEAD wherever GET is")
    void places() throws Exception {
        Vertx vertx = Vertx.vertx();
        ServerConfig config = ConfigReader.read(null, Map.of());
        AuthSessions sessions = TestServer.await(AuthSessions.start(vertx, config.sessions()));
        Surface surface = new Surface(vertx, config, new AdminKeys(List.of("a")), new Metrics(), sessions);
        Map<String, Set<String>> places = new TreeMap<>();
        for (boolean admin : new boolean[] {true, false}) {
            Routes routes = new Routes(vertx, new SecurityHeaders(false));
            if (admin) {
                surface.mountAdmin(routes);
            } else {
                surface.mountPublic(routes);
            }
            routes.places().forEach((path, methods) -> places.put(path(path), methods(methods)));
        }
        TestServer.await(vertx.close());
        assertThat(places).isEqualTo(CONTRACT.places());
    }

    private static String path(String route) {
        return route.replaceAll(":(\\w+)", "{$1}").replace("*", "{rest}");
    }

    private static Set<String> methods(Set<String> known) {
        if (known.contains(Routes.ANY)) {
            return new TreeSet<>(Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"));
        }
        assertThat(known.contains("HEAD")).isEqualTo(known.contains("GET"));
        Set<String> methods = new TreeSet<>(known);
        methods.remove("HEAD");
        return methods;
    }

    @TestFactory
    @DisplayName("each status of the contract is given, with the body that it says, and no other")
    List<DynamicTest> statuses() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Operation operation : CONTRACT.operations()) {
            for (String status : operation.statuses()) {
                if (!SHOWN_ELSEWHERE.contains(operation.id() + " " + status)
                        && !(operation.id().equals("events") && status.equals("200"))) {
                    tests.add(DynamicTest.dynamicTest(operation + " " + status, () -> shows(operation, status)));
                }
            }
        }
        return tests;
    }

    private static void shows(Operation operation, String status) throws Exception {
        Reply reply =
                switch (status) {
                    case "429" -> tooMany(operation);
                    case "503" -> whileFailing(operation, new StoreException(StoreException.TIMEOUT, "slow", null));
                    case "500" -> whileFailing(operation, new IllegalStateException("a fault"));
                    default -> provoke(operation, status);
                };
        assertThat(reply.status()).as(reply.body()).isEqualTo(Integer.parseInt(status));
        RestTableContract.assertHeaders(reply);
        if (!operation.method().equals("HEAD")) {
            assertThat(CONTRACT.mistakes(operation, status, reply.header("Content-Type"), reply.body()))
                    .as(reply.body())
                    .isEmpty();
        }
    }

    private static Reply provoke(Operation operation, String status) throws Exception {
        JsonObject issued = server.signIn("user-" + operation.id() + status);
        String token = issued.getString("token");
        Sample good = Sample.of(operation, issued.getJsonObject("session"), token);
        String id = issued.getJsonObject("session").getString("id");
        boolean verify = operation.id().startsWith("verify");
        String key = operation.tag().equals("admin") ? TestServer.ADMIN_KEY : token;
        String bearer = "Bearer " + key;
        return switch (status) {
            case "400" -> verify ? ask(operation, good, "Bearer a b") : ask(operation, good.withQuery("zz=1"), bearer);
            case "401" -> ask(operation, good, null);
            case "403" ->
                operation.tag().equals("admin")
                        ? ask(operation, good, CLIENT_BASIC)
                        : ask(
                                operation,
                                good,
                                null,
                                "Cookie",
                                "__Host-session=" + token,
                                "Sec-Fetch-Site",
                                "cross-site",
                                "Accept",
                                "text/event-stream");
            case "404" ->
                ask(
                        operation,
                        good.withPath(id, Sample.UNKNOWN_ID)
                                .withPath("/user-", "/%ff-")
                                .withBody(good.body().replace(token, unknown())),
                        bearer);
            case "412" -> ask(operation, good, bearer, "If-Match", "\"999\"");
            case "413" -> ask(operation, good.withBody(" ".repeat(BodyReader.MAX_BYTES + 1)), bearer);
            case "415" -> ask(operation, good.withMediaType("text/plain"), bearer);
            default -> ask(operation, good, bearer);
        };
    }

    private static String unknown() {
        return SessionToken.issue(Sample.UNKNOWN_ID, new SecureRandom()).reveal();
    }

    private static Reply whileFailing(Operation operation, Throwable failure) throws Exception {
        JsonObject issued = server.signIn("user-failing");
        Sample good = Sample.of(operation, issued.getJsonObject("session"), issued.getString("token"));
        String key = operation.tag().equals("admin") ? TestServer.ADMIN_KEY : issued.getString("token");
        store.behave((method, real) -> Future.failedFuture(failure));
        try {
            Reply reply = ask(operation, good, "Bearer " + key);
            if (!operation.tag().equals("both")) {
                assertThat(reply.header("Retry-After")).isEqualTo(reply.status() == 503 ? "1" : "");
            }
            return reply;
        } finally {
            store.heal();
        }
    }

    private static Reply tooMany(Operation operation) throws Exception {
        if (operation.id().equals("createSession")) {
            strict.create("{\"userId\":\"twice\"}");
            return strict.create("{\"userId\":\"twice\"}");
        }
        strict.asUser(unknown(), "GET", "/v1/session");
        JsonObject session = new JsonObject().put("id", Sample.UNKNOWN_ID).put("userId", "a");
        Sample good = Sample.of(operation, session, "");
        Reply reply = ask(strict, operation, good, "Bearer " + unknown());
        // Some looks are left after the limit.
        for (int i = 0; i < FailureCounts.MAX_LOOKS && reply.status() != 429; i++) {
            reply = ask(strict, operation, good, "Bearer " + unknown());
        }
        assertThat(Integer.parseInt(reply.header("Retry-After"))).isBetween(1, 60);
        return reply;
    }

    private static Reply ask(Operation operation, Sample sample, String authorization, String... more)
            throws Exception {
        return ask(server, operation, sample, authorization, more);
    }

    private static Reply ask(TestServer at, Operation operation, Sample sample, String authorization, String... more)
            throws Exception {
        String base = operation.tag().equals("admin")
                ? at.server().adminUri()
                : at.server().publicUri();
        if (operation.method().equals("TRACE")) {
            return raw(base, operation, sample, authorization, more);
        }
        Map<String, String> headers = new HashMap<>(sample.headers());
        if (authorization != null) {
            headers.put("Authorization", authorization);
        }
        for (int i = 0; i < more.length; i += 2) {
            headers.put(more[i], more[i + 1]);
        }
        byte[] body = sample.body().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return at.send(base, operation.method(), sample.path(), headers, body);
    }

    /** The client of the JDK does not know the method. */
    private static Reply raw(String base, Operation operation, Sample sample, String authorization, String... more)
            throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < more.length; i += 2) {
            lines.append(more[i] + ": " + more[i + 1] + "\r\n");
        }
        String answer = TestServer.raw(
                base,
                operation.method() + " " + sample.path() + " HTTP/1.1\r\nHost: "
                        + URI.create(base).getAuthority() + "\r\nConnection: close\r\n"
                        + (authorization == null ? "" : "Authorization: " + authorization + "\r\n")
                        + lines + "\r\n");
        return TestServer.parse(answer);
    }

    @TestFactory
    @DisplayName("each parameter of the contract is read, and no other")
    List<DynamicTest> parameters() {
        List<DynamicTest> tests = new ArrayList<>();
        Map<String, String> good = Map.of(
                "userId", "ada",
                "limit", "5",
                "order", "created",
                "except", Sample.UNKNOWN_ID,
                "createdBefore", "1999-12-31T23:59:59Z",
                "confirm", "all");
        Map<String, String> bad = Map.of(
                "userId", "",
                "limit", "501",
                "order", "random",
                "except", "nobody",
                "createdBefore", "yesterday",
                "confirm", "some",
                "cursor", "nonsense");
        for (Operation operation : CONTRACT.operations()) {
            for (JsonObject parameter : CONTRACT.parameters(operation)) {
                String name = parameter.getString("name");
                if (parameter.getString("in").equals("query")) {
                    tests.add(DynamicTest.dynamicTest(operation + " ?" + name, () -> {
                        assertThat(withParameter(operation, name, bad.get(name)).status())
                                .isEqualTo(400);
                        if (!parameter.getBoolean("required", false) && good.containsKey(name)) {
                            Reply reply = withParameter(operation, name, good.get(name));
                            assertThat(reply.status()).as(reply.body()).isEqualTo(200);
                        }
                    }));
                }
            }
        }
        return tests;
    }

    private static Reply withParameter(Operation operation, String name, String value) throws Exception {
        JsonObject issued = server.signIn("user-" + operation.id());
        String token = issued.getString("token");
        Sample sample = Sample.of(operation, issued.getJsonObject("session"), token);
        String bare =
                sample.path().replaceAll("([?&])" + name + "=[^&]*&?", "$1").replaceAll("[?&]$", "");
        Sample asked =
                new Sample(bare, sample.mediaType(), sample.body(), sample.status()).withQuery(name + "=" + value);
        String key = operation.tag().equals("admin") ? TestServer.ADMIN_KEY : token;
        return ask(operation, asked, "Bearer " + key);
    }
}
