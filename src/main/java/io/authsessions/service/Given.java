package io.authsessions.service;

import io.authsessions.model.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/** Arguments that the compiler takes for given and that a caller may leave out all the same. */
final class Given {
    private Given() {}

    /**
     * The argument, if it is there; on the bus the guard says the same.
     *
     * @throws InvalidRequestException if it is null
     */
    static <T> T value(String name, @Nullable T value) {
        if (value == null) {
            throw new InvalidRequestException(name, "is required");
        }
        return value;
    }
}
