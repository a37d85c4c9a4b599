package io.authsessions.web;

import io.authsessions.model.FailureCode;
import org.jspecify.annotations.Nullable;

/**
 * What can be wrong with a request, as clients are told: the {@code code} in problem details, with the status and the
 * fixed texts that go with it. Codes are stable; texts are for people and may change.
 */
public enum ProblemCode {
    /** The request breaks a rule; {@code errors} may say which. */
    INVALID_REQUEST(400, "Invalid request", "The request does not have the form that is asked for."),
    /** The body is not JSON, or not a JSON object. */
    MALFORMED_JSON(400, "Malformed JSON", "The body must be one JSON object in UTF-8."),
    /** There is nothing that says who asks. */
    NO_CREDENTIALS(401, "Not signed in", "This needs credentials."),
    /** Malformed, unknown and ended tokens look alike. */
    INVALID_TOKEN(401, "Not signed in", "The session token is not valid, or its session has ended."),
    /** The user proved who they are too long ago (RFC 9470). */
    INSUFFICIENT_USER_AUTHENTICATION(401, "Sign in again", "This needs a more recent proof of identity."),
    /** Another site's page made the browser send it. */
    CROSS_SITE_REQUEST(403, "Cross-site request refused", "The request was sent by a page of another site."),
    /** Known, but not permitted. */
    FORBIDDEN(403, "Forbidden", "This is not permitted."),
    /** There is none; what belongs to somebody else looks the same. */
    NOT_FOUND(404, "Not found", "There is no such resource."),
    /** The path exists, the method does not. */
    METHOD_NOT_ALLOWED(405, "Method not allowed", "This resource does not know the method."),
    /** No representation that the client accepts. */
    NOT_ACCEPTABLE(406, "Not acceptable", "This resource has no representation that the request accepts."),
    /** Somebody changed it in between. */
    VERSION_CONFLICT(409, "Version conflict", "The session was changed in the meantime."),
    /** The body is larger than permitted. */
    PAYLOAD_TOO_LARGE(413, "Payload too large", "The request is larger than permitted."),
    /** The path or query is longer than permitted. */
    URI_TOO_LONG(414, "URI too long", "The address of the request is longer than permitted."),
    /** The body is of another media type. */
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type", "The body must be of the media type that is asked for."),
    /** The user holds as many sessions as permitted. */
    SESSION_LIMIT(429, "Too many sessions", "The user holds as many sessions as permitted."),
    /** Too many failures from one place. */
    TOO_MANY_REQUESTS(429, "Too many requests", "There were too many failed requests; try again later."),
    /** A fault of ours. */
    INTERNAL(500, "Internal error", "Something went wrong here. The incident was logged."),
    /** The store is down. */
    STORE_UNAVAILABLE(503, "Service unavailable", "Sessions cannot be read at the moment; try again."),
    /** The store did not answer in time. */
    STORE_TIMEOUT(503, "Service unavailable", "Sessions could not be read in time; try again."),
    /** More is asked than can be answered. */
    OVERLOADED(503, "Service unavailable", "There is more to do than can be done; try again."),
    /** Written by a newer version of this program. */
    NEWER_FORMAT(503, "Service unavailable", "The session was written by a newer version; try again."),
    /** The service is ending. */
    SHUTTING_DOWN(503, "Service unavailable", "The service is shutting down; try again.");

    private static final ProblemCode[] ALL = values();

    private final int status;
    private final String code;
    private final String title;
    private final String detail;

    ProblemCode(int status, String title, String detail) {
        this.status = status;
        this.code = name().toLowerCase(java.util.Locale.ROOT);
        this.title = title;
        this.detail = detail;
    }

    /** The HTTP status where a route has no better one. */
    public int status() {
        return status;
    }

    /** The stable {@code code}. */
    public String code() {
        return code;
    }

    /** The stable {@code type}, a URI that is a name and not a place. */
    public String type() {
        return "urn:authsessions:problem:" + code;
    }

    /** A short summary. */
    public String title() {
        return title;
    }

    /** A sentence, the same for each problem of this code. */
    public String detail() {
        return detail;
    }

    /** The problem of that {@code code}, or null. */
    public static @Nullable ProblemCode of(String code) {
        for (ProblemCode problem : ALL) {
            if (problem.code.equals(code)) {
                return problem;
            }
        }
        return null;
    }

    /** What a failure of the service is told as; a detail that this version does not know falls back to the code's. */
    static ProblemCode ofFailure(FailureCode failure, String detail) {
        ProblemCode known = of(detail);
        boolean fits = known != null && (known.status == failure.busCode() || known == PAYLOAD_TOO_LARGE);
        if (known != null && fits) {
            return known;
        }
        return switch (failure) {
            case INVALID -> INVALID_REQUEST;
            case NOT_FOUND -> NOT_FOUND;
            case CONFLICT -> VERSION_CONFLICT;
            case LIMIT -> SESSION_LIMIT;
            case UNAVAILABLE -> STORE_UNAVAILABLE;
            case INTERNAL -> INTERNAL;
        };
    }

    /** What an answer of that status is told as when nothing more is known. */
    static ProblemCode ofStatus(int status) {
        return switch (status) {
            case 401 -> NO_CREDENTIALS;
            case 403 -> FORBIDDEN;
            case 404, 410 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 409, 412 -> VERSION_CONFLICT;
            case 413 -> PAYLOAD_TOO_LARGE;
            case 414 -> URI_TOO_LONG;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 429 -> TOO_MANY_REQUESTS;
            case 503 -> OVERLOADED;
            default -> status >= 400 && status < 500 ? INVALID_REQUEST : INTERNAL;
        };
    }
}
