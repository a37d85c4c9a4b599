package io.authsessions.model;

/**
 * One thing wrong with a request.
 *
 * @param field the field's name, with dots for what lies within ({@code client.ip})
 * @param message what it should have been; never repeats what was sent
 */
public record FieldError(String field, String message) {
    @Override
    public String toString() {
        return field + ": " + message;
    }
}
