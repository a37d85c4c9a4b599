package io.authsessions.web;

import static io.authsessions.web.WebServer.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.authsessions.Futures;
import io.authsessions.model.Resolution;
import io.authsessions.web.RawHttp.Answer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.TimeoutHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A request that waits for its session")
class RequestSurvivalTest {
    /** In which way the service answers. */
    enum Manner {
        AT_ONCE,
        LATER_ON_ITS_CONTEXT,
        ON_A_THREAD_OF_ITS_OWN
    }

    private final FakeSessionService service = new FakeSessionService();
    private final String token = service.tokenOf("ada");
    private final AuthSessionHandler handler = AuthSessionHandler.create(service);
    private WebServer server;

    @AfterEach
    void stop() {
        server.close();
    }

    private Function<Resolution, Future<Resolution>> answering(Manner manner) {
        return switch (manner) {
            case AT_ONCE -> Future::succeededFuture;
            case LATER_ON_ITS_CONTEXT -> r -> server.vertx.timer(20).map(r);
            case ON_A_THREAD_OF_ITS_OWN ->
                r -> {
                    Promise<Resolution> promise = Promise.promise();
                    CompletableFuture.delayedExecutor(20, java.util.concurrent.TimeUnit.MILLISECONDS)
                            .execute(() -> promise.complete(r));
                    return promise.future();
                };
        };
    }

