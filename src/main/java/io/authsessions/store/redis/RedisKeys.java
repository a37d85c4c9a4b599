package io.authsessions.store.redis;

import io.authsessions.model.SessionIds;
import java.nio.ByteBuffer;
import java.util.Base64;

/** The names of all keys that the store writes; {@link RedisSessionStore} describes what they hold. Immutable. */
final class RedisKeys {
    private static final Base64.Encoder USER_KEY_TEXT = Base64.getUrlEncoder().withoutPadding();

    private final String prefix;
    private final int buckets;

    RedisKeys(String prefix, int buckets) {
        this.prefix = prefix;
        this.buckets = buckets;
    }

    int buckets() {
        return buckets;
    }

    String layout() {
        return prefix + ":layout";
    }

    String channel() {
        return prefix + ":events";
    }

    String session(String sessionId) {
        return session(bucketName(sessionId), sessionId);
    }

    /** The key of what an index of a bucket names, whatever that is. */
    String session(String bucketName, String member) {
        return inBucket(bucketName) + "s:" + member;
    }

    String user(String bucketName, byte[] userKey) {
        return inBucket(bucketName) + "u:" + USER_KEY_TEXT.encodeToString(userKey);
    }

    String user(byte[] userKey) {
        return user(SessionIds.bucketName(bucketOf(userKey)), userKey);
    }

    String byDeadline(String bucketName) {
        return inBucket(bucketName) + "x";
    }

    String byUse(String bucketName) {
        return inBucket(bucketName) + "r";
    }

    String mark(String bucketName) {
        return inBucket(bucketName) + "m";
    }

    static String bucketName(String sessionId) {
        return sessionId.substring(0, 2);
    }

    /** A user key begins with the bytes from which {@link SessionIds#bucketOfUser} makes the bucket. */
    int bucketOf(byte[] userKey) {
        return (int) (Integer.toUnsignedLong(ByteBuffer.wrap(userKey).getInt()) % buckets);
    }

    /** Whether a record of that user key may stand under that id. */
    boolean belongs(String sessionId, byte[] userKey) {
        return SessionIds.bucketOf(sessionId) == bucketOf(userKey);
    }

    private String inBucket(String bucketName) {
        return prefix + ":{" + bucketName + "}:";
    }
}
