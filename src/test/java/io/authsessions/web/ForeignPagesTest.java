package io.authsessions.web;

import static io.authsessions.web.WebServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.web.RawHttp.Answer;
import io.vertx.core.Future;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.ext.web.handler.BodyHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Browsers do send the cookie with all of this: ports are no part of what a cookie is for. */
@Tag("ASVS-3.5.1")
@DisplayName("A page of the same host on another port, or of another site,")
class ForeignPagesTest {
    private static final int SWITCHING = 101;

    private final FakeSessionService service = new FakeSessionService();
    private final String token = service.tokenOf("ada");
    private WebServer server;

    @BeforeEach
    void start() {
        AuthSessionHandler guarded = AuthSessionHandler.create(service);
        AuthSessionHandler unguarded = guarded.guard(new CrossSiteGuardTest.Removed());
        server = new WebServer(router -> {
            router.post("/guarded").handler(guarded);
            router.post("/unguarded").handler(unguarded);
            router.post()
                    .handler(BodyHandler.create(false))
                    .handler(ctx -> ctx.end("moved " + ctx.request().getFormAttribute("amount")));
            router.get("/guarded").handler(guarded);
            router.get("/unguarded").handler(unguarded);
            router.get().handler(ctx -> ctx.request().toWebSocket());
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Answer post(String path, String origin, String site) {
        String form = "amount=100";
        return RawHttp.exchange(
                server.port(),
                "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + server.port() + "\r\nConnection: close\r\nOrigin: "
                        + origin + "\r\nSec-Fetch-Site: " + site + "\r\nCookie: __Host-session=" + token
                        + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + form.length()
                        + "\r\n\r\n" + form);
    }

    private int handshake(String path, String origin, String site) {
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(server.port())
                .setURI(path)
                .putHeader("Origin", origin)
                .putHeader("Sec-Fetch-Site", site)
                .putHeader("Cookie", "__Host-session=" + token);
        return await(server.webSockets
                .connect(options)
                .map(open -> SWITCHING)
                .recover(refused -> Future.succeededFuture(((UpgradeRejectedException) refused).getStatus())));
    }

    @ParameterizedTest
    @CsvSource({"http://127.0.0.1:1,same-site", "https://evil.example,cross-site"})
    @DisplayName("makes a form move nothing and opens no WebSocket; without the guard both would go through")
    void refused(String origin, String site) {
        assertThat(post("/guarded", origin, site).code()).isEqualTo("cross_site_request");
        assertThat(handshake("/guarded", origin, site)).isEqualTo(403);
        assertThat(service.calls()).isEmpty();

        assertThat(post("/unguarded", origin, site).body()).isEqualTo("moved 100");
        assertThat(handshake("/unguarded", origin, site)).isEqualTo(SWITCHING);
    }

    @ParameterizedTest
    @CsvSource({"same-origin", "foo"})
    @DisplayName("is another one than the listener's own page, which may do both")
    void own(String site) {
        String own = "http://127.0.0.1:" + server.port();
        assertThat(post("/guarded", own, site).body()).isEqualTo("moved 100");
        assertThat(handshake("/guarded", own, site)).isEqualTo(SWITCHING);
    }
}
