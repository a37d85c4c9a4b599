package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.server.TestServer.Reply;
import io.authsessions.service.ForgedCursor;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows of the hostile-input corpus that reach the server's routes; runs once per store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class HostileInputContract {
    private static final String MARK = HostileInputs.MARK;

    private TestServer server;
    private String token;
    private String id;

    /** The variables that choose the store. */
    protected abstract Map<String, String> environment();

    @BeforeAll
    void start() throws Exception {
        server = TestServer.start(environment());
        JsonObject issued = server.signIn("the-user");
        token = issued.getString("token");
        id = issued.getJsonObject("session").getString("id");
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest
    @MethodSource("io.authsessions.server.HostileInputs#notOneJsonObject")
    @DisplayName("a body that is not one JSON object is malformed_json")
    @Tag("corpus-21")
    @Tag("corpus-22")
    @Tag("corpus-24")
    @Tag("corpus-25")
    void malformed(String body) throws Exception {
        assertProblem(server.create(body), 400, "malformed_json");
    }

    @Test
    @DisplayName("an empty body and one that is not UTF-8 are malformed_json")
    @Tag("corpus-23")
    void notText() throws Exception {
        Map<String, String> json = Map.of("Content-Type", "application/json; charset=utf-8");
        byte[] latin = "{\"userId\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertProblem(server.asAdmin("POST", "/v1/admin/sessions", json, latin), 400, "malformed_json");
        assertProblem(server.asAdmin("POST", "/v1/admin/sessions", json, new byte[0]), 400, "malformed_json");
        byte[] utf16 = "{\"userId\":\"a\"}".getBytes(StandardCharsets.UTF_16BE);
        assertProblem(server.asAdmin("POST", "/v1/admin/sessions", json, utf16), 400, "malformed_json");
    }

    @ParameterizedTest
    @MethodSource("io.authsessions.server.HostileInputs#wrongFields")
    @DisplayName("a field that is unknown, missing, of another type or out of range is invalid_request, and named")
    @Tag("corpus-27")
    @Tag("corpus-28")
    @Tag("corpus-53")
    @Tag("corpus-54")
    @Tag("corpus-59")
    void wrongFields(String body) throws Exception {
        Reply reply = server.create(body);
        assertProblem(reply, 400, "invalid_request");
        assertThat(reply.json().getJsonArray("errors")).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "text/json",
                "application/json; charset=iso-8859-1",
                "application/json, text/plain",
                "application/json2",
                "application/json; charset=utf-8; x=y"
            })
    @Tag("ASVS-4.1.1")
    @DisplayName("a body of another media type is refused unread")
    void mediaType(String type) throws Exception {
        Reply reply = server.asAdmin(
                "POST",
                "/v1/admin/sessions",
                Map.of("Content-Type", type),
                "{\"userId\":\"a\"}".getBytes(StandardCharsets.UTF_8));
        assertProblem(reply, 415, "unsupported_media_type");
    }

    @Test
    @DisplayName("a body without a media type is refused; introspection takes forms only")
    void noMediaType() throws Exception {
        byte[] body = "{\"userId\":\"a\"}".getBytes(StandardCharsets.UTF_8);
        assertProblem(server.asAdmin("POST", "/v1/admin/sessions", Map.of(), body), 415, "unsupported_media_type");
        Map<String, String> json = Map.of("Content-Type", "application/json");
        assertProblem(server.asAdmin("POST", "/v1/admin/introspect", json, body), 415, "unsupported_media_type");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "token", "token=", "token=a&token=b", "token=%zz", "token=%ff", "token=a&touch=1", "a=b"})
    @DisplayName("a form without exactly one readable token is invalid_request")
    void wrongForm(String form) throws Exception {
        assertProblem(server.introspect(form), 400, "invalid_request");
    }

    @ParameterizedTest
    @MethodSource("io.authsessions.server.HostileInputs#wrongQueries")
    @DisplayName("a query that is not exactly what the list takes is invalid_request")
    @Tag("corpus-29")
    @Tag("corpus-30")
    @Tag("corpus-55")
    void wrongQuery(String query) throws Exception {
        String user = TestServer.raw(
                server.server().publicUri(),
                "GET /v1/sessions?" + query + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
                        + token + "\r\n\r\n");
        assertThat(user).startsWith("HTTP/1.1 400 ").contains("invalid_request").doesNotContain(MARK);
        String admin = TestServer.raw(
                server.server().adminUri(),
                "GET /v1/admin/sessions?" + query
                        + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer " + TestServer.ADMIN_KEY
                        + "\r\n\r\n");
        assertThat(admin)
                .startsWith("HTTP/1.1 400 ")
                .contains("invalid_request")
                .doesNotContain(MARK);
    }

    @Test
    @DisplayName("a cursor with any one character changed, or cut short, is invalid_request")
    @Tag("corpus-55")
    void damagedCursor() throws Exception {
        server.signIn("paged");
        server.signIn("paged");
        String path = "/v1/admin/sessions?userId=paged&limit=1";
        String cursor = server.asAdmin("GET", path).json().getString("next");
        assertThat(server.asAdmin("GET", path + "&cursor=" + cursor).status()).isEqualTo(200);
        for (int i = 0; i < cursor.length(); i++) {
            char other = cursor.charAt(i) == 'A' ? 'B' : 'A';
            String damaged = cursor.substring(0, i) + other + cursor.substring(i + 1);
            assertProblem(server.asAdmin("GET", path + "&cursor=" + damaged), 400, "invalid_request");
            assertProblem(server.asAdmin("GET", path + "&cursor=" + cursor.substring(0, i)), 400, "invalid_request");
        }
        assertProblem(
                server.asAdmin("GET", "/v1/admin/sessions?userId=other&cursor=" + cursor), 400, "invalid_request");
        assertProblem(server.asAdmin("GET", "/v1/admin/sessions?cursor=" + cursor), 400, "invalid_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz", "+5", "00000000000000000"})
    @DisplayName("a cursor whose check is right, and whose number is none, is invalid_request")
    @Tag("corpus-55")
    void forgedCursor(String number) throws Exception {
        String place = number + "-" + Sample.UNKNOWN_ID;
        String token = server.signIn("forger").getString("token");
        String ofUser = URLEncoder.encode(ForgedCursor.of(place, "forger"), StandardCharsets.UTF_8);
        String ofAll = URLEncoder.encode(ForgedCursor.of(place, ""), StandardCharsets.UTF_8);
        assertProblem(server.asUser(token, "GET", "/v1/sessions?cursor=" + ofUser), 400, "invalid_request");
        assertProblem(server.asAdmin("GET", "/v1/admin/sessions?cursor=" + ofAll), 400, "invalid_request");
    }

    @Test
    @DisplayName("what stands in a path where an id belongs and is none is not_found, as an unknown id is")
    @Tag("corpus-31")
    @Tag("corpus-32")
    void wrongIds() throws Exception {
        String unknown = server.asUser(token, "DELETE", "/v1/sessions/0000000000000000000000")
                .body();
        for (String wrong : new String[] {
            "%2e%2e%2fadmin",
            "a%2fb",
            "x;y=1",
            "a%00b",
            "%ff",
            id.toUpperCase(Locale.ROOT),
            id.toLowerCase(Locale.ROOT),
            token,
            id + "a",
            id.substring(1),
            id + "%00",
            "%20" + id
        }) {
            Reply reply = server.asUser(token, "DELETE", "/v1/sessions/" + wrong);
            assertThat(reply.status()).as(wrong).isEqualTo(404);
            assertThat(reply.body()).isEqualTo(unknown);
            for (String method : new String[] {"GET", "DELETE"}) {
                assertThat(server.asAdmin(method, "/v1/admin/sessions/" + wrong).body())
                        .isEqualTo(unknown);
            }
        }
        assertThat(server.asUser(token, "GET", "/v1/session").status()).isEqualTo(200);
    }

    @Test
    @DisplayName("a path whose escapes cannot be read is invalid_request")
    @Tag("corpus-30")
    void brokenPath() throws Exception {
        String answer = TestServer.raw(
                server.server().publicUri(),
                "DELETE /v1/sessions/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer " + token
                        + "\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("invalid_request");
    }

    @Test
    @DisplayName("markup in a label is text like any other, and comes back as it was")
    @Tag("corpus-52")
    void markup() throws Exception {
        for (String label : new String[] {"<script>alert(1)</script>", "\"><img onerror=x>", "=HYPERLINK()"}) {
            Reply reply = server.create(
                    new JsonObject().put("userId", "a").put("label", label).encode());
            assertThat(reply.status()).isEqualTo(201);
            assertThat(reply.json().getJsonObject("session").getString("label")).isEqualTo(label);
        }
    }

    @Test
    @Tag("ASVS-1.2.4")
    @DisplayName("a user whose id looks like a pattern is one user only")
    @Tag("corpus-59")
    void patternUsers() throws Exception {
        String other = server.signIn("abc").getString("token");
        server.signIn("a*");
        server.signIn("a{b}c");
        assertThat(server.asAdmin("DELETE", "/v1/admin/users/a*/sessions")
                        .json()
                        .getInteger("ended"))
                .isEqualTo(1);
        assertThat(server.asAdmin("DELETE", "/v1/admin/users/a%7Bb%7Dc/sessions")
                        .json()
                        .getInteger("ended"))
                .isEqualTo(1);
        assertThat(server.asUser(other, "GET", "/v1/session").status()).isEqualTo(200);
        assertThat(server.asAdmin("DELETE", "/v1/admin/users/a/sessions?except=" + MARK)
                        .status())
                .isEqualTo(400);
    }

    private static void assertProblem(Reply reply, int status, String code) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(status);
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(reply.code()).isEqualTo(code);
        assertThat(reply.body()).doesNotContain(MARK);
        JsonArray errors = reply.json().getJsonArray("errors", new JsonArray());
        assertThat(errors).allSatisfy(error -> assertThat(((JsonObject) error).fieldNames())
                .containsExactlyInAnyOrder("field", "message"));
    }
}
