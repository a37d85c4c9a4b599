package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.server.TestServer.Reply;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("ASVS-3.5.1")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName("A form that a page makes a browser send to the server")
class ForeignFormTest {
    private CountedServer counted;
    private TestServer other;

    @BeforeAll
    void start() throws Exception {
        counted = CountedServer.redis("forms", Map.of());
        other = TestServer.start(Map.of());
    }

    @AfterAll
    void stop() throws Exception {
        counted.close();
        other.close();
    }

    private Reply post(String path, String origin, String site) throws Exception {
        Map<String, String> headers = Map.of(
                "Cookie",
                "__Host-session=" + counted.token(),
                "Origin",
                origin,
                "Sec-Fetch-Site",
                site,
                "Content-Type",
                "application/x-www-form-urlencoded");
        return counted.server.send(counted.server.server().publicUri(), "POST", path, headers, "a=b".getBytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/session/rotate", "/v1/verify/transfer"})
    @DisplayName("is refused, and nothing is asked, if the page is of another port of the host or of another site")
    void refused(String path) throws Exception {
        counted.forget();
        assertThat(post(path, other.server().publicUri(), "same-site").code()).isEqualTo("cross_site_request");
        assertThat(post(path, "https://evil.example", "cross-site").code()).isEqualTo("cross_site_request");
        assertThat(counted.calls()).isEmpty();
        counted.assertNothingWritten();

        assertThat(post(path, counted.server.server().publicUri(), "same-origin")
                        .status())
                .isBetween(200, 204);
    }
}
