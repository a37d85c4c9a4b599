package io.authsessions.server;

import io.authsessions.web.ProblemCode;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests that an event loop cannot get done in time with 503, at once, and passes on all others. Who asks
 * whether the process lives, or is ready, is never refused. Confined to one event loop.
 */
final class LoadShedding implements Handler<HttpServerRequest> {
    private static final ProblemCode PROBLEM = ProblemCode.OVERLOADED;
    private static final Buffer BODY = new JsonObject()
            .put("type", PROBLEM.type())
            .put("title", PROBLEM.title())
            .put("status", PROBLEM.status())
            .put("code", PROBLEM.code())
            .put("detail", PROBLEM.detail())
            .toBuffer();

    private final Congestion congestion;
    private final SecurityHeaders headers;
    private final Handler<HttpServerRequest> next;

    LoadShedding(Congestion congestion, SecurityHeaders headers, Handler<HttpServerRequest> next) {
        this.congestion = congestion;
        this.headers = headers;
        this.next = next;
    }

    @Override
    public void handle(HttpServerRequest request) {
        if (congestion.refusesNext() && !isAboutHealth(request.path())) {
            refuse(request);
        } else {
            next.handle(request);
        }
    }

    private static boolean isAboutHealth(@Nullable String path) {
        return "/health/live".equals(path) || "/health/ready".equals(path);
    }

    private void refuse(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        headers.set(response.headers());
        response.setStatusCode(PROBLEM.status())
                .putHeader(HttpHeaders.RETRY_AFTER, "1")
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
                .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(BODY.length()));
        if (HttpMethod.HEAD.equals(request.method())) {
            response.end();
        } else {
            response.end(BODY);
        }
    }
}
