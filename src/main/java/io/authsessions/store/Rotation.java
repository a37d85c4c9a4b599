package io.authsessions.store;

import io.authsessions.model.SecretHash;
import org.jspecify.annotations.Nullable;

/**
 * What a record remembers of its last rotation, until the next one or a re-authentication.
 *
 * @param previous the hash of the token before the present one
 * @param nonce from which, with the old secret, the present token derives; null once the grace is over
 * @param atMillis when the token was rotated
 * @param presentedAtMillis when the present token was first presented, or {@value #NOT_PRESENTED}
 */
public record Rotation(SecretHash previous, @Nullable Nonce nonce, long atMillis, long presentedAtMillis) {
    /** The value of {@code presentedAtMillis} before the successor was presented. */
    public static final long NOT_PRESENTED = -1;

    /** Whether the present token has been presented. */
    public boolean presented() {
        return presentedAtMillis != NOT_PRESENTED;
    }

    /** Whether the old token is no longer good. */
    public boolean graceOver(long now, long graceMillis) {
        return presented() && now - presentedAtMillis >= graceMillis;
    }

    /** This after the present token was presented; the first time counts. */
    Rotation presentedAt(long now) {
        return presented() ? this : new Rotation(previous, nonce, atMillis, now);
    }

    /** This without the nonce if the grace is over: nothing may derive from it any more. */
    Rotation forgetting(long now, long graceMillis) {
        return nonce != null && graceOver(now, graceMillis)
                ? new Rotation(previous, null, atMillis, presentedAtMillis)
                : this;
    }
}
