package io.authsessions.secrets;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Every secret of this run: that of each token whose hash was ever taken, that hash, and the keys of operators. Keeps
 * fingerprints of 64 bits, and finds in a text each secret as it is, and each hash in hexadecimal or Base64 of either
 * alphabet. Thread-safe.
 */
final class IssuedSecrets {
    /** What a token's secret is in base62, and what 32 bytes are in Base64 without padding. */
    static final int SECRET_CHARS = 43;

    private static final int HEX_CHARS = 64;
    private static final int FIRST_BASE64_CHARS = 11;
    private static final int FIRST_HEX_CHARS = 16;
    private static final long FNV_START = 0xCBF29CE484222325L;
    private static final long FNV_PRIME = 0x100000001B3L;

    private final LongSet texts = new LongSet();
    private final LongSet hashes = new LongSet();
    private final List<String> keys = new CopyOnWriteArrayList<>();

    /** A token's secret as text, and its hash. */
    void add(byte[] secret, byte[] hash) {
        texts.add(fingerprint(new String(secret, StandardCharsets.US_ASCII), 0));
        hashes.add(ByteBuffer.wrap(hash).getLong());
    }

    /** The key of an operator. */
    void addKey(String key) {
        if (!keys.contains(key)) {
            keys.add(key);
        }
    }

    int size() {
        return texts.size() + keys.size();
    }

    /** Whether the text holds any of them, in any form. */
    boolean isIn(String text) {
        for (String key : keys) {
            if (text.contains(key)) {
                return true;
            }
        }
        return anyLongRun(text, (start, end) -> isInRun(text, start, end));
    }

    /** Part of a text. */
    interface Run {
        boolean test(int start, int end);
    }

    /** Whether any run of characters of Base64, long enough for a secret, is such; most lines have none. */
    static boolean anyLongRun(String text, Run such) {
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || !isOfRun(text.charAt(i))) {
                if (i - start >= SECRET_CHARS && such.test(start, i)) {
                    return true;
                }
                start = i + 1;
            }
        }
        return false;
    }

    private boolean isInRun(String text, int start, int end) {
        for (int i = start; i <= end - SECRET_CHARS; i++) {
            if (texts.contains(fingerprint(text, i)) || isBase64(text, i) || (i <= end - HEX_CHARS && isHex(text, i))) {
                return true;
            }
        }
        return false;
    }

    private boolean isBase64(String text, int at) {
        String first =
                text.substring(at, at + FIRST_BASE64_CHARS).replace('-', '+').replace('_', '/');
        byte[] bytes = Base64.getDecoder().decode(first + "A");
        return hashes.contains(ByteBuffer.wrap(bytes).getLong());
    }

    private boolean isHex(String text, int at) {
        long first = 0;
        for (int i = at; i < at + FIRST_HEX_CHARS; i++) {
            int digit = Character.digit(text.charAt(i), 16);
            if (digit < 0) {
                return false;
            }
            first = first << 4 | digit;
        }
        return hashes.contains(first);
    }

    private static boolean isOfRun(char c) {
        return (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || c == '+'
                || c == '/'
                || c == '-'
                || c == '_';
    }

    private static long fingerprint(String text, int at) {
        long print = FNV_START;
        for (int i = at; i < at + SECRET_CHARS; i++) {
            print = (print ^ text.charAt(i)) * FNV_PRIME;
        }
        return print;
    }
}
