package io.authsessions.server;

import io.authsessions.web.ProblemCode;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Answers what is no request that a route could take: bytes that are not HTTP, headers beyond the limits, bad paths. */
final class InvalidRequests {
    private static final int HEADERS_TOO_LARGE = 431;

    private InvalidRequests() {}

    /** Answers bytes that the decoder could not read, and ends the connection, of which no more can be understood. */
    static void refuse(HttpServerRequest request, SecurityHeaders headers) {
        Throwable cause = request.decoderResult().cause();
        if (cause instanceof TooLongHttpLineException) {
            answer(request, headers, ProblemCode.URI_TOO_LONG.status(), ProblemCode.URI_TOO_LONG);
        } else if (cause instanceof TooLongHttpHeaderException) {
            answer(request, headers, HEADERS_TOO_LARGE, ProblemCode.PAYLOAD_TOO_LARGE);
        } else {
            answer(request, headers, ProblemCode.INVALID_REQUEST.status(), ProblemCode.INVALID_REQUEST);
        }
    }

    /**
     * Refuses a request with two hosts (RFC 9112, 3.2), and a path whose escapes cannot be read; the router would take
     * the exception for a fault of ours.
     */
    static void check(RoutingContext ctx) {
        if (ctx.request().headers().getAll(HttpHeaders.HOST).size() > 1) {
            ctx.fail(ProblemCode.INVALID_REQUEST.status());
            return;
        }
        try {
            ctx.normalizedPath();
        } catch (IllegalArgumentException e) {
            ctx.fail(ProblemCode.INVALID_REQUEST.status());
            return;
        }
        ctx.next();
    }

    private static void answer(HttpServerRequest request, SecurityHeaders headers, int status, ProblemCode problem) {
        HttpServerResponse response = request.response();
        headers.set(response.headers());
        response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .end(new JsonObject()
                        .put("type", problem.type())
                        .put("title", problem.title())
                        .put("status", status)
                        .put("code", problem.code())
                        .put("detail", problem.detail())
                        .toBuffer())
                .onComplete(sent -> request.connection().close());
    }
}
