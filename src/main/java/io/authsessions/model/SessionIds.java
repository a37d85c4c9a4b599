package io.authsessions.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Session ids: 22 base62 characters, 2 of the bucket, 9 of the creation time in microseconds, 11 random (64 bits). An id is
 * public: fine in a list, a URL or a log, and worthless for signing in. All sessions of one user share a bucket, and
 * the id names it, so that a store finds a session's neighbours from the id alone.
 */
public final class SessionIds {
    /** Length of an id in characters. */
    public static final int LENGTH = 22;
    /** The largest number of buckets that an id can name. */
    public static final int MAX_BUCKETS = 62 * 62;

    /** Newest first; ids of one moment in a fixed order. The bucket takes no part. */
    public static final Comparator<String> NEWEST_FIRST = (left, right) -> compareAge(right, left);

    private static final int BUCKET_CHARS = 2;
    private static final int TIME_CHARS = 9;
    private static final int RANDOM_CHARS = 11;

    private SessionIds() {}

    /**
     * Makes an id.
     *
     * @param bucket from 0 to {@value #MAX_BUCKETS} − 1
     * @param creationMicros microseconds since the epoch; not negative
     */
    public static String create(int bucket, long creationMicros, RandomGenerator random) {
        return Base62.encode(bucket, BUCKET_CHARS)
                + Base62.encode(creationMicros, TIME_CHARS)
                + Base62.encode(random.nextLong(), RANDOM_CHARS);
    }

    /** Whether the text has the shape of an id; says nothing of whether there is such a session. */
    public static boolean isId(@Nullable String text) {
        return text != null && text.length() == LENGTH && Base62.isBase62(text, 0, LENGTH);
    }

    /** Whether the text has the shape of a bucket's name. */
    public static boolean isBucketName(@Nullable String text) {
        return text != null && text.length() == BUCKET_CHARS && Base62.isBase62(text, 0, BUCKET_CHARS);
    }

    /** The bucket that a well-formed id names. */
    public static int bucketOf(String id) {
        return (int) Base62.decode(id, 0, BUCKET_CHARS);
    }

    /** The two characters by which an id names a bucket. */
    public static String bucketName(int bucket) {
        return Base62.encode(bucket, BUCKET_CHARS);
    }

    /** The bucket of a user's sessions: the first four bytes of SHA-256(userId), modulo the number of buckets. */
    public static int bucketOfUser(String userId, int buckets) {
        byte[] hash = userHash(userId.getBytes(StandardCharsets.UTF_8));
        return (int) (Integer.toUnsignedLong(ByteBuffer.wrap(hash).getInt()) % buckets);
    }

    /**
     * What stands for a user in names of keys: it tells nothing of the user id, and has one length.
     *
     * @param userId in UTF-8
     * @return its SHA-256, 32 bytes
     */
    public static byte[] userHash(byte[] userId) {
        return SecretHash.sha256().digest(userId);
    }

    /** Compares by creation time, oldest first, then by the random part. */
    static int compareAge(String left, String right) {
        for (int i = BUCKET_CHARS; i < LENGTH; i++) {
            int difference = left.charAt(i) - right.charAt(i);
            if (difference != 0) {
                return difference;
            }
        }
        return 0;
    }
}
