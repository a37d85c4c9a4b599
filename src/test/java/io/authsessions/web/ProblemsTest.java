package io.authsessions.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.LogCapture;
import io.authsessions.model.FailureCode;
import io.authsessions.model.FieldError;
import io.authsessions.model.InvalidRequestException;
import io.authsessions.service.Failures;
import io.authsessions.web.RawHttp.Answer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.HttpException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A problem")
class ProblemsTest {
    private WebServer server;

    @AfterEach
    void stop() {
        server.close();
    }

    private Answer after(Consumer<RoutingContext> route, String... headerLines) {
        if (server != null) {
            server.close();
        }
        server = new WebServer(router ->
                router.get("/x").handler(route::accept).failureHandler(ctx -> Problems.fail(ctx, ctx.failure())));
        return RawHttp.get(server.port(), "/x", headerLines);
    }

    private Answer failedWith(Throwable failure, String... headerLines) {
        return after(ctx -> ctx.fail(failure), headerLines);
    }

    private static void assertProblem(Answer answer, int status, String code) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.json().getInteger("status")).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.body()).doesNotContain("MARKER");
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("of each failure of the service has the status and the code of the table")
    void ofFailure(FailureCode failure) {
        Answer answer = failedWith(Failures.of(failure, "MARKER"));
        assertProblem(answer, failure.busCode(), failure.defaultDetail());
        assertThat(answer.header("Retry-After")).isEqualTo(failure == FailureCode.UNAVAILABLE ? "1" : null);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    @DisplayName("of a stale version is a failed precondition where the request named one")
    void precondition() {
        Throwable conflict = Failures.of(FailureCode.CONFLICT, "MARKER");
        assertProblem(failedWith(conflict), 409, "version_conflict");
        assertProblem(failedWith(conflict, "If-Match: \"3\""), 412, "version_conflict");
    }

    @Test
    @DisplayName("of an invalid request lists what is wrong, field by field")
    void invalid() {
        InvalidRequestException mistake = new InvalidRequestException(
                List.of(new FieldError("label", "is too long"), new FieldError("meta", "is too deep")));
        JsonArray errors = new JsonArray()
                .add(new JsonObject().put("field", "label").put("message", "is too long"))
                .add(new JsonObject().put("field", "meta").put("message", "is too deep"));
        for (Throwable failure : new Throwable[] {mistake, Failures.invalid(mistake)}) {
            Answer answer = failedWith(failure);
            assertProblem(answer, 400, "invalid_request");
            assertThat(answer.json().getJsonArray("errors")).isEqualTo(errors);
        }
        Answer tooLarge = failedWith(Failures.of(FailureCode.INVALID, "payload_too_large", "MARKER"));
        assertProblem(tooLarge, 413, "payload_too_large");
    }

    @Test
    @DisplayName("of the event bus is an outage")
    void bus() {
        assertProblem(failedWith(new ReplyException(ReplyFailure.TIMEOUT, "MARKER")), 503, "store_timeout");
        assertProblem(failedWith(new ReplyException(ReplyFailure.NO_HANDLERS, "MARKER")), 503, "store_unavailable");
    }

    @Test
    @DisplayName("of the router keeps its status")
    void ofStatus() {
        assertProblem(failedWith(new HttpException(403, "MARKER")), 403, "forbidden");
        assertProblem(
                failedWith(new HttpException(413, new IllegalStateException("MARKER"))), 413, "payload_too_large");
        assertProblem(failedWith(new HttpException(401, "MARKER")), 401, "no_credentials");
        assertProblem(failedWith(new HttpException(418, "MARKER")), 418, "invalid_request");
        assertProblem(failedWith(new HttpException(502, "MARKER")), 500, "internal");
        assertProblem(after(ctx -> ctx.fail(415)), 415, "unsupported_media_type");
        assertProblem(after(ctx -> ctx.fail(400, new IllegalArgumentException("MARKER"))), 400, "invalid_request");
        assertProblem(after(ctx -> ctx.fail(503)), 503, "overloaded");
    }

    @Test
    @DisplayName("stands in for the router's own error pages")
    void errorPages() {
        server = new WebServer(router -> {
            router.get("/x").handler(ctx -> ctx.end());
            router.post("/x")
                    .handler(BodyHandler.create(false).setBodyLimit(10))
                    .handler(ctx -> ctx.end());
            for (int status : new int[] {404, 405, 413}) {
                router.errorHandler(status, ctx -> Problems.fail(ctx, ctx.failure()));
            }
        });
        assertProblem(RawHttp.get(server.port(), "/MARKER"), 404, "not_found");
        assertProblem(RawHttp.request(server.port(), "DELETE", "/x"), 405, "method_not_allowed");
        Answer large = RawHttp.exchange(
                server.port(),
                "POST /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 11\r\n\r\n12345678901");
        assertProblem(large, 413, "payload_too_large");
    }

    @Test
    @Tag("ASVS-16.5.1")
    @DisplayName("of our own tells nothing, and the log knows it by its id, without what was said")
    void incident() {
        try (LogCapture log = LogCapture.start()) {
            Answer answer = failedWith(new RuntimeException("MARKER", new IllegalStateException("MARKER")));
            assertProblem(answer, 500, "internal");
            String instance = answer.json().getString("instance");
            String id = instance.substring(instance.lastIndexOf(':') + 1);
            assertThat(log.lines())
                    .anySatisfy(line -> assertThat(line).contains(id, "RuntimeException", "IllegalStateException"));
            assertThat(log.lines()).noneMatch(line -> line.contains("MARKER"));
        }
    }

    @Test
    @DisplayName("replaces what a route had begun to say of its answer")
    void begun() {
        Answer answer = after(ctx -> {
            ctx.response()
                    .putHeader("Content-Length", "3")
                    .putHeader("Content-Type", "text/html")
                    .putHeader("Content-Encoding", "gzip")
                    .putHeader("ETag", "\"1\"");
            Problems.send(ctx, ProblemCode.NOT_FOUND);
        });
        assertProblem(answer, 404, "not_found");
        assertThat(answer.headers("Content-Type")).containsExactly("application/problem+json");
        assertThat(answer.headers("Content-Length"))
                .containsExactly(String.valueOf(answer.body().length()));
        assertThat(answer.header("Content-Encoding")).isNull();
        assertThat(answer.header("ETag")).isNull();
    }

    @Test
    @DisplayName("cuts off an answer whose beginning was sent, and leaves alone one that was sent whole")
    void tooLate() {
        Answer half = after(ctx -> ctx.response()
                .setChunked(true)
                .write("half")
                .onComplete(written -> Problems.send(ctx, ProblemCode.NOT_FOUND)));
        assertThat(half.status()).isEqualTo(200);
        assertThat(half.body()).isEqualTo("4\r\nhalf\r\n");
        Answer whole = after(ctx -> {
            ctx.response().end("whole");
            Problems.fail(ctx, new IllegalStateException());
        });
        assertThat(whole.status()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo("whole");
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("has a code, a type and texts of its own")
    void codes(ProblemCode code) {
        server = new WebServer(router -> {});
        assertThat(ProblemCode.of(code.code())).isSameAs(code);
        assertThat(code.type()).isEqualTo("urn:authsessions:problem:" + code.code());
        assertThat(code.title()).isNotBlank();
        assertThat(code.detail()).endsWith(".");
        assertThat(code.status()).isBetween(400, 599);
        assertThat(ProblemCode.of(code.code() + "x")).isNull();
    }

    @Test
    @DisplayName("of a client that went away in the middle of its request is nobody's, and no incident")
    void clientGone() throws Exception {
        CompletableFuture<Throwable> failed = new CompletableFuture<>();
        server = new WebServer(router -> router.post("/x")
                .handler(ctx -> ctx.request().body().onFailure(ctx::fail))
                .failureHandler(ctx -> {
                    Problems.fail(ctx, ctx.failure());
                    failed.complete(ctx.failure());
                }));
        try (LogCapture log = LogCapture.start()) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                String head = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{";
                socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            }
            assertThat(failed.get(10, TimeUnit.SECONDS)).isInstanceOf(HttpClosedException.class);
            assertThat(log.lines()).noneMatch(line -> line.contains("incident"));
        }
    }
}
