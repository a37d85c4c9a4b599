package io.authsessions.web;

import io.vertx.ext.web.handler.HttpException;
import org.jspecify.annotations.Nullable;

/**
 * The decision not to let a request pass, with what the client is told. It has no stack trace, for it is an answer and
 * not a fault; it travels as the cause of an {@link HttpException}, which is what chains of handlers understand.
 */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ProblemCode problem;
    private final @Nullable String challenge;

    Refusal(ProblemCode problem, @Nullable String challenge) {
        super(problem.code(), null, false, false);
        this.problem = problem;
        this.challenge = challenge;
    }

    /** What is wrong. */
    ProblemCode problem() {
        return problem;
    }

    /** The value of WWW-Authenticate, or null where credentials are not what is missing. */
    @Nullable
    String challenge() {
        return challenge;
    }
}
