package io.authsessions.model;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Fixed-width base62 numbers: digits, then upper case, then lower case, so that text order is numeric order. */
final class Base62 {
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final BigInteger RADIX = BigInteger.valueOf(62);

    private Base62() {}

    static String encode(long value, int width) {
        char[] digits = new char[width];
        long rest = value;
        for (int i = width - 1; i >= 0; i--) {
            digits[i] = ALPHABET.charAt((int) Long.remainderUnsigned(rest, 62));
            rest = Long.divideUnsigned(rest, 62);
        }
        if (rest != 0) {
            throw new IllegalArgumentException("the number needs more than " + width + " digits");
        }
        return new String(digits);
    }

    /** The bytes as one unsigned big-endian number. */
    static String encode(byte[] bytes, int width) {
        char[] digits = new char[width];
        BigInteger rest = new BigInteger(1, bytes);
        for (int i = width - 1; i >= 0; i--) {
            BigInteger[] parts = rest.divideAndRemainder(RADIX);
            digits[i] = ALPHABET.charAt(parts[1].intValue());
            rest = parts[0];
        }
        if (rest.signum() != 0) {
            throw new IllegalArgumentException("the number needs more than " + width + " digits");
        }
        return new String(digits);
    }

    /** The number that the digits between the two offsets write; at most ten digits. */
    static long decode(CharSequence text, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value = value * 62 + digit(text.charAt(i));
        }
        return value;
    }

    private static int digit(char c) {
        if (c <= '9') {
            return c - '0';
        }
        return c <= 'Z' ? c - 'A' + 10 : c - 'a' + 36;
    }

    static boolean isBase62(@Nullable CharSequence text, int from, int to) {
        if (text == null || text.length() < to) {
            return false;
        }
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            boolean digit = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            if (!digit) {
                return false;
            }
        }
        return true;
    }
}
