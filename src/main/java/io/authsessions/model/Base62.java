package io.authsessions.model;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Fixed-width base62 numbers: digits, then upper case, then lower case, so that text order is numeric order. */
final class Base62 {
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final BigInteger RADIX = BigInteger.valueOf(62);
    private static final byte NO_DIGIT = -1;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    /** By character; of random digits no processor guesses the ranges. */
    private static final byte[] DIGITS = digits();

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

    /** The number that two digits write, each given as its Latin-1 character. */
    static int decodePair(int high, int low) {
        return DIGITS[high] * 62 + DIGITS[low];
    }

    /** The number that the digits between the two offsets write; at most ten digits. */
    static long decode(CharSequence text, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value = value * 62 + DIGITS[text.charAt(i)];
        }
        return value;
    }

    static boolean isBase62(@Nullable CharSequence text, int from, int to) {
        if (text == null || text.length() < to) {
            return false;
        }
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c >= DIGITS.length || DIGITS[c] == NO_DIGIT) {
                return false;
            }
        }
        return true;
    }

    /** Whether all of these Latin-1 characters, at least eight, are digits; by eights, without a branch or a table. */
    static boolean isBase62(byte[] latin1, int from, int to) {
        long digits = HIGH_BITS;
        for (int i = from; i < to - Long.BYTES; i += Long.BYTES) {
            digits &= digitsOf((long) LONGS.get(latin1, i));
        }
        // Of the last eight some may have been looked at before.
        digits &= digitsOf((long) LONGS.get(latin1, to - Long.BYTES));
        return digits == HIGH_BITS;
    }

    /** The highest bit of each of eight characters that is a digit, not of one past ASCII; what stands beside that, any. */
    private static long digitsOf(long characters) {
        long folded = characters | (0x20 * EACH);
        long isNumeral = within(characters, '0', '9');
        long isLetter = within(folded, 'a', 'z');
        return (isNumeral | isLetter) & ~characters;
    }

    /** The highest bit of each of eight ASCII characters that is between the two. */
    private static long within(long characters, char first, char last) {
        return (characters + (0x80 - first) * EACH) & ~(characters + (0x7F - last) * EACH);
    }

    private static byte[] digits() {
        byte[] digits = new byte[256];
        Arrays.fill(digits, NO_DIGIT);
        for (int i = 0; i < ALPHABET.length(); i++) {
            digits[ALPHABET.charAt(i)] = (byte) i;
        }
        return digits;
    }
}
