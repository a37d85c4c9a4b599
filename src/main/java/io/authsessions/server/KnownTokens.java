package io.authsessions.server;

import io.authsessions.model.SessionToken;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Fingerprints of tokens that were good lately: 64 bits of their secret's hash, in a table of fixed size, where a new one
 * may take the place of an older. Says nothing of whether a token is good now. Thread-safe, without locks.
 */
final class KnownTokens {
    private static final int SLOTS = 1 << 16;

    private final AtomicLongArray fingerprints = new AtomicLongArray(SLOTS);

    /** Takes note of a token that was issued or found good. */
    void add(@Nullable String token) {
        SessionToken parsed = SessionToken.parse(token);
        if (parsed != null) {
            add(parsed);
        }
    }

    /** Takes note of a token that was found good. */
    void add(SessionToken token) {
        long fingerprint = fingerprint(token);
        fingerprints.lazySet(slot(fingerprint), fingerprint);
    }

    /** Whether a text is a token that was good lately. */
    boolean contains(@Nullable String text) {
        SessionToken token = SessionToken.parse(text);
        if (token == null) {
            return false;
        }
        long fingerprint = fingerprint(token);
        return fingerprints.get(slot(fingerprint)) == fingerprint;
    }

    private static long fingerprint(SessionToken token) {
        return ByteBuffer.wrap(token.secretHash().toBytes()).getLong();
    }

    private static int slot(long fingerprint) {
        return (int) (fingerprint & (SLOTS - 1));
    }
}
