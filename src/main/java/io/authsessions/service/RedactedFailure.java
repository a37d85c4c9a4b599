package io.authsessions.service;

import org.jspecify.annotations.Nullable;

/**
 * A failure as it may be logged: classes and stack traces of it and its causes, without their texts. What a driver or a
 * foreign store says may hold a whole command with its values.
 */
final class RedactedFailure extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int MAX_CAUSES = 8;

    private RedactedFailure(Throwable failure, @Nullable RedactedFailure cause) {
        super(failure.getClass().getName(), cause, false, true);
        setStackTrace(failure.getStackTrace());
    }

    static RedactedFailure of(Throwable failure) {
        return of(failure, MAX_CAUSES);
    }

    private static RedactedFailure of(Throwable failure, int causesLeft) {
        Throwable cause = failure.getCause();
        return new RedactedFailure(failure, cause == null || causesLeft == 0 ? null : of(cause, causesLeft - 1));
    }
}
