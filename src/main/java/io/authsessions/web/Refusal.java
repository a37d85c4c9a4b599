package io.authsessions.web;

import io.vertx.ext.web.handler.HttpException;

/**
 * The decision not to let a request pass, with what the client is told. It has no stack trace, for it is an answer and
 * not a fault; it travels as the cause of an {@link HttpException}, which is what chains of handlers understand.
 */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ProblemCode problem;
    private final String challenge;

    Refusal(ProblemCode problem, String challenge) {
        super(problem.code(), null, false, false);
        this.problem = problem;
        this.challenge = challenge;
    }

    /** What is wrong. */
    ProblemCode problem() {
        return problem;
    }

    /** The value of WWW-Authenticate. */
    String challenge() {
        return challenge;
    }
}
