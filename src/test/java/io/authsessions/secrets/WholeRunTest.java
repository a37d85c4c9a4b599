package io.authsessions.secrets;

import static org.assertj.core.api.Assertions.assertThat;

/** What is held of the whole test run when it is over; {@link WholeRunEngine} runs it, so it has no annotation of a test. */
final class WholeRunTest {
    private WholeRunTest() {}

    /** No log line, printed line, answer, event, exception text or {@code toString} holds a secret of this run. */
    static void letsOutNoSecret() {
        assertThat(RunRecorder.leaks())
                .as("what holds a token, the hash of one, or a key of an operator")
                .isEmpty();
    }
}