    private RequestOptions to(HttpMethod method, String path, String bearer) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setHost("127.0.0.1")
                .setPort(server.port())
                .setURI(path);
        return bearer == null ? options : options.putHeader("Authorization", "Bearer " + bearer);
    }

    private Buffer send(HttpClient client, RequestOptions options, Buffer body) {
        return await(Futures.on(server.vertx, () -> client.request(options)
                .compose(r -> body.length() == 0 ? r.send() : r.send(body))
                .compose(r -> r.body())));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("keeps its body, read by the body handler or by the route itself")
    void body(Manner manner) {
        server = new WebServer(router -> {
            router.post("/whole").handler(handler);
            router.post("/whole")
                    .handler(BodyHandler.create(false))
                    .handler(ctx -> ctx.end(ctx.body().buffer()));
            router.post("/stream")
                    .handler(handler)
                    .handler(ctx -> ctx.request().body().onSuccess(ctx::end).onFailure(ctx::fail));
        });
        service.answerBy(answering(manner));
        byte[] bytes = new byte[5_000_000];
        new java.util.Random(7).nextBytes(bytes);
        Buffer sent = Buffer.buffer(bytes);
        for (HttpVersion version : List.of(HttpVersion.HTTP_1_1, HttpVersion.HTTP_2)) {
            HttpClient client = server.vertx.createHttpClient(
                    new HttpClientOptions().setProtocolVersion(version).setHttp2ClearTextUpgrade(false));
            assertThat(send(client, to(HttpMethod.POST, "/whole", token), sent)).isEqualTo(sent);
            assertThat(send(client, to(HttpMethod.POST, "/stream", token), sent))
                    .isEqualTo(sent);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("goes on to the route on its own context")
    void ownContext(Manner manner) {
        server = new WebServer(router -> {
            router.route().handler(ctx -> {
                ctx.put("home", Vertx.currentContext());
                ctx.next();
            });
            router.get("/me")
                    .handler(handler)
                    .handler(ctx -> ctx.end(String.valueOf(Vertx.currentContext() == ctx.get("home"))));
        });
        service.answerBy(answering(manner));
        assertThat(RawHttp.get(server.port(), "/me", "Authorization: Bearer " + token)
                        .body())
                .isEqualTo("true");
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("may become a WebSocket, if it is let pass")
    void webSocket(Manner manner) {
        server = new WebServer(router -> router.get("/socket").handler(handler).handler(ctx -> ctx.request()
                .toWebSocket()
                .onSuccess(socket -> socket.textMessageHandler(text -> socket.writeTextMessage(
                        text + " " + AuthSessionContext.of(ctx).session().userId())))));
        service.answerBy(answering(manner));
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(server.port())
                .setURI("/socket");
        CompletableFuture<String> echo = new CompletableFuture<>();
        await(server.webSockets
                .connect(new WebSocketConnectOptions(options).putHeader("Authorization", "Bearer " + token))
                .compose(socket -> {
                    socket.textMessageHandler(echo::complete);
                    return socket.writeTextMessage("hello");
                }));
        assertThat(echo).succeedsWithin(java.time.Duration.ofSeconds(10)).isEqualTo("hello ada");
        Throwable refused =
                await(server.webSockets.connect(options).map((Throwable) null).recover(Future::succeededFuture));
        assertThat(refused).isInstanceOfSatisfying(UpgradeRejectedException.class, e -> assertThat(e.getStatus())
                .isEqualTo(401));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("is answered on HTTP/2 as on HTTP/1, and HEAD without a body")
    void http2(Manner manner) {
        server = WebServer.whoAmI(handler);
        service.answerBy(answering(manner));
        HttpClient client = server.vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
        assertThat(send(client, to(HttpMethod.GET, "/me", token), Buffer.buffer())
                        .toString())
                .startsWith("ada ");
        String unknown = FakeSessionService.unknownToken();
        assertThat(send(client, to(HttpMethod.GET, "/me", unknown), Buffer.buffer())
                        .toJsonObject()
                        .getString("code"))
                .isEqualTo("invalid_token");
        assertThat(send(client, to(HttpMethod.HEAD, "/me", unknown), Buffer.buffer())
                        .length())
                .isZero();
        int status = await(client.request(
                        to(HttpMethod.GET, "/me", null).addHeader("Authorization", List.of("Bearer x", "Bearer y")))
                .compose(r -> r.send())
                .map(r -> r.statusCode()));
        assertThat(status).isEqualTo(400);
    }

    @Test
    @DisplayName("gets the session of its own token, however many others are under way")
    void racing() {
        server = WebServer.whoAmI(handler);
        AtomicInteger turn = new AtomicInteger();
        service.answerBy(
                r -> server.vertx.timer(1 + turn.getAndIncrement() * 7L % 11).map(r));
        String other = service.tokenOf("bob");
        HttpClient client = server.client;
        List<Future<String>> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            RequestOptions options = to(HttpMethod.GET, "/me", i % 2 == 0 ? token : other);
            answers.add(Futures.on(server.vertx, () -> client.request(options)
                    .compose(r -> r.send())
                    .compose(r -> r.body())
                    .map(Buffer::toString)));
        }
        for (int i = 0; i < answers.size(); i++) {
            assertThat(await(answers.get(i))).startsWith(i % 2 == 0 ? "ada " : "bob ");
        }
    }

    @Test
    @DisplayName("leaves nothing behind when its client goes away meanwhile")
    void clientGone() throws IOException {
        AtomicInteger reached = new AtomicInteger();
        AtomicInteger gone = new AtomicInteger();
        server = new WebServer(router -> {
            router.route().handler(ctx -> {
                ctx.response().closeHandler(v -> gone.incrementAndGet());
                ctx.next();
            });
            router.get("/me").handler(handler).handler(ctx -> {
                reached.incrementAndGet();
                WebServer.sayWho(ctx);
            });
        });
        Promise<Void> release = Promise.promise();
        service.answerBy(r -> release.future().map(r));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            String request = "GET /me HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            await().until(() -> service.calls().size() == 1);
        }
        await().until(() -> gone.get() == 1);
        release.complete();
        service.answerBy(Future::succeededFuture);
        Answer next = RawHttp.get(server.port(), "/me", "Authorization: Bearer " + token);
        assertThat(next.status()).isEqualTo(200);
        assertThat(reached).hasValue(1);
    }

    @Test
    @DisplayName("does not reach the route once a time limit has answered it")
    void timeLimit() {
        AtomicInteger reached = new AtomicInteger();
        server = new WebServer(router -> router.get("/me")
                .handler(TimeoutHandler.create(50))
                .handler(handler)
                .handler(ctx -> reached.incrementAndGet()));
        Promise<Void> release = Promise.promise();
        service.answerBy(r -> release.future().map(r));
        String request = "GET /me HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token;
        Answer answer = RawHttp.exchange(server.port(), request + "\r\nConnection: close\r\n\r\n");
        assertThat(answer.status()).isEqualTo(503);
        release.complete();
        service.answerBy(Future::succeededFuture);
        assertThat(RawHttp.get(server.port(), "/other").status()).isEqualTo(404);
        assertThat(reached).hasValue(0);
    }
}
