package io.authsessions.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.SessionToken;
import java.security.SecureRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs last: {@code junit-platform.properties} orders classes. */
@Order(Integer.MAX_VALUE)
@Tag("ASVS-16.2.5")
@DisplayName("The whole test run")
class WholeRunTest {
    @Test
    @DisplayName("has logged and printed no token and no secret hash")
    void noLeaks() {
        assertThat(RunRecorder.leaks()).isEmpty();
    }

    @Test
    @DisplayName("is looked at line by line, and a leaked token would be seen")
    void looks() {
        long before = RunRecorder.lines();
        System.out.println("a line of the test that watches the log");
        assertThat(RunRecorder.lines()).isGreaterThan(before);
        String token = SessionToken.issue("0".repeat(22), new SecureRandom()).reveal();
        assertThat(SecretShapes.isIn("Bearer " + token + ",")).isTrue();
        assertThat(SecretShapes.isIn("x".repeat(5) + "0123456789abcdef".repeat(4)))
                .isTrue();
        assertThat(SecretShapes.isIn(token.substring(0, 60))).isFalse();
    }
}
