package io.authsessions.web;

import static io.authsessions.Futures.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.authsessions.AuthSessions;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.SessionEvent;
import io.authsessions.service.AuthSessionService;
import io.authsessions.store.TestClock;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketConnectOptions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A connection that is bound to its session")
class SessionConnectionsTest {
    /** Where nobody announces anything. */
    private static final String SILENCE = "nobody.speaks.here";

    private final Vertx vertx = Vertx.vertx();
    private final TestClock clock = new TestClock();
    private AuthSessionService service;
    private SessionConnections connections;
    private WebServer server;

    @BeforeEach
    void start() {
        service = get(AuthSessions.start(vertx, AuthSessionsOptions.defaults(), clock))
                .service();
    }

    private void listen(String events, int most, int mostPerSession) {
        connections = get(SessionConnections.create(
                vertx,
                service,
                new SessionConnections.Options(events, most, mostPerSession, Duration.ofHours(1)),
                clock));
        AuthSessionHandler handler = AuthSessionHandler.create(service, clock);
        server = new WebServer(vertx, router -> {
            router.get("/socket")
                    .handler(handler)
                    .handler(ctx -> ctx.request().toWebSocket().onSuccess(socket -> connections.bind(ctx, socket)));
            router.get("/stream").handler(handler).handler(ctx -> {
                if (connections.bind(ctx)) {
                    ctx.response()
                            .putHeader("Content-Type", "text/event-stream")
                            .setChunked(true)
                            .write("data: hello\n\n");
                }
            });
        });
    }

    @AfterEach
    void stop() {
        get(vertx.close());
    }

    private IssuedSession signIn(String user) {
        return get(service.createSession(NewSession.of(user)));
    }

    private WebSocket socket(IssuedSession issued) {
        WebSocket socket = get(server.webSockets.connect(new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(server.port())
                .setURI("/socket")
                .putHeader("Origin", "http://127.0.0.1:" + server.port())
                .putHeader("Cookie", "__Host-session=" + issued.token())));
        return socket;
    }

    /** A stream, and whether it has come to its end. */
    private AtomicBoolean stream(IssuedSession issued) {
        AtomicBoolean ended = new AtomicBoolean();
        HttpClientResponse response = get(server.client
                .request(new RequestOptions()
                        .setMethod(HttpMethod.GET)
                        .setHost("127.0.0.1")
                        .setPort(server.port())
                        .setURI("/stream")
                        .putHeader("Accept", "text/event-stream")
                        .putHeader("Authorization", "Bearer " + issued.token()))
                .compose(request -> request.send())
                .map(answer -> {
                    answer.endHandler(v -> ended.set(true));
                    return answer;
                }));
        assertThat(response.statusCode()).isEqualTo(200);
        return ended;
    }

    @Test
    @DisplayName("ends when the session ends, and others stay")
    void ends() {
        listen(AuthSessionService.EVENTS_ADDRESS, 10, 10);
        IssuedSession ada = signIn("ada");
        IssuedSession bob = signIn("bob");
        WebSocket socket = socket(ada);
        AtomicBoolean stream = stream(ada);
        WebSocket other = socket(bob);
        await().until(() -> connections.size() == 3);
        get(service.destroySession(ada.session().id(), "revoked"));
        await().until(() -> socket.isClosed() && stream.get());
        assertThat(socket.closeStatusCode()).isEqualTo((short) 1008);
        assertThat(other.isClosed()).isFalse();
        assertThat(connections.size()).isEqualTo(1);
    }

    @Test
    @DisplayName("ends when the session expires, events or not")
    void expires() {
        listen(SILENCE, 10, 10);
        WebSocket socket = socket(signIn("ada"));
        AtomicBoolean stream = stream(signIn("bob"));
        await().until(() -> connections.size() == 2);
        clock.advance(Duration.ofDays(31));
        await().until(() -> socket.isClosed() && stream.get());
        assertThat(socket.closeStatusCode()).isEqualTo((short) 1008);
    }

    @Test
    @DisplayName("is asked for again after a gap")
    void gap() {
        listen(SILENCE, 10, 10);
        IssuedSession ada = signIn("ada");
        WebSocket socket = socket(ada);
        WebSocket other = socket(signIn("bob"));
        await().until(() -> connections.size() == 2);
        get(service.destroySession(ada.session().id(), "revoked"));
        vertx.eventBus().publish(SILENCE, new SessionEvent("e", SessionEvent.Type.GAP, null, null, 1, null).toJson());
        await().until(socket::isClosed);
        assertThat(other.isClosed()).isFalse();
    }

    @Test
    @DisplayName("is refused where there are too many, in all or of one session, and gives room when it has gone")
    void bounded() {
        listen(AuthSessionService.EVENTS_ADDRESS, 2, 1);
        IssuedSession ada = signIn("ada");
        WebSocket first = socket(ada);
        await().until(() -> connections.size() == 1);
        WebSocket second = socket(ada);
        await().until(second::isClosed);
        assertThat(second.closeStatusCode()).isEqualTo((short) 1013);
        String bearer = "Authorization: Bearer ";
        assertThat(RawHttp.get(server.port(), "/stream", bearer + ada.token()).status())
                .isEqualTo(429);
        stream(signIn("bob"));
        assertThat(RawHttp.get(server.port(), "/stream", bearer + signIn("eve").token())
                        .status())
                .isEqualTo(503);
        get(first.close());
        await().until(() -> connections.size() == 1);
        assertThat(socket(ada).isClosed()).isFalse();
    }

    @Test
    @DisplayName("as a stream is refused to pages of other sites, whatever they say they accept")
    void crossSiteStream() {
        listen(AuthSessionService.EVENTS_ADDRESS, 10, 10);
        String cookie = "Cookie: __Host-session=" + signIn("ada").token();
        assertThat(RawHttp.get(server.port(), "/stream", cookie, "Accept: */*", "Sec-Fetch-Site: same-site")
                        .status())
                .isEqualTo(403);
        assertThat(connections.size()).isZero();
    }

    @Test
    @DisplayName("ends with the watch over it")
    void closes() {
        listen(AuthSessionService.EVENTS_ADDRESS, 10, 10);
        WebSocket socket = socket(signIn("ada"));
        await().until(() -> connections.size() == 1);
        get(connections.close());
        await().until(socket::isClosed);
        assertThat(socket.closeStatusCode()).isEqualTo((short) 1001);
        assertThat(connections.size()).isZero();
    }
}
