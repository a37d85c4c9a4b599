package io.authsessions.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.web.RawHttp.Answer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("ASVS-3.4.2")
@DisplayName("The list of origins that may read")
class CorsAllowlistTest {
    private static final String KNOWN = "https://app.example.com";
    private final FakeSessionService service = new FakeSessionService();
    private WebServer server;

    @BeforeEach
    void start() {
        server = new WebServer(router -> {
            router.route().handler(CorsAllowlist.create(List.of(KNOWN)));
            router.get("/me").handler(AuthSessionHandler.create(service)).handler(WebServer::sayWho);
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    @DisplayName("lets those on it read, with cookies, errors too, and answers their preflight requests")
    void known() {
        Answer answer = RawHttp.get(server.port(), "/me", "Origin: " + KNOWN);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.headers("Access-Control-Allow-Origin")).containsExactly(KNOWN);
        assertThat(answer.headers("Access-Control-Allow-Credentials")).containsExactly("true");
        assertThat(String.join(", ", answer.headers("Vary"))).containsIgnoringCase("origin");
        Answer preflight = RawHttp.request(
                server.port(), "OPTIONS", "/me", "Origin: " + KNOWN, "Access-Control-Request-Method: PATCH");
        assertThat(preflight.status()).isEqualTo(204);
        assertThat(preflight.header("Access-Control-Allow-Methods")).contains("PATCH");
        assertThat(preflight.header("Access-Control-Allow-Headers")).contains("Authorization", "X-Requested-With");
        assertThat(service.calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "*",
                "https://a.evil",
                "https://app.example.com.evil",
                "https://xapp.example.com",
                "https://APP.example.com",
                "HTTPS://app.example.com",
                "https://app.example.com:443",
                "https://app.example.com/",
                "http://app.example.com",
                "https://app.example.com, https://app.example.com",
                ""
            })
    @DisplayName("tells no other origin anything")
    void unknown(String origin) {
        for (String method : List.of("GET", "OPTIONS")) {
            Answer answer = RawHttp.request(
                    server.port(), method, "/me", "Origin: " + origin, "Access-Control-Request-Method: GET");
            assertThat(answer.headerLines())
                    .noneMatch(line -> line.toLowerCase().startsWith("access-control"));
        }
        Answer twice = RawHttp.get(server.port(), "/me", "Origin: " + KNOWN, "Origin: " + KNOWN);
        assertThat(twice.header("Access-Control-Allow-Origin")).isNull();
    }
}
