package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.SessionToken;
import io.authsessions.server.Contract.Operation;
import io.authsessions.server.TestServer.Reply;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** All routes × who asks × with what credentials × how: status, challenge, headers; runs once per store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName("Each route answers")
@Tag("ASVS-8.3.1")
@Tag("ASVS-13.4.4")
abstract class RestTableContract {
    private static final Contract CONTRACT = Contract.read();
    private static final String CLIENT = "a-service:0123456789abcdefghij";
    private static final Set<String> ABOUT_ONE = Set.of("renameSession", "endSession");
    private static final List<String> WRONG = List.of("PUT", "TRACE", "NONSENSE");

    private TestServer server;

    /** What the credentials are in. */
    enum Carrier {
        BEARER,
        COOKIE
    }

    /** Who asks. */
    enum Caller {
        NONE,
        BAD,
        ENDED,
        GOOD,
        FOREIGN
    }

    /** The variables that choose the store. */
    protected abstract Map<String, String> environment();

    @BeforeAll
    void start() throws Exception {
        Map<String, String> all = new HashMap<>(environment());
        all.put("AUTHSESSIONS_HTTP_MAX_FAILED_RESOLVES", "0");
        all.put("AUTHSESSIONS_INTROSPECTION_CLIENTS", CLIENT);
        server = TestServer.start(all);
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
    }

