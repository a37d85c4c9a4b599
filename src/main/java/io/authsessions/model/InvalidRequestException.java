package io.authsessions.model;

import java.util.List;
import java.util.stream.Collectors;

/** A request that breaks a rule of its form; lists everything that is wrong with it. The service answers INVALID. */
public final class InvalidRequestException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // an immutable list of records, never sent anywhere by Java serialization
    private final List<FieldError> errors;

    /** All errors of one request; at least one. */
    public InvalidRequestException(List<FieldError> errors) {
        super(errors.stream().map(FieldError::toString).collect(Collectors.joining("; ")));
        this.errors = List.copyOf(errors);
    }

    /** One error. */
    public InvalidRequestException(String field, String message) {
        this(List.of(new FieldError(field, message)));
    }

    /** What is wrong, field by field. */
    public List<FieldError> errors() {
        return errors;
    }
}
