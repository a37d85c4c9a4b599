package io.authsessions.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * The keys that open the admin listener; several at once, so that one can follow another without a gap. Keeps their
 * SHA-256 only. Thread-safe.
 */
final class AdminKeys {
    /** The longest key in characters. */
    static final int MAX_LENGTH = 512;
    /** The shortest key where others than this machine can reach the listener. */
    static final int MIN_LENGTH_BEYOND_LOOPBACK = 16;

    private final List<byte[]> hashes;

    /** At least one key, each of which {@link #isKey}. */
    AdminKeys(List<String> keys) {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("an admin listener without a key would be open to nobody");
        }
        this.hashes = keys.stream().map(AdminKeys::hash).toList();
    }

    /** Whether the text can be a key at all: what an HTTP header can carry without being changed on the way. */
    static boolean isKey(String text) {
        return !text.isEmpty() && text.length() <= MAX_LENGTH && text.chars().allMatch(c -> c > 0x20 && c < 0x7F);
    }

    /** Whether the text is one of the keys. Takes as long for a wrong one as for a right one, whichever it is. */
    boolean contains(String presented) {
        byte[] hash = hash(presented);
        boolean found = false;
        for (byte[] key : hashes) {
            found |= MessageDigest.isEqual(key, hash);
        }
        return found;
    }

    @Override
    public String toString() {
        return "AdminKeys[" + hashes.size() + " redacted]";
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
