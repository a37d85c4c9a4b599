package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("corpus-60")
@Tag("ASVS-4.2.1")
@DisplayName("A request whose frame is ambiguous or wrong")
class FramingTest {
    private static final String CREATE = "POST /v1/admin/sessions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nAuthorization: Bearer " + TestServer.ADMIN_KEY + "\r\n";

    private TestServer server;

    @BeforeAll
    void start() throws Exception {
        server = TestServer.start(Map.of());
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
    }

    private String admin(String request) throws Exception {
        return TestServer.raw(server.server().adminUri(), request);
    }

    @Test
    @DisplayName("by two ways to tell its length is read by chunks, and what follows is no second request")
    void chunksWin() throws Exception {
        String body = "{\"userId\":\"framed\"}";
        String answer = admin(CREATE + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 201 ").containsOnlyOnce("HTTP/1.1 ");
    }

    @ParameterizedTest
    @CsvSource({"5,6", "5,-1", "-1,-1", "x,5"})
    @DisplayName("by two lengths, or one that is none, is refused")
    void lengths(String one, String other) throws Exception {
        assertThat(admin(CREATE + "Content-Length: " + one + "\r\nContent-Length: " + other + "\r\n\r\n{}   "))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    @DisplayName("without a Host, or of an unknown version, is refused")
    void hostAndVersion() throws Exception {
        assertThat(admin("GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(admin("GET /health/live HTTP/9.9\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .contains(" 501 ");
    }

    @Test
    @DisplayName("by a foreign host is answered as any other, and the host stands nowhere in the answer")
    void foreignHost() throws Exception {
        String own = URI.create(server.server().publicUri()).getAuthority();
        for (String line : new String[] {"GET http://evil.example/v1/session", "GET /v1/session"}) {
            String answer = TestServer.raw(
                    "http://" + own, line + " HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
            assertThat(answer).containsPattern("HTTP/1.1 40[014] ").doesNotContain("evil");
        }
    }
}
