package io.authsessions.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.FailureCode;
import io.authsessions.model.FieldError;
import io.authsessions.model.InvalidRequestException;
import io.authsessions.store.StoreException;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A failure")
class FailuresTest {
    @ParameterizedTest
    @EnumSource(FailureCode.class)
    @DisplayName("keeps its code and its detail")
    void keepsItsCode(FailureCode code) {
        ServiceException failure = Failures.of(code, "some_detail", "a sentence");

        assertThat(Failures.codeOf(failure)).isEqualTo(code);
        assertThat(Failures.detailOf(failure)).isEqualTo("some_detail");
        assertThat(Failures.detailOf(Failures.of(code, "a sentence"))).isEqualTo(code.defaultDetail());
        assertThat(Failures.from(failure)).isSameAs(failure);
        assertThat(FailureCode.ofBusCode(code.busCode())).isEqualTo(code);
    }

    @Test
    @DisplayName("has the documented numbers")
    void numbers() {
        assertThat(FailureCode.values()).extracting(FailureCode::busCode).containsExactly(400, 404, 409, 429, 503, 500);
        assertThat(FailureCode.ofBusCode(418)).isNull();
    }

    @Test
    @DisplayName("of a request names every mistake")
    void invalid() {
        List<FieldError> errors = List.of(new FieldError("label", "is long"), new FieldError("", "is odd"));

        ServiceException failure = Failures.from(new InvalidRequestException(errors));

        assertThat(Failures.codeOf(failure)).isEqualTo(FailureCode.INVALID);
        assertThat(Failures.errorsOf(failure)).isEqualTo(errors);
        assertThat(Failures.errorsOf(Failures.of(FailureCode.INTERNAL, "x"))).isEmpty();
    }

    @Test
    @DisplayName("of the store is UNAVAILABLE with its detail, and without what the driver said")
    void store() {
        ServiceException failure = Failures.from(
                new StoreException(StoreException.TIMEOUT, "the store is slow", new RuntimeException("set secretkey")));

        assertThat(Failures.codeOf(failure)).isEqualTo(FailureCode.UNAVAILABLE);
        assertThat(Failures.detailOf(failure)).isEqualTo("store_timeout");
        assertThat(failure.getMessage()).isEqualTo("the store is slow");
        assertThat(failure.getCause()).isNull();
        assertThat(failure.getStackTrace()).isEmpty();
    }

    @Test
    @DisplayName("of the bus is UNAVAILABLE")
    void bus() {
        assertThat(Failures.detailOf(new ReplyException(ReplyFailure.TIMEOUT, "Timed out after 30 ms")))
                .isEqualTo("store_timeout");
        assertThat(Failures.detailOf(new ReplyException(ReplyFailure.NO_HANDLERS, "No handlers for address x")))
                .isEqualTo("store_unavailable");
        assertThat(Failures.codeOf(new ReplyException(ReplyFailure.NO_HANDLERS)))
                .isEqualTo(FailureCode.UNAVAILABLE);
    }

    @Test
    @DisplayName("that nobody foresaw is INTERNAL and tells nothing")
    void internal() {
        for (Throwable fault : List.of(
                new NullPointerException("secret"),
                new OutOfMemoryError("secret"),
                new ServiceException(418, "secret"),
                new ReplyException(ReplyFailure.RECIPIENT_FAILURE, 500, "secret"),
                new ReplyException(ReplyFailure.ERROR, "secret"))) {
            ServiceException failure = Failures.from(fault);

            assertThat(failure.getMessage() + failure.getDebugInfo()).doesNotContain("secret", "Exception");
            assertThat(failure.getCause()).isNull();
        }
        assertThat(Failures.codeOf(new NullPointerException())).isEqualTo(FailureCode.INTERNAL);
        assertThat(Failures.isFault(new NullPointerException())).isTrue();
        assertThat(Failures.isFault(Failures.of(FailureCode.NOT_FOUND, "x"))).isFalse();
        assertThat(Failures.isFault(null)).isFalse();
    }

    @Test
    @DisplayName("with debug info of another shape is read all the same")
    void oddDebugInfo() {
        JsonObject odd = new JsonObject()
                .put("code", 5)
                .put(
                        "errors",
                        new JsonArray()
                                .add("x")
                                .add(new JsonObject().put("field", 7).putNull("message")));

        ServiceException failure = new ServiceException(400, "x", odd);

        assertThat(Failures.detailOf(failure)).isEqualTo("invalid_request");
        assertThat(Failures.errorsOf(failure)).containsExactly(new FieldError("", ""));
        assertThat(Failures.detailOf(new ServiceException(404, "x", null))).isEqualTo("not_found");
    }
}
