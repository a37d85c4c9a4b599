package io.authsessions.service;

import io.authsessions.model.FailureCode;
import io.authsessions.model.FieldError;
import io.authsessions.model.InvalidRequestException;
import io.authsessions.store.StoreException;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one place where failures become {@link ServiceException}s, and where those are read. A failure carries its
 * {@link FailureCode}, a fixed text, and debug info {@code {code, errors?}}: never a stack trace, a class name, or the
 * text of a driver.
 */
public final class Failures {
    /** The detail of a call that came while the service was ending. */
    public static final String SHUTTING_DOWN = "shutting_down";
    /** The detail of a call that was larger than any good one. */
    public static final String PAYLOAD_TOO_LARGE = "payload_too_large";

    private Failures() {}

    /** A failure without more to say than its code. */
    public static ServiceException of(FailureCode code, String message) {
        return of(code, code.defaultDetail(), message);
    }

    /** A failure with a stable detail. */
    public static ServiceException of(FailureCode code, String detail, String message) {
        return new ServiceException(code.busCode(), message, new JsonObject().put("code", detail));
    }

    /** INVALID, with all that is wrong. */
    public static ServiceException invalid(InvalidRequestException mistake) {
        JsonArray errors = new JsonArray();
        for (FieldError error : mistake.errors()) {
            errors.add(new JsonObject().put("field", error.field()).put("message", error.message()));
        }
        JsonObject debugInfo = new JsonObject()
                .put("code", FailureCode.INVALID.defaultDetail())
                .put("errors", errors);
        return new ServiceException(FailureCode.INVALID.busCode(), String.valueOf(mistake.getMessage()), debugInfo);
    }

    /**
     * Any failure as one of ours. What is not known to us is INTERNAL and tells nothing; the caller logs the cause if it
     * is a fault of ours.
     */
    public static ServiceException from(Throwable failure) {
        if (failure instanceof ServiceException known && FailureCode.ofBusCode(known.failureCode()) != null) {
            return known;
        }
        if (failure instanceof InvalidRequestException mistake) {
            return invalid(mistake);
        }
        if (failure instanceof StoreException store) {
            return of(FailureCode.UNAVAILABLE, store.detail(), String.valueOf(store.getMessage()));
        }
        if (failure instanceof ReplyException reply && reply.failureType() != ReplyFailure.RECIPIENT_FAILURE) {
            return fromBus(reply);
        }
        return of(FailureCode.INTERNAL, "internal error");
    }

    /** A failure of the bus. A request that met a consumer on its way out is answered as timed out, at once. */
    private static ServiceException fromBus(ReplyException reply) {
        boolean late = reply.failureType() == ReplyFailure.TIMEOUT
                && !String.valueOf(reply.getMessage()).startsWith("Discarded");
        return late
                ? of(FailureCode.UNAVAILABLE, StoreException.TIMEOUT, "the session service did not answer in time")
                : of(FailureCode.UNAVAILABLE, "there is no session service on the event bus");
    }

    /** The code of any failure of a call. */
    public static FailureCode codeOf(Throwable failure) {
        FailureCode code = FailureCode.ofBusCode(from(failure).failureCode());
        return code == null ? FailureCode.INTERNAL : code;
    }

    /** The stable detail of any failure of a call: the {@code code} in problem details. */
    public static String detailOf(Throwable failure) {
        JsonObject info = from(failure).getDebugInfo();
        String detail = info == null || !(info.getValue("code") instanceof String text) ? null : text;
        return detail == null ? codeOf(failure).defaultDetail() : detail;
    }

    /** What was wrong with a request, field by field; empty where that is not known. */
    public static List<FieldError> errorsOf(Throwable failure) {
        List<FieldError> errors = new ArrayList<>();
        JsonObject info = from(failure).getDebugInfo();
        if (info != null && info.getValue("errors") instanceof JsonArray array) {
            for (Object element : array) {
                if (element instanceof JsonObject error) {
                    errors.add(new FieldError(text(error, "field"), text(error, "message")));
                }
            }
        }
        return errors;
    }

    private static String text(JsonObject json, String name) {
        return json.getValue(name) instanceof String text ? text : "";
    }

    /** Whether the failure is a fault of this software, to be logged with its cause. */
    static boolean isFault(@Nullable Throwable failure) {
        return failure != null && codeOf(failure) == FailureCode.INTERNAL;
    }
}
