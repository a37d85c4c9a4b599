package io.authsessions.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A failure as it is logged")
class RedactedFailureTest {
    @Test
    @DisplayName("keeps the classes and places of itself and its causes, and none of their texts")
    void redacted() {
        Exception failure = new IllegalStateException("secret", new RuntimeException("set secretkey"));

        RedactedFailure logged = RedactedFailure.of(failure);

        assertThat(logged).hasMessage("java.lang.IllegalStateException");
        assertThat(logged.getStackTrace()).isEqualTo(failure.getStackTrace());
        assertThat(logged.getCause()).hasMessage("java.lang.RuntimeException");
        assertThat(logged.getCause().getStackTrace())
                .isEqualTo(failure.getCause().getStackTrace());
        assertThat(logged.getCause().getCause()).isNull();
    }

    @Test
    @DisplayName("follows causes only so far, also where they go in a circle")
    void circle() {
        Exception one = new Exception("one");
        Exception other = new Exception("other", one);
        one.initCause(other);

        assertThat(Stream.<Throwable>iterate(RedactedFailure.of(one), cause -> cause != null, Throwable::getCause))
                .hasSize(9);
    }
}
