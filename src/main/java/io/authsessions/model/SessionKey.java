package io.authsessions.model;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A session id as the key of a map in memory: three numbers, which hash and compare in a few steps, and which are read
 * from a token without a text in between. Those of two ids are equal exactly if the ids are. Immutable.
 */
public final class SessionKey implements Comparable<SessionKey> {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long MIXER = 0x9E3779B97F4A7C15L;

    private final long a;
    private final long b;
    /** Begins with the last two characters of b: an id has fewer characters than three numbers have bytes. */
    private final long c;

    private SessionKey(byte[] ascii, int start) {
        this.a = (long) LONGS.get(ascii, start);
        this.b = (long) LONGS.get(ascii, start + Long.BYTES);
        this.c = (long) LONGS.get(ascii, start + SessionIds.LENGTH - Long.BYTES);
    }

    /** The key of an id; of a text that is none something that need not tell it from others. */
    public static SessionKey of(String id) {
        byte[] ascii = id.getBytes(StandardCharsets.ISO_8859_1);
        return at(ascii.length < SessionIds.LENGTH ? Arrays.copyOf(ascii, SessionIds.LENGTH) : ascii, 0);
    }

    /** The key of the id that begins there in an ASCII text. */
    static SessionKey at(byte[] ascii, int start) {
        return new SessionKey(ascii, start);
    }

    /** The bucket that the id names, if it is well-formed. */
    public int bucket() {
        return Base62.decodePair((int) a & 0xFF, (int) (a >>> 8) & 0xFF);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SessionKey key && a == key.a && b == key.b && c == key.c;
    }

    @Override
    public int hashCode() {
        return (int) (((a ^ Long.rotateLeft(b, 21) ^ Long.rotateLeft(c, 42)) * MIXER) >>> 32);
    }

    /** Some order: of many keys with one hash a map finds each quickly. */
    @Override
    public int compareTo(SessionKey other) {
        int byA = Long.compare(a, other.a);
        int byB = byA == 0 ? Long.compare(b, other.b) : byA;
        return byB == 0 ? Long.compare(c, other.c) : byB;
    }

    @Override
    public String toString() {
        return "SessionKey[bucket " + bucket() + "]";
    }
}
