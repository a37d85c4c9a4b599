package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.server.TestServer.Reply;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What hostile requests cost the store, and that they change nothing; runs once per store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName("The store is asked")
@Tag("corpus-21")
@Tag("corpus-24")
@Tag("corpus-26")
@Tag("corpus-27")
@Tag("corpus-28")
@Tag("corpus-29")
@Tag("corpus-31")
@Tag("corpus-32")
@Tag("corpus-50")
@Tag("corpus-54")
@Tag("corpus-55")
@Tag("corpus-59")
abstract class StoreCallsContract {
    private CountedServer counted;
    private TestServer server;
    private String token;
    private String id;

    /** A server on the store. */
    protected abstract CountedServer open() throws Exception;

    @BeforeAll
    void start() throws Exception {
        counted = open();
        server = counted.server;
        token = counted.token();
        id = counted.id;
    }

    @AfterAll
    void stop() throws Exception {
        counted.close();
    }

    @TestFactory
    @DisplayName("for nothing by an operator's request that is malformed")
    List<DynamicTest> adminBodies() {
        List<DynamicTest> tests = new ArrayList<>();
        HostileInputs.notOneJsonObject().forEach(body -> tests.add(create(body)));
        HostileInputs.wrongFields().forEach(body -> tests.add(create(body)));
        tests.add(create(" ".repeat(BodyReader.MAX_BYTES + 1)));
        return tests;
    }

    private DynamicTest create(String body) {
        return DynamicTest.dynamicTest(shortened(body), () -> {
            Reply reply = counted(0, () -> server.create(body));
            assertThat(reply.status()).isBetween(400, 415);
        });
    }

    @TestFactory
    @DisplayName("whose session it is, and nothing more, by a person's request that is malformed")
    List<DynamicTest> publicBodies() {
        List<DynamicTest> tests = new ArrayList<>();
        HostileInputs.notOneJsonObject().forEach(body -> tests.add(rename(body)));
        HostileInputs.wrongFields().filter(body -> !body.equals("{}")).forEach(body -> tests.add(rename(body)));
        return tests;
    }

    private DynamicTest rename(String body) {
        return DynamicTest.dynamicTest(shortened(body), () -> {
            Reply reply = counted(
                    1,
                    () -> server.send(
                            server.server().publicUri(),
                            "PATCH",
                            "/v1/sessions/" + id,
                            headers(),
                            body.getBytes(StandardCharsets.UTF_8)));
            assertThat(reply.status()).isEqualTo(400);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/jsonp"
            })
    @DisplayName("whose session it is, and an operator's request for nothing, by a body that is not said to be JSON")
    void mediaTypes(String type) throws Exception {
        byte[] body = "{\"userId\":\"a\"}".getBytes(StandardCharsets.UTF_8);
        Map<String, String> headers = type.isEmpty() ? Map.of() : Map.of("Content-Type", type);
        Reply create = counted(0, () -> server.asAdmin("POST", "/v1/admin/sessions", headers, body));
        assertThat(create.code()).isEqualTo("unsupported_media_type");
        Map<String, String> mine = new HashMap<>(headers);
        mine.put("Authorization", "Bearer " + token);
        Reply rename =
                counted(1, () -> server.send(server.server().publicUri(), "PATCH", "/v1/sessions/" + id, mine, body));
        assertThat(rename.code()).isEqualTo("unsupported_media_type");
    }

    @TestFactory
    @DisplayName("whose session it is, and nothing more, by a query that the list does not take")
    List<DynamicTest> queries() {
        return HostileInputs.wrongQueries()
                .map(query -> DynamicTest.dynamicTest(shortened(query), () -> {
                    Reply reply = counted(
                            1,
                            () -> TestServer.parse(TestServer.raw(
                                    server.server().publicUri(),
                                    "GET /v1/sessions?" + query
                                            + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer "
                                            + token + "\r\n\r\n")));
                    assertThat(reply.status()).isEqualTo(400);
                }))
                .toList();
    }

    @Test
    @DisplayName("once for what cannot be an id, twice for an id of somebody else")
    void ids() throws Exception {
        String foreign = server.signIn("another").getJsonObject("session").getString("id");
        for (String wrong : new String[] {"%2e%2e%2fadmin", "a%2fb", "x;y=1", "a%00b", token}) {
            Reply reply = counted(1, () -> server.asUser(token, "DELETE", "/v1/sessions/" + wrong));
            assertThat(reply.status()).isEqualTo(404);
        }
        for (String other : new String[] {foreign, Sample.UNKNOWN_ID}) {
            Reply reply = counted(2, () -> server.asUser(token, "DELETE", "/v1/sessions/" + other));
            assertThat(reply.status()).isEqualTo(404);
        }
    }

    @TestFactory
    @Tag("ASVS-3.5.3")
    @DisplayName("to change nothing by any route that a link can lead to, GET and HEAD")
    List<DynamicTest> safeMethods() {
        return Contract.read().operations().stream()
                .filter(each -> Set.of("GET", "HEAD").contains(each.method())
                        && !each.id().equals("events"))
                .map(each -> DynamicTest.dynamicTest(each.toString(), () -> {
                    JsonObject session = new JsonObject().put("id", id).put("userId", "ada");
                    String path = Sample.of(each, session, token).path();
                    for (String method : List.of("GET", "HEAD")) {
                        Reply reply = counted(
                                20,
                                () -> each.tag().equals("admin")
                                        ? server.asAdmin(method, path)
                                        : server.asUser(token, method, path));
                        assertThat(reply.status()).isBetween(200, 204);
                    }
                }))
                .toList();
    }

    private interface Exchange {
        Reply run() throws Exception;
    }

    private Reply counted(int most, Exchange exchange) throws Exception {
        counted.forget();
        Reply reply = exchange.run();
        assertThat(counted.calls()).hasSizeLessThanOrEqualTo(most);
        counted.assertNothingWritten();
        return reply;
    }

    private Map<String, String> headers() {
        return new HashMap<>(Map.of("Content-Type", "application/json", "Authorization", "Bearer " + token));
    }

    private String shortened(String text) {
        return "«" + (text.length() > 60 ? text.substring(0, 60) + "…" : text) + "»";
    }
}
