package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every answer has, whatever was asked; and the limits of what is read at all. */
final class AnswersTest {
    private static TestServer server;
    private static String token;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(Map.of());
        token = server.signIn("alice").getString("token");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /health/live",
                "GET /v1/session",
                "GET /none",
                "TRACE /v1/session",
                "OPTIONS /v1/sessions",
                "GET /%zz",
                "GET /v1/sessions?x=1"
            })
    @Tag("ASVS-3.2.1")
    @Tag("ASVS-3.4.4")
    @Tag("ASVS-14.3.2")
    @DisplayName("every answer, errors too, is kept from caches, sniffing and frames, and names no server")
    void headers(String line) throws Exception {
        for (String base :
                new String[] {server.server().publicUri(), server.server().adminUri()}) {
            assertHeaders(raw(base, line, "Authorization: Bearer " + token + "\r\n"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "OPTIONS * HTTP/1.1,404",
        "CONNECT x:443 HTTP/1.1,404",
        "GET x HTTP/1.1,404",
        "GET ?x HTTP/1.1,400",
        "GET  HTTP/1.1,400",
        "garbage,400",
        "TRACE / HTTP/1.1,404"
    })
    @DisplayName("a request for what is no path of ours is answered with a problem, as all are")
    void noPath(String line, int status) throws Exception {
        String answer = TestServer.raw(server.server().publicUri(), line + "\r\nHost: a\r\nConnection: close\r\n\r\n");
        assertThat(answer).contains(" " + status + " ").contains("application/problem+json");
        assertHeaders(answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/9.9", "HTTP/2.0"})
    @DisplayName("a version of HTTP that is not spoken is answered by the HTTP server, with a status and nothing else")
    void version(String version) throws Exception {
        String answer =
                TestServer.raw(server.server().publicUri(), "GET /v1/session " + version + "\r\nHost: a\r\n\r\n");
        assertThat(answer.strip()).isEqualTo(version + " 501 Not Implemented\r\ncontent-length: 0");
    }

    @ParameterizedTest
    @CsvSource({"0,200", "1,431"})
    @DisplayName("headers of 8,192 bytes are read, one byte more is not")
    void headerLimit(int more, int status) throws Exception {
        String rest = "Host: aConnection: closeX: ";
        String answer = TestServer.raw(
                server.server().publicUri(),
                "GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: "
                        + "a".repeat(8_192 + more - rest.length()) + "\r\n\r\n");
        assertThat(answer).contains(" " + status + " ");
        assertHeaders(answer);
    }

    @ParameterizedTest
    @CsvSource({"0,200", "1,414"})
    @DisplayName("a request line of 4,096 bytes is read, one byte more is not")
    void lineLimit(int more, int status) throws Exception {
        String rest = "GET /health/live? HTTP/1.1";
        String answer = TestServer.raw(
                server.server().publicUri(),
                "GET /health/live?" + "a".repeat(4_096 + more - rest.length())
                        + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assertThat(answer).contains(" " + status + " ");
        assertHeaders(answer);
    }

    @Test
    @DisplayName("what is no request at all is answered with a problem, and the connection ends")
    void notHttp() throws Exception {
        String base = server.server().publicUri();
        String longLine = raw(base, "GET /" + "a".repeat(5_000), "");
        assertThat(longLine).contains(" 414 ").contains("\"uri_too_long\"").doesNotContain("[silent]");
        assertHeaders(longLine);
        String longHeader = raw(base, "GET /v1/session", "X: " + "a".repeat(9_000) + "\r\n");
        assertThat(longHeader).contains(" 431 ").contains("application/problem+json");
        assertHeaders(longHeader);
        String twoLengths = raw(base, "GET /v1/session", "Content-Length: 1\r\nContent-Length: 2\r\n");
        assertThat(twoLengths).contains(" 400 ").contains("\"invalid_request\"");
        String noHost = TestServer.raw(base, "GET /v1/session HTTP/1.1\r\nConnection: close\r\n\r\n");
        assertThat(noHost).contains(" 400 ").contains("\"invalid_request\"");
        assertHeaders(noHost);
    }

    @ParameterizedTest
    @CsvSource({
        "POST,/v1/session,'DELETE, GET, HEAD'",
        "PUT,/v1/sessions/0000000000000000000000,'DELETE, PATCH'",
        "DELETE,/health/live,'GET, HEAD'"
    })
    @DisplayName("a method that a path does not know is 405, and Allow says which it does")
    void methods(String method, String path, String allow) throws Exception {
        TestServer.Reply reply = server.anonymous(method, path);
        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.code()).isEqualTo("method_not_allowed");
        assertThat(reply.header("Allow")).isEqualTo(allow);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /MARK HTTP/1.1",
                "GET /v1/sessions/MARK HTTP/1.1",
                "DELETE /v1/sessions/MARK HTTP/1.1",
                "GET /v1/sessions?MARK=1 HTTP/1.1",
                "GET /v1/sessions?cursor=MARK HTTP/1.1",
                "DELETE /v1/sessions?except=MARK HTTP/1.1",
                "MARK /v1/session HTTP/1.1",
                "GET /MARK%zz HTTP/1.1",
                "GET /v1/verify/MARK HTTP/1.1"
            })
    @DisplayName("no answer repeats what stood in the line or the headers of a request")
    void noEcho(String line) throws Exception {
        for (String authorization : new String[] {"Bearer MARK", "MARK x", "Bearer " + token}) {
            String answer = TestServer.raw(
                    server.server().publicUri(),
                    (line + "\r\nHost: MARK\r\nConnection: close\r\nOrigin: https://MARK\r\nReferer: http://MARK/\r\n"
                                    + "Content-Type: MARK\r\nIf-Match: MARK\r\nX-Request-Id: MARK\r\nCookie: MARK=MARK\r\n"
                                    + "User-Agent: MARK\r\nX-Forwarded-For: MARK\r\nAuthorization: " + authorization
                                    + "\r\n\r\n")
                            .replace("MARK", HostileInputs.MARK));
            assertThat(answer).startsWith("HTTP/1.").doesNotContain(HostileInputs.MARK);
        }
    }

    @Test
    @DisplayName("HEAD answers as GET does, without a body")
    void head() throws Exception {
        for (String path : new String[] {"/health/live", "/v1/session", "/v1/sessions"}) {
            TestServer.Reply reply = server.asUser(token, "HEAD", path);
            assertThat(reply.status()).as(path).isEqualTo(200);
            assertThat(reply.body()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "; 401; no_credentials",
                "Authorization: Basic dXNlcjpwdw==; 401; no_credentials",
                "Authorization: Bearer wrong; 401; invalid_token",
                "Authorization: Bearer test-admin-key-012345678; 401; invalid_token",
                "Authorization: Bearer; 401; no_credentials"
            })
    @DisplayName("without an admin key the admin routes tell nothing, not even whether there is something")
    void adminKey(String header, int status, String code) throws Exception {
        String headers = header == null ? "" : header + "\r\n";
        for (String line : new String[] {
            "GET /v1/admin/sessions", "DELETE /v1/admin/sessions/x", "DELETE /v1/admin/users/alice/sessions"
        }) {
            assertThat(raw(server.server().adminUri(), line, headers))
                    .startsWith("HTTP/1.1 " + status + " ")
                    .contains("\"" + code + "\"")
                    .containsIgnoringCase("www-authenticate: Bearer realm=");
        }
    }

    @Test
    @Tag("ASVS-7.2.2")
    @DisplayName("a session's token opens no admin route, an admin key no session, and two headers nothing")
    void separateCredentials() throws Exception {
        String admin = server.server().adminUri();
        String key = "Authorization: Bearer " + TestServer.ADMIN_KEY + "\r\n";
        assertThat(raw(admin, "GET /v1/admin/sessions", "Authorization: Bearer " + token + "\r\n"))
                .contains(" 401 ");
        assertThat(server.asUser(TestServer.ADMIN_KEY, "GET", "/v1/session").status())
                .isEqualTo(401);
        assertThat(raw(admin, "GET /v1/admin/sessions", key + key)).contains(" 400 ");
        assertThat(raw(admin, "GET /v1/admin/sessions", key)).contains(" 200 ");
        assertThat(server.asUser(TestServer.ADMIN_KEY, "GET", "/v1/admin/sessions")
                        .status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"0,201", "1,413"})
    @DisplayName("a body of 64 KiB is read, one byte more is not")
    @Tag("corpus-26")
    void bodyLimit(int more, int status) throws Exception {
        String json = "{\"userId\":\"a\"" + " ".repeat(BodyReader.MAX_BYTES - 14 + more) + "}";
        assertThat(json).hasSize(BodyReader.MAX_BYTES + more);
        assertThat(server.create(json).status()).isEqualTo(status);
    }

    @Test
    @DisplayName("a body without end is refused, and its connection ends")
    @Tag("corpus-26")
    void endlessBody() throws Exception {
        String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
        String answer = TestServer.raw(
                server.server().adminUri(),
                "POST /v1/admin/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                        + "Content-Type: application/json\r\nAuthorization: Bearer " + TestServer.ADMIN_KEY + "\r\n\r\n"
                        + chunk.repeat(5));
        assertThat(answer)
                .startsWith("HTTP/1.1 413 ")
                .contains("payload_too_large")
                .doesNotContain("[silent]");
    }

    private static void assertHeaders(String answer) {
        String head = answer.substring(0, answer.indexOf("\r\n\r\n")).toLowerCase(java.util.Locale.ROOT);
        assertThat(head)
                .contains("x-content-type-options: nosniff")
                .contains("referrer-policy: no-referrer")
                .contains("content-security-policy: default-src 'none'; frame-ancestors 'none'")
                .contains("cross-origin-resource-policy: same-origin")
                .contains("x-frame-options: deny")
                .contains("cache-control: no-store")
                .doesNotContain("\r\nserver:");
        assertThat(head.split("cache-control:", -1)).hasSize(2);
    }

    private static String raw(String base, String line, String headers) throws Exception {
        String host = URI.create(base).getAuthority();
        return TestServer.raw(
                base, line + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n" + headers + "\r\n");
    }
}