    @TestFactory
    @DisplayName("whoever asks, and however")
    Stream<DynamicTest> table() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Operation operation : CONTRACT.operations()) {
            boolean isGet =
                    operation.method().equals("GET") && !operation.path().startsWith("/v1/verify");
            for (String method : isGet ? List.of("GET", "HEAD") : List.of(operation.method())) {
                addTests(tests, operation, method);
            }
        }
        return tests.stream();
    }

    @TestFactory
    @DisplayName("a method that it does not know by 405, whoever asks, and says which it knows")
    Stream<DynamicTest> wrongMethods() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Map.Entry<String, Set<String>> place : CONTRACT.places().entrySet()) {
            Operation any = CONTRACT.operations().stream()
                    .filter(each -> each.path().equals(place.getKey()))
                    .findFirst()
                    .orElseThrow();
            WRONG.stream()
                    .filter(method -> !place.getValue().contains("TRACE"))
                    .forEach(method -> addTests(tests, any, method));
        }
        return tests.stream();
    }

    private void addTests(List<DynamicTest> tests, Operation operation, String method) {
        for (Caller caller : Caller.values()) {
            for (Carrier carrier : Carrier.values()) {
                if (carrier == Carrier.BEARER || operation.tag().equals("public") && caller != Caller.NONE) {
                    tests.add(DynamicTest.dynamicTest(
                            method + " " + operation.path() + " by " + caller + " with " + carrier,
                            () -> check(operation, method, caller, carrier)));
                }
            }
        }
    }

    private void check(Operation operation, String method, Caller caller, Carrier carrier) throws Exception {
        JsonObject issued = server.signIn("user-" + operation.id());
        String token = issued.getString("token");
        Sample sample = Sample.of(operation, issued.getJsonObject("session"), token);
        Reply reply = ask(operation, method, sample, credentials(operation, caller, carrier, token));
        assertHeaders(reply);
        Set<String> known = new TreeSet<>(CONTRACT.places().get(operation.path()));
        if (known.contains("GET")) {
            known.add("HEAD");
        }
        if (!known.contains(method)) {
            assertThat(reply.status()).isEqualTo(405);
            assertThat(reply.code()).isEqualTo("method_not_allowed");
            assertThat(reply.header("Allow")).isEqualTo(String.join(", ", known));
            assertThat(reply.header("WWW-Authenticate")).isEmpty();
            assertThat(reply.header("Set-Cookie")).isEmpty();
            return;
        }
        // Whoever signs out with a dead cookie is signed out.
        boolean isCookieSignOut = carrier == Carrier.COOKIE && operation.id().equals("signOut");
        int status = isCookieSignOut ? 204 : status(operation, sample, caller);
        assertThat(reply.status()).as(reply.body()).isEqualTo(status);
        assertThat(reply.header("WWW-Authenticate")).isEqualTo(challenge(operation, caller, status));
        assertThat(!reply.header("Set-Cookie").isEmpty())
                .isEqualTo(carrier == Carrier.COOKIE
                        && status < 300
                        && Set.of("signOut", "rotateSession").contains(operation.id()));
        if (method.equals("HEAD") || status == 204) {
            assertThat(reply.body()).isEmpty();
        } else if (status >= 400) {
            assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(reply.code()).isEqualTo(code(caller, status));
        } else if (carrier == Carrier.COOKIE) {
            assertThat(reply.body()).doesNotContain("aus1_");
        }
    }

    @TestFactory
    @Tag("ASVS-3.2.1")
    @Tag("ASVS-3.4.4")
    @DisplayName("with all its headers, where it refuses a body or fails, too")
    Stream<DynamicTest> otherStatuses() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Operation operation : CONTRACT.operations()) {
            for (int status : new int[] {400, 412, 413, 415}) {
                if (operation.statuses().contains(Integer.toString(status))
                        && !operation.path().startsWith("/v1/verify")) {
                    tests.add(DynamicTest.dynamicTest(operation + " " + status, () -> provoke(operation, status)));
                }
            }
        }
        return tests.stream();
    }

    private void provoke(Operation operation, int status) throws Exception {
        JsonObject issued = server.signIn("user-" + operation.id());
        String token = issued.getString("token");
        Sample good = Sample.of(operation, issued.getJsonObject("session"), token);
        Sample bad =
                switch (status) {
                    case 400 -> good.withQuery("zz=1");
                    case 413 -> good.withBody(" ".repeat(BodyReader.MAX_BYTES + 1));
                    case 415 -> good.withMediaType("text/plain");
                    default -> good;
                };
        String credentials = credentials(operation, Caller.GOOD, Carrier.BEARER, token);
        Reply reply =
                ask(operation, operation.method(), bad, credentials + (status == 412 ? "\r\nIf-Match: \"999\"" : ""));
        assertThat(reply.status()).as(reply.body()).isEqualTo(status);
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
        assertHeaders(reply);
    }

    private String credentials(Operation operation, Caller caller, Carrier carrier, String token) throws Exception {
        String authorization = authorization(operation, caller, token);
        if (authorization == null) {
            return null;
        }
        return carrier == Carrier.BEARER
                ? "Authorization: " + authorization
                : "Sec-Fetch-Site: same-origin\r\nCookie: __Host-session="
                        + authorization.substring("Bearer ".length());
    }

    /** On the admin listener an ended token and a foreign one are those of a session and of a mere client. */
    private String authorization(Operation operation, Caller caller, String token) throws Exception {
        boolean admin = operation.tag().equals("admin");
        return switch (caller) {
            case NONE -> null;
            case BAD ->
                "Bearer "
                        + (admin
                                ? "not-the-key"
                                : SessionToken.issue(Sample.UNKNOWN_ID, new SecureRandom())
                                        .reveal());
            case ENDED -> {
                String ended = server.signIn("user-ended").getString("token");
                server.asUser(ended, "DELETE", "/v1/session");
                yield "Bearer " + ended;
            }
            case GOOD -> "Bearer " + (admin ? TestServer.ADMIN_KEY : token);
            case FOREIGN ->
                admin
                        ? "Basic " + Base64.getEncoder().encodeToString(CLIENT.getBytes(StandardCharsets.US_ASCII))
                        : "Bearer " + server.signIn("user-foreign").getString("token");
        };
    }

    private static int status(Operation operation, Sample sample, Caller caller) {
        if (operation.tag().equals("both") || caller == Caller.GOOD) {
            return sample.status();
        }
        if (caller != Caller.FOREIGN) {
            return 401;
        }
        if (operation.tag().equals("admin")) {
            return operation.id().equals("introspect") ? 200 : 403;
        }
        return ABOUT_ONE.contains(operation.id()) ? 404 : sample.status();
    }

    private static String challenge(Operation operation, Caller caller, int status) {
        if (status != 401 && status != 403) {
            return "";
        }
        boolean admin = operation.tag().equals("admin");
        String realm = "Bearer realm=\"authsessions" + (admin ? " admin" : "") + "\"";
        String more = operation.id().equals("introspect") ? "|Basic realm=\"authsessions introspection\"" : "";
        return switch (caller) {
            case NONE -> realm + more;
            case FOREIGN -> realm + ", error=\"insufficient_scope\"";
            case ENDED ->
                realm + ", error=\"invalid_token\"" + (admin ? "" : ", error_description=\"signed_out\"") + more;
            default -> realm + ", error=\"invalid_token\"" + more;
        };
    }

    private static String code(Caller caller, int status) {
        return switch (status) {
            case 403 -> "forbidden";
            case 404 -> "not_found";
            default -> caller == Caller.NONE ? "no_credentials" : "invalid_token";
        };
    }

    /** What stands on every answer. */
    static void assertHeaders(Reply reply) {
        assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(reply.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(reply.header("Content-Security-Policy"))
                .isEqualTo("default-src 'none'; frame-ancestors 'none'; sandbox");
        assertThat(reply.header("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
        assertThat(reply.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(reply.header("Cache-Control")).isEqualTo("no-store");
        assertThat(reply.header("Vary")).contains("Authorization, Cookie");
        assertThat(reply.header("Server")).isEmpty();
        assertThat(reply.header("Access-Control-Allow-Origin")).isEmpty();
    }

    private Reply ask(Operation operation, String method, Sample sample, String credentials) throws Exception {
        String base = operation.tag().equals("admin")
                ? server.server().adminUri()
                : server.server().publicUri();
        StringBuilder head = new StringBuilder(method + " " + sample.path() + " HTTP/1.1\r\nHost: "
                + URI.create(base).getAuthority() + "\r\nConnection: close\r\nContent-Length: "
                + sample.body().length() + "\r\n");
        sample.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        if (credentials != null) {
            head.append(credentials + "\r\n");
        }
        if (operation.id().equals("events") && method.equals("GET")) {
            return TestServer.parse(TestServer.rawHead(base, head + "\r\n"));
        }
        return TestServer.parse(TestServer.raw(base, head + "\r\n" + sample.body()));
    }
}
