package io.authsessions.model;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The SHA-256 of a token's secret: what a store keeps in the secret's place. A plain hash suffices for a secret of 256
 * random bits (OWASP ASVS 5.0, 6.5.2). Comparison takes the same time wherever the two differ; {@code toString} tells
 * nothing.
 */
public final class SecretHash {
    /** Length of the hash in bytes. */
    public static final int BYTES = 32;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(SecretHash::newSha256);

    private final long a;
    private final long b;
    private final long c;
    private final long d;

    private SecretHash(byte[] bytes) {
        this.a = (long) LONGS.get(bytes, 0);
        this.b = (long) LONGS.get(bytes, Long.BYTES);
        this.c = (long) LONGS.get(bytes, 2 * Long.BYTES);
        this.d = (long) LONGS.get(bytes, 3 * Long.BYTES);
    }

    /** The hash of a part of an ASCII text: the secret of a token. */
    static SecretHash of(byte[] ascii, int from, int to) {
        MessageDigest sha256 = sha256();
        sha256.update(ascii, from, to - from);
        return new SecretHash(sha256.digest());
    }

    /**
     * Reads a stored hash.
     *
     * @throws IllegalArgumentException if it is not {@value #BYTES} bytes long
     */
    public static SecretHash fromBytes(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a secret hash has " + BYTES + " bytes, not " + bytes.length);
        }
        return new SecretHash(bytes);
    }

    /** The hash as {@value #BYTES} bytes, for a store to keep. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES)
                .putLong(a)
                .putLong(b)
                .putLong(c)
                .putLong(d)
                .array();
    }

    /** Whether both are hashes of one secret; constant-time. */
    public boolean matches(SecretHash other) {
        return ((a ^ other.a) | (b ^ other.b) | (c ^ other.c) | (d ^ other.d)) == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SecretHash hash && matches(hash);
    }

    @Override
    public int hashCode() {
        return (int) (a ^ (a >>> 32));
    }

    @Override
    public String toString() {
        return "SecretHash[redacted]";
    }

    /** This thread's own digest, ready for the next use; looking one up each time costs as much as the hash. */
    static MessageDigest sha256() {
        return SHA_256.get();
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
