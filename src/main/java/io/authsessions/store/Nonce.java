package io.authsessions.store;

import io.authsessions.model.SessionToken;
import java.security.SecureRandom;
import java.util.Arrays;

/** The random part of a rotation. Worthless without the old secret; lives in the store alone. {@code toString} redacts it. */
public final class Nonce {
    private final byte[] bytes;

    private Nonce(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A fresh one. */
    public static Nonce create(SecureRandom random) {
        byte[] bytes = new byte[SessionToken.NONCE_BYTES];
        random.nextBytes(bytes);
        return new Nonce(bytes);
    }

    /**
     * Reads a stored nonce.
     *
     * @throws IllegalArgumentException if it has not {@value SessionToken#NONCE_BYTES} bytes
     */
    public static Nonce fromBytes(byte[] bytes) {
        if (bytes.length != SessionToken.NONCE_BYTES) {
            throw new IllegalArgumentException("a nonce has " + SessionToken.NONCE_BYTES + " bytes");
        }
        return new Nonce(bytes.clone());
    }

    /** A copy of the bytes, for a store to keep or a token to derive from. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Nonce nonce && Arrays.equals(bytes, nonce.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "Nonce[redacted]";
    }
}
