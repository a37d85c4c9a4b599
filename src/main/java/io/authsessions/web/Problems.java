package io.authsessions.web;

import io.authsessions.model.FailureCode;
import io.authsessions.model.FieldError;
import io.authsessions.model.InvalidRequestException;
import io.authsessions.service.Failures;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Error answers: the one place that writes problem details (RFC 9457, {@code application/problem+json}) with
 * {@code type, title, status, code, detail} and, where a request was invalid, {@code errors: [{field, message}]}. All
 * texts are fixed per code; nothing of an exception and nothing that was sent is ever told. Call it on the request's
 * own thread.
 */
public final class Problems {
    static final CharSequence WWW_AUTHENTICATE = HttpHeaders.createOptimized("www-authenticate");
    private static final CharSequence CONTENT_TYPE_OPTIONS = HttpHeaders.createOptimized("x-content-type-options");
    private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
    private static final CharSequence CREDENTIALS = HttpHeaders.createOptimized("Authorization, Cookie");
    private static final CharSequence PROBLEM_JSON = HttpHeaders.createOptimized("application/problem+json");
    private static final CharSequence RETRY_SECONDS = HttpHeaders.createOptimized("1");
    private static final int PRECONDITION_FAILED = 412;

    private Problems() {}

    /** Answers with a problem, at its own status. */
    public static void send(RoutingContext ctx, ProblemCode problem) {
        send(ctx, problem.status(), problem, List.of());
    }

    /**
     * Answers with a problem at another status.
     *
     * @param errors what is wrong with the request field by field; left out if empty
     */
    public static void send(RoutingContext ctx, int status, ProblemCode problem, List<FieldError> errors) {
        JsonObject body = body(status, problem);
        if (!errors.isEmpty()) {
            JsonArray list = new JsonArray();
            errors.forEach(
                    e -> list.add(new JsonObject().put("field", e.field()).put("message", e.message())));
            body.put("errors", list);
        }
        write(ctx, status, problem, body);
    }

    /**
     * Answers a failed request, whatever it failed with: a failure of the service, an {@link HttpException}, or with
     * null a status that the router has set. What is not known is {@code internal}, logged under an id that the answer
     * names ({@code instance}). Does nothing if the answer was sent already; an answer that was begun is cut off.
     */
    public static void fail(RoutingContext ctx, @Nullable Throwable failure) {
        Throwable cause = failure instanceof HttpException && isTold(failure.getCause()) ? failure.getCause() : failure;
        if (cause instanceof HttpClosedException && ctx.response().closed()) {
            // The client has gone in the middle of its request: nobody to tell, and no incident.
            return;
        }
        if (cause instanceof Refusal refusal) {
            challenge(ctx.response(), refusal);
            send(ctx, refusal.problem());
        } else if (cause != null && isTold(cause)) {
            sendFailure(ctx, cause);
        } else if (cause instanceof HttpException http) {
            sendStatus(ctx, http.getStatusCode(), cause);
        } else if (ctx.statusCode() >= 400 && ctx.statusCode() != 500) {
            sendStatus(ctx, ctx.statusCode(), cause);
        } else {
            sendIncident(ctx, cause);
        }
    }

    /** What a failure is told as. */
    static ProblemCode of(Throwable failure) {
        return ProblemCode.ofFailure(Failures.codeOf(failure), Failures.detailOf(failure));
    }

    /** Keeps an answer that depends on credentials out of caches. */
    static void markAsPersonal(HttpServerResponse response) {
        MultiMap headers = response.headers();
        if (headers.isEmpty()) {
            headers.add(HttpHeaders.CACHE_CONTROL, NO_STORE).add(HttpHeaders.VARY, CREDENTIALS);
            return;
        }
        headers.set(HttpHeaders.CACHE_CONTROL, NO_STORE);
        if (!headers.contains(HttpHeaders.VARY, CREDENTIALS, false)) {
            headers.add(HttpHeaders.VARY, CREDENTIALS);
        }
    }

    /** Says when to come back, where it is a matter of time. */
    static void announceRetry(HttpServerResponse response, ProblemCode problem) {
        if (problem.status() == FailureCode.UNAVAILABLE.busCode() && !response.headWritten()) {
            response.putHeader(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
        }
    }

    /** Whether the failure itself says what the client may know. */
    private static boolean isTold(@Nullable Throwable failure) {
        return failure instanceof Refusal
                || failure instanceof ReplyException
                || failure instanceof InvalidRequestException;
    }

    private static void challenge(HttpServerResponse response, Refusal refusal) {
        // A chain has written the challenges of all its handlers already.
        String challenge = refusal.challenge();
        if (challenge != null && !response.headWritten() && !response.headers().contains(WWW_AUTHENTICATE)) {
            response.putHeader(WWW_AUTHENTICATE, challenge);
        }
    }

    private static void sendFailure(RoutingContext ctx, Throwable failure) {
        ProblemCode problem = of(failure);
        if (problem == ProblemCode.INTERNAL) {
            sendIncident(ctx, failure);
            return;
        }
        boolean isConditional = ctx.request().headers().contains(HttpHeaders.IF_MATCH);
        int status = problem == ProblemCode.VERSION_CONFLICT && isConditional ? PRECONDITION_FAILED : problem.status();
        send(ctx, status, problem, Failures.errorsOf(failure));
    }

    private static void sendStatus(RoutingContext ctx, int status, @Nullable Throwable failure) {
        ProblemCode problem = ProblemCode.ofStatus(status);
        if (problem == ProblemCode.INTERNAL) {
            sendIncident(ctx, failure);
        } else {
            send(ctx, status, problem, List.of());
        }
    }

    private static void sendIncident(RoutingContext ctx, @Nullable Throwable failure) {
        ProblemCode problem = ProblemCode.INTERNAL;
        JsonObject body = body(problem.status(), problem).put("instance", Incidents.log(failure));
        write(ctx, problem.status(), problem, body);
    }

    private static JsonObject body(int status, ProblemCode problem) {
        return new JsonObject()
                .put("type", problem.type())
                .put("title", problem.title())
                .put("status", status)
                .put("code", problem.code())
                .put("detail", problem.detail());
    }

    private static void write(RoutingContext ctx, int status, ProblemCode problem, JsonObject json) {
        HttpServerResponse response = ctx.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            // The client must not take half an answer for a whole one.
            response.reset();
            return;
        }
        Buffer body = json.toBuffer();
        MultiMap headers = response.headers();
        headers.remove(HttpHeaders.ETAG).remove(HttpHeaders.CONTENT_ENCODING);
        headers.set(HttpHeaders.CONTENT_TYPE, PROBLEM_JSON)
                .set(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()))
                .set(CONTENT_TYPE_OPTIONS, NOSNIFF);
        markAsPersonal(response);
        announceRetry(response, problem);
        response.setChunked(false).setStatusCode(status);
        if (HttpMethod.HEAD.equals(ctx.request().method())) {
            response.end();
        } else {
            response.end(body);
        }
    }
}
