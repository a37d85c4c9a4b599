package io.authsessions.server;

import io.authsessions.web.ProblemCode;
import io.authsessions.web.Problems;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Writes answers. */
final class Answers {
    private Answers() {}

    /** Answers 200 with the object, once it is there, or with the problem. */
    static void ok(RoutingContext ctx, Future<JsonObject> body) {
        body.onComplete(json -> json(ctx, 200, json), failure -> Problems.fail(ctx, failure));
    }

    /** Answers 204 if what was to be ended was there, 404 if not, or with the problem. */
    static void ended(RoutingContext ctx, Future<Boolean> ended) {
        ended.onComplete(
                found -> {
                    if (found) {
                        empty(ctx);
                    } else {
                        notFound(ctx);
                    }
                },
                failure -> Problems.fail(ctx, failure));
    }

    static void json(RoutingContext ctx, int status, JsonObject body) {
        ctx.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(body.toBuffer());
    }

    static void empty(RoutingContext ctx) {
        ctx.response().setStatusCode(204).end();
    }

    static void notFound(RoutingContext ctx) {
        Problems.send(ctx, ProblemCode.NOT_FOUND);
    }
}
