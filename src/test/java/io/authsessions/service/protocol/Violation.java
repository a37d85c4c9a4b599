package io.authsessions.service.protocol;

/** What went wrong: an answer that must not be given. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** In what way. */
    enum Kind {
        /** A token resolves that was ended before by more than the bound. */
        ENDED_RESOLVES,
        /** A token that is good is refused. */
        GOOD_REFUSED
    }

    private final Kind kind;

    Violation(Kind kind) {
        super(kind.name(), null, false, false);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }
}
