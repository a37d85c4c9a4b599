package io.authsessions.store;

import io.authsessions.model.AuthSession;
import io.authsessions.model.ClientInfo;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionToken;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The form in which a store keeps a session as one string of bytes. All numbers are unsigned, big-endian; times are
 * milliseconds since the epoch in 6 bytes; texts are UTF-8.
 *
 * <pre>
 * offset length
 *      0      1  format: 1; 2 to 127 are records of a newer version
 *      1     32  secret hash
 *     33     16  user key: the first half of SHA-256(userId)
 *     49      6  created
 *     55      6  last used
 *     61      6  authenticated
 *     67      6  idle deadline
 *     73      6  absolute deadline
 *     79      6  idle timeout, a duration
 *     85      4  version
 *     89      2  length n of the user id
 *     91      n  user id
 * ------------  so far every format is the same, so that each version can end a session of any other
 *   91+n      1  rotation: 0 none; else 1, +2 with nonce, +4 successor was presented; then
 *            32  previous secret hash
 *            16  nonce, zeros once it is forgotten
 *             6  when it was rotated
 *             6  when the successor was first presented
 *              4  CRC-32 of all that follows
 *              1  what follows: 1 label, 2 client, 4 ip, 8 user agent
 *            2+  length and label
 *            1+  length and ip
 *            2+  length and user agent
 *           rest  meta, a JSON object
 * </pre>
 *
 * <p>An ended session leaves a marker: format 0xE1 (0xE2 to 0xFF are newer), secret hash 32, when 6, the operation that
 * ended it 8, length of the reason 1, reason; a newer one may go on.
 *
 * <p>Reading is total: whatever the bytes are, the answer is one {@link StoredForm}. Thread-safe, without state.
 */
public final class RecordCodec {
    /** Length of a user key in bytes. */
    public static final int USER_KEY_BYTES = 16;
    /** Length of the id of an operation in bytes. */
    public static final int OPERATION_BYTES = 8;

    static final int FORMAT = 1;
    static final int MARKER_FORMAT = 0xE1;
    static final int USER_KEY_AT = 33;
    static final int USER_ID_LENGTH_AT = 89;
    static final int CHECK_BYTES = 4;
    static final int HAS_ROTATION = 1;
    static final int HAS_NONCE = 2;
    static final int PRESENTED = 4;
    static final int HAS_LABEL = 1;
    static final int HAS_CLIENT = 2;
    static final int HAS_IP = 4;
    static final int HAS_USER_AGENT = 8;
    /** Far more than the longest record; what is longer is not even looked at. */
    static final int MAX_BYTES = 64 * 1024;
    /** The end of the year 9999. */
    static final long MAX_TIME = 253_402_300_799_999L;

    private static final int MAX_FIXED_BYTES = 256;

    private RecordCodec() {}

    /** Writes a record. */
    public static byte[] encode(SessionRecord record) {
        AuthSession session = record.session();
        byte[] userId = utf8(session.userId());
        byte[] details = encodeDetails(session);
        ByteBuffer out = ByteBuffer.allocate(MAX_FIXED_BYTES + userId.length + details.length);
        out.put((byte) FORMAT).put(record.secretHash().toBytes()).put(userKey(userId));
        putTime(out, session.createdAtMillis());
        putTime(out, session.lastUsedAtMillis());
        putTime(out, session.authenticatedAtMillis());
        putTime(out, record.idleDeadlineMillis());
        putTime(out, record.absoluteDeadlineMillis());
        putTime(out, record.idleTimeoutMillis());
        out.putInt(Math.toIntExact(session.version()));
        putLong(out, userId);
        putRotation(out, record.rotation());
        out.put(details);
        return Arrays.copyOf(out.array(), out.position());
    }

    /** Writes what an update can change, and what follows it: the end of a record, with its check. */
    public static byte[] encodeDetails(AuthSession session) {
        String label = session.label();
        ClientInfo client = session.client();
        String ip = client == null ? null : client.ip();
        String userAgent = client == null ? null : client.userAgent();
        byte[] meta = utf8(session.metaJson());
        byte[] labelBytes = label == null ? new byte[0] : utf8(label);
        byte[] ipBytes = ip == null ? new byte[0] : utf8(ip);
        byte[] userAgentBytes = userAgent == null ? new byte[0] : utf8(userAgent);
        int flags = (label == null ? 0 : HAS_LABEL)
                | (client == null ? 0 : HAS_CLIENT)
                | (ip == null ? 0 : HAS_IP)
                | (userAgent == null ? 0 : HAS_USER_AGENT);
        ByteBuffer out = ByteBuffer.allocate(
                MAX_FIXED_BYTES + labelBytes.length + ipBytes.length + userAgentBytes.length + meta.length);
        out.putInt(0).put((byte) flags);
        if (label != null) {
            putLong(out, labelBytes);
        }
        if (ip != null) {
            putShort(out, ipBytes);
        }
        if (userAgent != null) {
            putLong(out, userAgentBytes);
        }
        out.put(meta);
        out.putInt(0, check(out.array(), CHECK_BYTES, out.position()));
        return Arrays.copyOf(out.array(), out.position());
    }

