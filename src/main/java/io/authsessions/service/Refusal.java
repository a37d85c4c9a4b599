package io.authsessions.service;

import io.authsessions.model.SecretHash;
import org.jspecify.annotations.Nullable;

/**
 * Notes that no session lives under an id. Immutable.
 *
 * @param epoch of the bucket, in which that was read
 * @param told the hash of the one token whose holder is told by the store how the session ended; null if there was none
 */
record Refusal(long epoch, @Nullable SecretHash told) {
    boolean refuses(SecretHash presented) {
        return told == null || !told.matches(presented);
    }
}
