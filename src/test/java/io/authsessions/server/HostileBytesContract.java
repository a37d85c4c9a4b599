package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.SessionToken;
import io.authsessions.server.TestServer.Reply;
import io.authsessions.web.CorpusTarget;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

/** The rows of the hostile-input corpus as bytes on a socket: status, store calls, nothing written; once per store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName("Bytes that no client of ours would send")
abstract class HostileBytesContract {
    private static final String JSON = "Content-Type: application/json";

    private CountedServer counted;
    private TestServer server;

    /** A server on the store. */
    protected abstract CountedServer open() throws Exception;

    /**
     * A request.
     *
     * @param request its lines; TOKEN stands for a good token, ID for the id of its session
     * @param calls to the store, at most
     */
    private record Row(String corpus, String request, String body, int status, int calls) {
        static Row of(int corpus, int status, int calls, String... lines) {
            return new Row("corpus-" + corpus, String.join("\r\n", lines), "", status, calls);
        }

        Row with(String text) {
            return new Row(corpus, request, text, status, calls);
        }
    }

    @BeforeAll
    void start() throws Exception {
        counted = open();
        server = counted.server;
    }

    @AfterAll
    void stop() throws Exception {
        counted.close();
    }

    private static List<Row> rows() {
        String get = "GET /v1/session HTTP/1.1";
        String rotate = "POST /v1/session/rotate HTTP/1.1";
        String rename = "PATCH /v1/sessions/ID HTTP/1.1";
        String none = "DELETE /v1/sessions/0000000000000000000000 HTTP/1.1";
        String host = "Host: a";
        String bearer = "Authorization: Bearer TOKEN";
        List<Row> rows = new ArrayList<>();
        rows.add(Row.of(8, 400, 0, get, host, "Authorization: Bearer a\0b"));
        rows.add(Row.of(8, 400, 0, get, host, "Authorization: Bearer a\rb"));
        rows.add(Row.of(10, 401, 0, get, host, "Authorization: Bearer " + "a".repeat(7_000)));
        rows.add(Row.of(10, 431, 0, get, host, "Authorization: Bearer " + "a".repeat(9_000)));
        rows.add(Row.of(19, 400, 0, get, host, "Cookie: __Host-session=TOKEN\0"));
        rows.add(Row.of(20, 403, 0, rotate, host, "Cookie: __Host-session=TOKEN", "Sec-Fetch-Site: cross-site"));
        rows.add(Row.of(20, 403, 0, rotate, host, "Cookie: __Host-session=TOKEN", "Origin: null"));
        rows.add(Row.of(20, 403, 0, rotate, host, "Cookie: __Host-session=TOKEN"));
        rows.add(Row.of(23, 400, 1, rename, host, bearer, JSON, "Content-Length: 13")
                .with("{\"label\":\"\u00e9\"}"));
        rows.add(Row.of(26, 413, 1, rename, host, bearer, JSON, "Transfer-Encoding: chunked")
                .with(("4000\r\n" + "x".repeat(0x4000) + "\r\n").repeat(5)));
        rows.add(Row.of(26, 413, 1, rename, host, bearer, JSON, "Content-Length: 65537")
                .with("{"));
        rows.add(Row.of(30, 400, 1, "GET /v1/sessions?x=%zz HTTP/1.1", host, bearer));
        rows.add(Row.of(30, 400, 1, "GET /v1/sessions?limit=%c0%af HTTP/1.1", host, bearer));
        rows.add(Row.of(30, 400, 0, "DELETE /v1/sessions/%zz HTTP/1.1", host, bearer));
        rows.add(Row.of(30, 414, 0, "GET /v1/sessions?" + "x".repeat(5_000) + " HTTP/1.1", host, bearer));
        rows.add(Row.of(60, 404, 2, none, host, bearer, "Content-Length: 4", "Transfer-Encoding: chunked")
                .with("0\r\n\r\n"));
        rows.add(Row.of(60, 400, 0, rotate, host, bearer, "Content-Length: 5", "Content-Length: 6"));
        rows.add(Row.of(60, 400, 0, rotate, host, bearer, "Content-Length: -1"));
        rows.add(Row.of(60, 400, 0, get, bearer));
        rows.add(Row.of(60, 400, 0, get, host, host, bearer));
        rows.add(Row.of(60, 501, 0, "GET /v1/session HTTP/9.9", host, bearer));
        return rows;
    }

    @TestFactory
    @Tag("corpus-8")
    @Tag("corpus-10")
    @Tag("corpus-19")
    @Tag("corpus-20")
    @Tag("corpus-23")
    @Tag("corpus-26")
    @Tag("corpus-30")
    @Tag("corpus-60")
    @DisplayName("are refused, cost no more than whose session it is, and change nothing")
    List<DynamicTest> refused() {
        return rows().stream()
                .map(row -> DynamicTest.dynamicTest(
                        row.corpus + " " + row.request.lines().findFirst().orElse("") + " " + row.status,
                        () -> check(row)))
                .toList();
    }

    private void check(Row row) throws Exception {
        counted.forget();
        String head = row.request.replace("ID", counted.id).replace("TOKEN", counted.token());
        TestServer.Timed timed =
                TestServer.timed(server.server().publicUri(), head + "\r\nConnection: close\r\n\r\n" + row.body);
        String answer = timed.text();
        assertThat(timed.nanosToFirst()).as("nanoseconds until it was answered").isLessThan(1_000_000_000L);
        assertThat(answer)
                .containsPattern("^HTTP/\\d\\.\\d " + row.status + " ")
                .doesNotContain("[silent]");
        assertThat(answer.substring(9)).doesNotContain("HTTP/");
        assertThat(counted.calls()).hasSizeLessThanOrEqualTo(row.calls);
        counted.assertNothingWritten();
    }

    @Test
    @Tag("corpus-60")
    @DisplayName("that name another host get what all get, and the name stands nowhere in the answer")
    void anotherHost() throws Exception {
        counted.forget();
        String head = "GET http://evil.example/v1/session HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n";
        String answer = TestServer.raw(
                server.server().publicUri(), head + "Authorization: Bearer " + counted.token() + "\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 200 ").doesNotContain("evil");
        String post = "POST /v1/session/rotate HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n"
                + "Origin: http://evil.example\r\nCookie: __Host-session=" + counted.token() + "\r\n\r\n";
        assertThat(TestServer.raw(server.server().publicUri(), post)).startsWith("HTTP/1.1 403 ");
        assertThat(counted.calls()).isEqualTo(List.of("find"));
        counted.assertNothingWritten();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/session/TOKEN", "/v1/verify/TOKEN", "/v1/session;token=TOKEN", "/v1/sessions/TOKEN"})
    @Tag("ASVS-14.2.1")
    @DisplayName("that hold the token in the path are nobody's, and it stands nowhere in the answer")
    void tokenInPath(String path) throws Exception {
        counted.forget();
        Reply reply = server.anonymous("DELETE", path.replace("TOKEN", counted.token()));
        assertThat(reply.status()).isIn(401, 404);
        assertThat(reply.toString()).doesNotContain(counted.token().substring(28));
        assertThat(counted.calls()).isEmpty();
    }

    @Test
    @Tag("corpus-12")
    @DisplayName("in a token make no difference that can be seen: malformed, unknown and wrong ones are answered alike")
    void alike() throws Exception {
        Reply malformed = server.asUser("garbage", "GET", "/v1/session");
        String wrong = SessionToken.issue(counted.id, new SecureRandom()).reveal();
        for (String token : List.of(counted.token() + "x", CorpusTarget.unknownToken(), wrong)) {
            counted.forget();
            assertThat(server.asUser(token, "GET", "/v1/session")).isEqualTo(malformed);
            assertThat(counted.calls()).hasSizeLessThanOrEqualTo(1);
            counted.assertNothingWritten();
        }
    }

    private Reply rename(String label) throws Exception {
        return server.send(
                server.server().publicUri(),
                "PATCH",
                "/v1/sessions/" + counted.id,
                Map.of("Content-Type", "application/json", "Authorization", "Bearer " + counted.token()),
                ("{\"label\":\"" + label + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\\r\\nSet-Cookie: x",
                "\\u0000",
                "\\u001b[31m",
                "\\u202e",
                "\\u2066",
                "\\u2067",
                "\\u2068",
                "\\u2069",
                "\\u200b",
                "\\ufeff",
                "\\ud800",
                "\u202e",
                "\u2066",
                "\u2067",
                "\u2068",
                "\u2069",
                "\u200b",
                "\ufeff"
            })
    @Tag("corpus-50")
    @Tag("corpus-51")
    @DisplayName("in a label that hides or turns text, escaped or not, are refused")
    void labels(String label) throws Exception {
        counted.forget();
        Reply reply = rename(label);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.code()).isEqualTo("invalid_request");
        assertThat(counted.calls()).hasSizeLessThanOrEqualTo(1);
        counted.assertNothingWritten();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<script>alert(1)</script>", "\\\"><img onerror=x>", "=HYPERLINK()"})
    @Tag("corpus-52")
    @DisplayName("in a label that are only markup are kept as they are, by one read and one change")
    void markup(String label) throws Exception {
        counted.forget();
        Reply reply = rename(label);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().getString("label"))
                .isEqualTo(new JsonObject("{\"label\":\"" + label + "\"}").getString("label"));
        assertThat(counted.calls()).containsExactly("find", "update");
        counted.forget();
        server.create("{\"userId\":\"a\",\"label\":\"" + label + "\"}");
        assertThat(counted.calls()).isEqualTo(List.of("create"));
    }
}
