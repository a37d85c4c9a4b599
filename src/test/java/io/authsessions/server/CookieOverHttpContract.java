package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.authsessions.server.TestServer.Reply;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName("A browser at the server")
abstract class CookieOverHttpContract {
    private TestServer server;

    /** The variables that choose the store. */
    protected abstract Map<String, String> environment();

    @BeforeAll
    void start() throws Exception {
        Map<String, String> all = new HashMap<>(environment());
        all.put("AUTHSESSIONS_WEB_ORIGINS", "https://app.example.com");
        all.put("AUTHSESSIONS_WEB_CORS_ORIGINS", "https://app.example.com,https://stats.example.com");
        server = TestServer.start(all);
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
    }

    private String signIn() throws Exception {
        return server.signIn("ada").getString("token");
    }

    private Reply send(String token, String method, String path, String origin, String... more) throws Exception {
        Map<String, String> headers = new HashMap<>(Map.of("Cookie", "__Host-session=" + token, "Origin", origin));
        for (int i = 0; i < more.length; i += 2) {
            headers.put(more[i], more[i + 1]);
        }
        return server.send(server.server().publicUri(), method, path, headers, new byte[0]);
    }

    @Test
    @DisplayName("is known by its cookie, gets new tokens in it alone, and signs out for good")
    void cookie() throws Exception {
        String token = signIn();
        String own = "https://app.example.com";
        assertThat(send(token, "GET", "/v1/session", own).status()).isEqualTo(200);
        Reply rotated = send(token, "POST", "/v1/session/rotate", own);
        assertThat(rotated.status()).isEqualTo(200);
        assertThat(rotated.json().fieldNames()).containsExactly("session");
        String set = rotated.header("Set-Cookie");
        assertThat(set.endsWith("; Path=/; Secure; HttpOnly; SameSite=Lax")).isTrue();
        String successor = set.substring("__Host-session=".length(), set.indexOf(';'));
        for (int i = 0; i < 2; i++) {
            Reply out = send(successor, "DELETE", "/v1/session", own);
            assertThat(out.status()).isEqualTo(204);
            assertThat(out.header("Set-Cookie"))
                    .isEqualTo("__Host-session=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
            assertThat(out.header("Clear-Site-Data")).contains("\"cookies\"");
        }
        assertThat(send(successor, "GET", "/v1/session", own).status()).isEqualTo(401);
    }

    @Test
    @DisplayName("is refused where a page of another origin acts, though that may read")
    void origins() throws Exception {
        String token = signIn();
        Reply read = send(token, "GET", "/v1/session", "https://stats.example.com");
        assertThat(read.header("Access-Control-Allow-Origin")).isEqualTo("https://stats.example.com");
        for (String other :
                new String[] {"https://stats.example.com", server.server().publicUri(), "null"}) {
            Reply act = send(token, "DELETE", "/v1/session", other);
            assertThat(act.status()).isEqualTo(403);
            assertThat(act.code()).isEqualTo("cross_site_request");
        }
        assertThat(send(token, "GET", "/v1/session", "https://evil.example").header("Access-Control-Allow-Origin"))
                .isEmpty();
        assertThat(send(token, "GET", "/v1/session", "null").status()).isEqualTo(200);
    }

    @Test
    @DisplayName("is judged by the method of its own request where any proxy asks")
    void forwardAuth() throws Exception {
        String token = signIn();
        String[] post = {"X-Forwarded-Method", "POST"};
        assertThat(send(token, "GET", "/v1/verify", "https://evil.example", post)
                        .status())
                .isEqualTo(403);
        assertThat(send(token, "GET", "/v1/verify", "https://app.example.com", post)
                        .status())
                .isEqualTo(204);
        String[] untold = {"X-Original-URI", "/transfer"};
        assertThat(send(token, "GET", "/v1/verify", "https://evil.example", untold)
                        .status())
                .isEqualTo(403);
    }

    @Test
    @DisplayName("does not pass where a proxy asks by a preflight, which has no credentials")
    void preflightAtForwardAuth() throws Exception {
        String[] preflight = {"Access-Control-Request-Method", "DELETE"};
        String known = "https://stats.example.com";
        assertThat(anonymous("OPTIONS", "/v1/sessions", known, preflight).status())
                .isEqualTo(204);
        for (String path : new String[] {
            "/v1/verify",
            "/v1/verify/",
            "/v1/verify/a/b",
            "/v1//verify",
            "/v1/./verify/x",
            "/v1/a/../verify",
            "/v1/verif%79"
        }) {
            Reply asked = anonymous("OPTIONS", path, known, preflight);
            assertThat(asked.status()).as(path).isEqualTo(401);
            assertThat(asked.header("Access-Control-Allow-Origin")).isEmpty();
        }
    }

    private Reply anonymous(String method, String path, String origin, String... more) throws Exception {
        StringBuilder lines = new StringBuilder("Origin: " + origin + "\r\n");
        for (int i = 0; i < more.length; i += 2) {
            lines.append(more[i]).append(": ").append(more[i + 1]).append("\r\n");
        }
        return TestServer.parse(TestServer.raw(
                server.server().publicUri(),
                method + " " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + lines + "\r\n"));
    }

    @Test
    @DisplayName("finds in Vary what was decided on, on errors too")
    void vary() throws Exception {
        String own = "https://app.example.com";
        String token = signIn();
        assertThat(send(token, "GET", "/v1/session", own).header("Vary"))
                .containsIgnoringCase("origin")
                .contains("Authorization, Cookie")
                .doesNotContain("Sec-Fetch-Site");
        assertThat(send(token, "DELETE", "/v1/sessions/x", "https://evil.example")
                        .header("Vary"))
                .contains("Origin, Sec-Fetch-Site")
                .contains("Authorization, Cookie");
        Reply nowhere = send(token, "GET", "/nowhere", own);
        assertThat(nowhere.status()).isEqualTo(404);
        assertThat(nowhere.header("Vary")).containsIgnoringCase("origin").contains("Authorization, Cookie");
    }

    @Test
    @Tag("ASVS-3.4.1")
    @DisplayName("is told to come by HTTPS only on every answer, those that no route makes too, and only if configured")
    void strictTransport() throws Exception {
        String name = "Strict-Transport-Security";
        String rule = "max-age=31536000; includeSubDomains";
        try (TestServer secure = TestServer.start(Map.of("AUTHSESSIONS_HTTP_HSTS", "true"))) {
            String token = secure.signIn("ada").getString("token");
            assertThat(secure.asUser(token, "GET", "/v1/session").header(name)).isEqualTo(rule);
            assertThat(secure.anonymous("GET", "/v1/session").header(name)).isEqualTo(rule);
            assertThat(secure.anonymous("GET", "/nowhere").header(name)).isEqualTo(rule);
            assertThat(secure.anonymous("PUT", "/v1/session").header(name)).isEqualTo(rule);
            assertThat(TestServer.rawHead(secure.server().publicUri(), "GET / HTTP/9.9 x\r\n\r\n"))
                    .contains(rule);
            assertThat(secure.asAdmin("GET", "/v1/admin/stats").header(name)).isEmpty();
        }
        assertThat(server.anonymous("GET", "/v1/session").header(name)).isEmpty();
    }

    @Test
    @DisplayName("is served by rules that are checked before anything starts")
    void configuration() {
        Map<String, String> wrong = Map.of(
                "AUTHSESSIONS_COOKIE_NAME", "session",
                "AUTHSESSIONS_COOKIE_SAME_SITE", "none",
                "AUTHSESSIONS_WEB_ORIGINS", "https://a.example/",
                "AUTHSESSIONS_WEB_CORS_ORIGINS", "*");
        assertThatThrownBy(() -> ConfigReader.read(null, wrong))
                .isInstanceOfSatisfying(
                        ConfigException.class, e -> assertThat(e.mistakes()).hasSize(4));
        Map<String, String> exposed = Map.of(
                "AUTHSESSIONS_COOKIE_DEVELOPMENT", "true",
                "AUTHSESSIONS_HTTP_HOST", "0.0.0.0");
        assertThatThrownBy(() -> ConfigReader.read(null, exposed))
                .isInstanceOfSatisfying(ConfigException.class, e -> assertThat(e.mistakes())
                        .singleElement()
                        .asString()
                        .startsWith("cookie.development: takes an http.host on loopback"));
    }
}
