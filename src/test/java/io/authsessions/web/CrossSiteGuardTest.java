package io.authsessions.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PORT stands for the listener's port. Each line that is not empty is a header. */
@Tag("ASVS-3.5.1")
@DisplayName("The cross-site guard")
class CrossSiteGuardTest {
    private static final String HANDSHAKE =
            "Connection: Upgrade|Upgrade: websocket|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==";

    /** A guard that guards nothing. */
    static final class Removed extends CrossSiteGuard {
        Removed() {
            super(null, false);
        }

        @Override
        boolean permits(HttpServerRequest request) {
            return true;
        }
    }

    private final FakeSessionService service = new FakeSessionService();
    private final String token = service.tokenOf("ada");
    private WebServer server;

    @BeforeEach
    void start() {
        AuthSessionHandler handler = AuthSessionHandler.create(service);
        server = new WebServer(router -> {
            router.route("/own").handler(handler).handler(WebServer::sayWho);
            router.route("/set")
                    .handler(handler.origins(List.of("https://app.example.com")))
                    .handler(WebServer::sayWho);
            router.route("/sign-in").handler(CrossSiteGuard.create()).handler(ctx -> ctx.end("in"));
            router.get("/verify")
                    .handler(handler.guard(CrossSiteGuard.create().judgingForwarded()))
                    .handler(WebServer::sayWho);
            router.route("/unguarded").handler(handler.guard(new Removed())).handler(WebServer::sayWho);
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int post(String path, String headers) {
        return send("POST", path, "Cookie: __Host-session=" + token + "|Content-Length: 0|" + headers);
    }

    private int get(String path, String headers) {
        return send("GET", path, "Cookie: __Host-session=" + token + "|" + headers);
    }

    private int send(String method, String path, String headers) {
        String port = Integer.toString(server.port());
        String[] lines = headers.replace("PORT", port).split("\\|");
        return RawHttp.request(server.port(), method, path, lines).status();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sec-Fetch-Site: same-origin",
                "Origin: http://127.0.0.1:PORT",
                "Origin: http://localhost:PORT",
                "X-Requested-With: fetch",
                "Sec-Fetch-Site: foo|Origin: http://127.0.0.1:PORT",
                "Sec-Fetch-Site: foo|X-Requested-With: x",
                "Sec-Fetch-Site: same-origin|Origin: http://127.0.0.1:PORT"
            })
    @DisplayName("lets a form of the listener's own pages pass")
    void ownPages(String headers) {
        assertThat(post("/own", headers)).isEqualTo(200);
        assertThat(post("/sign-in", headers)).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X: y",
                "Sec-Fetch-Site: same-site|Origin: http://127.0.0.1:1",
                "Sec-Fetch-Site: same-site",
                "Sec-Fetch-Site: cross-site|Origin: https://evil.example",
                "Sec-Fetch-Site: none",
                "Sec-Fetch-Site: foo",
                "Sec-Fetch-Site: Same-Origin",
                "Sec-Fetch-Site: same-origin|Sec-Fetch-Site: same-origin",
                "Sec-Fetch-Site: same-origin|Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: cross-site|X-Requested-With: x",
                "Sec-Fetch-Site: a|Sec-Fetch-Site: b|X-Requested-With: x",
                "Origin: null",
                "Origin: null|X-Requested-With: x",
                "Origin:",
                "Origin: https://127.0.0.1:PORT",
                "Origin: http://127.0.0.1",
                "Origin: http://127.0.0.1:PORT/",
                "Origin: http://127.0.0.1:PORT.evil.example",
                "Origin: http://127.0.0.1.evil.example:PORT",
                "Origin: HTTP://127.0.0.1:PORT",
                "Origin: http://LOCALHOST:PORT",
                "Origin: http://user@127.0.0.1:PORT",
                "Origin: http://127.0.0.2:PORT",
                "Origin: http://[127.0.0.1]:PORT",
                "Origin: http://:PORT",
                "Origin: :PORT",
                "Origin: http://127.0.0.1:PORT|Origin: http://127.0.0.1:PORT",
                "Origin: http://127.0.0.1:PORT|X-Forwarded-For: 192.0.2.1",
                "Origin: http://127.0.0.1:PORT|Forwarded: for=192.0.2.1",
                "Host: evil.example|Origin: http://evil.example",
                "Host: evil.example:PORT|Origin: http://evil.example:PORT"
            })
    @Tag("corpus-20")
    @DisplayName("refuses a form of any other page, of the same host on another port too")
    void otherPages(String headers) {
        int expected = headers.startsWith("Host:") ? post("/own", headers) : 403;
        assertThat(expected).isIn(403, 400);
        assertThat(post("/own", headers)).isEqualTo(expected);
        assertThat(post("/sign-in", headers)).isEqualTo(expected);
        assertThat(service.calls()).isEmpty();
    }

    @Test
    @DisplayName("lets origins that are set pass, letter by letter, and no longer the listener's own")
    void origins() {
        assertThat(post("/set", "Origin: https://app.example.com")).isEqualTo(200);
        assertThat(post("/set", "Sec-Fetch-Site: same-site|Origin: https://app.example.com"))
                .isEqualTo(200);
        for (String other : List.of(
                "https://app.example.com:443",
                "https://APP.example.com",
                "https://app.example.com.",
                "https://xapp.example.com",
                "http://app.example.com",
                "https://app.example.com.evil.example",
                "http://127.0.0.1:PORT")) {
            assertThat(post("/set", "Origin: " + other)).as(other).isEqualTo(403);
        }
    }

    @ParameterizedTest
    @CsvSource({"PUT", "PATCH", "DELETE", "POST", "TRACE", "CONNECT", "FOO"})
    @DisplayName("judges every method but GET, HEAD and OPTIONS")
    void methods(String method) {
        assertThat(send(method, "/own", "Cookie: __Host-session=" + token)).isIn(400, 403, 405, 404, 501);
        assertThat(service.calls()).isEmpty();
        for (String safe : List.of("GET", "HEAD", "OPTIONS")) {
            assertThat(send(safe, "/own", "Cookie: __Host-session=" + token + "|Sec-Fetch-Site: cross-site"))
                    .isEqualTo(200);
        }
    }

    @Test
    @DisplayName("does not judge what comes with a bearer token, which no browser sends by itself")
    void bearer() {
        String headers = "Authorization: Bearer " + token + "|Sec-Fetch-Site: cross-site|Origin: https://evil.example";
        assertThat(send("POST", "/own", headers + "|Content-Length: 0")).isEqualTo(200);
    }

    @Test
    @DisplayName("judges the method that a proxy asks about, whoever says it, and takes one not told for a change")
    void forwardedMethod() {
        for (String name : List.of("X-Forwarded-Method", "X-Original-Method")) {
            assertThat(get("/verify", "" + name + ": GET")).isEqualTo(200);
            assertThat(get("/verify", "" + name + ": POST")).isEqualTo(403);
            assertThat(get("/verify", "" + name + ": GET|" + name + ": PUT")).isEqualTo(403);
            assertThat(get("/verify", "" + name + ":")).isEqualTo(403);
            assertThat(get("/verify", "Sec-Fetch-Site: same-origin|" + name + ": POST"))
                    .isEqualTo(200);
            assertThat(get("/verify", name + ": POST")).isEqualTo(403);
            assertThat(get("/verify", name + ": GET|X-Original-URI: /a|Origin: https://evil.example"))
                    .isEqualTo(200);
        }
        for (String sign : List.of("X-Original-URI: /a", "Origin: null", "Content-Type: text/plain")) {
            assertThat(get("/verify", sign)).isEqualTo(403);
            assertThat(get("/verify", sign + "|Sec-Fetch-Site: same-origin")).isEqualTo(200);
        }
        assertThat(get("/verify", "X-Forwarded-For: 192.0.2.1")).isEqualTo(200);
    }

    @Test
    @DisplayName("knows a handshake that a proxy asks about, although Upgrade did not come along")
    void handshakesBehindProxies() {
        for (String header : List.of("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13")) {
            String asked = "X-Original-Method: GET|X-Original-URI: /ws|" + header;
            assertThat(get("/verify", asked + "|Origin: https://evil.example")).isEqualTo(403);
            assertThat(get("/verify", asked + "|X-Requested-With: x")).isEqualTo(403);
            assertThat(get("/verify", asked + "|Sec-Fetch-Site: same-origin")).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("judges handshakes of WebSockets, for which X-Requested-With is no proof")
    void handshakes() {
        assertThat(get("/own", HANDSHAKE + "|Origin: http://127.0.0.1:1")).isEqualTo(403);
        assertThat(get("/own", HANDSHAKE + "|Origin: https://evil.example|Sec-Fetch-Site: cross-site"))
                .isEqualTo(403);
        assertThat(get("/own", HANDSHAKE + "|X-Requested-With: x")).isEqualTo(403);
        assertThat(get("/own", HANDSHAKE.replace("websocket", "WebSocket"))).isEqualTo(403);
        assertThat(service.calls()).isEmpty();
        assertThat(get("/own", HANDSHAKE + "|Origin: http://127.0.0.1:PORT")).isEqualTo(200);
    }

    @Test
    @Tag("ASVS-3.5.8")
    @DisplayName("judges requests for event streams")
    void streams() {
        for (String accept : List.of("text/event-stream", "text/html, TEXT/Event-Stream;q=0.1")) {
            assertThat(get("/own", "Accept: " + accept + "|Sec-Fetch-Site: cross-site"))
                    .isEqualTo(403);
            assertThat(get("/own", "Accept: " + accept)).isEqualTo(403);
        }
        assertThat(service.calls()).isEmpty();
        assertThat(get("/own", "Accept: text/event-stream|Sec-Fetch-Site: same-origin"))
                .isEqualTo(200);
        assertThat(get("/own", "Accept: text/html")).isEqualTo(200);
    }

    @Test
    @DisplayName("is what keeps them out: without it each of these requests goes through")
    void withoutIt() {
        String otherPort = "Sec-Fetch-Site: same-site|Origin: http://127.0.0.1:1";
        String otherSite = "Sec-Fetch-Site: cross-site|Origin: https://evil.example";
        for (String headers : List.of(otherPort, otherSite)) {
            assertThat(post("/own", headers)).isEqualTo(403);
            assertThat(post("/unguarded", headers)).isEqualTo(200);
            assertThat(get("/own", HANDSHAKE + "|" + headers)).isEqualTo(403);
            assertThat(get("/unguarded", HANDSHAKE + "|" + headers)).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app.example.com",
                "https://app.example.com/",
                "https://app.example.com:443",
                "http://a:80",
                "https://a:0",
                "https://a:65536",
                "https://A",
                "ftp://a",
                "https://a b",
                "https://*",
                "https://*.example.com",
                "null",
                "*",
                ""
            })
    @DisplayName("takes no origin that a browser would not send")
    void wrongOrigins(String origin) {
        assertThatThrownBy(() -> CrossSiteGuard.create(List.of(origin))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CorsAllowlist.create(List.of(origin))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CrossSiteGuard.create(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