    /** The check of the bytes from one offset to before another. */
    static int check(byte[] bytes, int from, int to) {
        CRC32 crc = new CRC32();
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }

    /** Writes a marker. */
    public static byte[] encode(EndedMarker marker, byte[] operation) {
        byte[] reason = utf8(marker.reason());
        ByteBuffer out = ByteBuffer.allocate(MAX_FIXED_BYTES + reason.length);
        out.put((byte) MARKER_FORMAT).put(marker.secretHash().toBytes());
        putTime(out, marker.atMillis());
        out.put(operation, 0, OPERATION_BYTES);
        putShort(out, reason);
        return Arrays.copyOf(out.array(), out.position());
    }

    /** Reads what stands under a session id. */
    public static StoredForm decode(String sessionId, byte[] bytes) {
        return new RecordReader(bytes).read(sessionId);
    }

    /** Whether the bytes are a marker of any format. */
    public static boolean isMarker(byte[] bytes) {
        return bytes.length > 0 && (bytes[0] & 0xFF) >= MARKER_FORMAT;
    }

    /**
     * The user key of a record of any format, also of a newer one.
     *
     * @return null if the bytes are no record
     */
    public static byte @Nullable [] userKeyOf(byte[] bytes) {
        return new RecordReader(bytes).isRecord() ? userKeyIn(bytes) : null;
    }

    /**
     * Whether the bytes are of the form of a record, of any format, of that user; no more than a script can see. For the
     * decision whether it counts, never for reading it.
     */
    public static boolean isRecordOf(byte[] userKey, byte[] bytes) {
        return bytes.length >= USER_ID_LENGTH_AT + 2
                && bytes[0] >= FORMAT
                && Arrays.equals(bytes, USER_KEY_AT, USER_KEY_AT + USER_KEY_BYTES, userKey, 0, USER_KEY_BYTES);
    }

    /** The user key of bytes that have been read as {@link StoredForm.Living}. */
    public static byte[] userKeyIn(byte[] record) {
        return Arrays.copyOfRange(record, USER_KEY_AT, USER_KEY_AT + USER_KEY_BYTES);
    }

    /** The key under which a user's sessions are found: it tells nothing of the user id, and has one length. */
    public static byte[] userKey(String userId) {
        return userKey(utf8(userId));
    }

    static byte[] userKey(byte[] userId) {
        return Arrays.copyOf(SessionIds.userHash(userId), USER_KEY_BYTES);
    }

    private static void putRotation(ByteBuffer out, @Nullable Rotation rotation) {
        if (rotation == null) {
            out.put((byte) 0);
            return;
        }
        Nonce nonce = rotation.nonce();
        int state = HAS_ROTATION | (nonce == null ? 0 : HAS_NONCE) | (rotation.presented() ? PRESENTED : 0);
        out.put((byte) state).put(rotation.previous().toBytes());
        out.put(nonce == null ? new byte[SessionToken.NONCE_BYTES] : nonce.toBytes());
        putTime(out, rotation.atMillis());
        putTime(out, rotation.presented() ? rotation.presentedAtMillis() : 0);
    }

    private static void putTime(ByteBuffer out, long millis) {
        if (millis < 0 || millis > MAX_TIME) {
            throw new IllegalArgumentException("a time must lie between the years 1970 and 9999");
        }
        out.putShort((short) (millis >>> 32)).putInt((int) millis);
    }

    private static void putShort(ByteBuffer out, byte[] text) {
        if (text.length > 0xFF) {
            throw new IllegalArgumentException("a text is longer than 255 bytes");
        }
        out.put((byte) text.length).put(text);
    }

    private static void putLong(ByteBuffer out, byte[] text) {
        if (text.length > 0xFFFF) {
            throw new IllegalArgumentException("a text is longer than 65535 bytes");
        }
        out.putShort((short) text.length).put(text);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
