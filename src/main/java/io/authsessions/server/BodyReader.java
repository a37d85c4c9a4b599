package io.authsessions.server;

import io.authsessions.model.FailureCode;
import io.authsessions.service.Failures;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;

/**
 * Reads the bodies of requests, up to a limit. What comes after the limit is not kept, and {@link Farewell} ends the
 * connection after the answer.
 */
final class BodyReader {
    /** The largest body in bytes. */
    static final int MAX_BYTES = 64 * 1024;

    private BodyReader() {}

    /** The whole body; fails with {@code payload_too_large} if it is larger than {@link #MAX_BYTES}. */
    static Future<Buffer> read(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        if (announcedLength(request) > MAX_BYTES) {
            return refuse(ctx);
        }
        Promise<Buffer> promise = Promise.promise();
        Buffer body = Buffer.buffer();
        // The client has gone, or has broken the frame of the body: no fault of ours.
        request.exceptionHandler(broken ->
                promise.tryFail(Failures.of(FailureCode.INVALID, "invalid_request", "the body did not come whole")));
        request.endHandler(end -> promise.tryComplete(body));
        request.handler(chunk -> {
            if (promise.future().isComplete()) {
                return;
            }
            if (body.length() + chunk.length() > MAX_BYTES) {
                refuse(ctx).onFailure(promise::tryFail);
            } else {
                body.appendBuffer(chunk);
            }
        });
        return promise.future();
    }

    private static long announcedLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        // The server has refused what is no number; one of more than 18 digits is too large whatever it is.
        return length == null ? 0 : length.length() > 18 ? Long.MAX_VALUE : Long.parseLong(length);
    }

    private static Future<Buffer> refuse(RoutingContext ctx) {
        if (ctx.request().version() != HttpVersion.HTTP_2) {
            ctx.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        return Future.failedFuture(
                Failures.of(FailureCode.INVALID, Failures.PAYLOAD_TOO_LARGE, "the body is too large"));
    }
}
