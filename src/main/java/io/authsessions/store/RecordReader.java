package io.authsessions.store;

import io.authsessions.model.AuthSession;
import io.authsessions.model.ClientInfo;
import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionToken;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Reads one string of bytes in the form of {@link RecordCodec}. Confined to the thread that reads. */
final class RecordReader {
    private static final StoredForm CORRUPT = new StoredForm.Corrupt();
    private static final StoredForm NEWER = new StoredForm.Newer();

    private final byte[] bytes;
    private final ByteBuffer in;

    RecordReader(byte[] bytes) {
        this.bytes = bytes;
        this.in = ByteBuffer.wrap(bytes);
    }

    StoredForm read(String sessionId) {
        int format = bytes.length == 0 ? 0 : bytes[0] & 0xFF;
        try {
            if (format >= RecordCodec.MARKER_FORMAT) {
                return marker(format > RecordCodec.MARKER_FORMAT);
            }
            if (!isRecord()) {
                return CORRUPT;
            }
            return format == RecordCodec.FORMAT ? new StoredForm.Living(record(sessionId)) : NEWER;
        } catch (BufferUnderflowException | IllegalArgumentException | CharacterCodingException e) {
            return CORRUPT;
        }
    }

    /** Whether the part that all formats share is sound. The user key makes it more than likely that we wrote it. */
    boolean isRecord() {
        if (bytes.length < RecordCodec.USER_ID_LENGTH_AT + 2 || bytes.length > RecordCodec.MAX_BYTES) {
            return false;
        }
        int userIdLength = in.getShort(RecordCodec.USER_ID_LENGTH_AT) & 0xFFFF;
        int userIdAt = RecordCodec.USER_ID_LENGTH_AT + 2;
        if (bytes[0] < RecordCodec.FORMAT || userIdLength == 0 || bytes.length < userIdAt + userIdLength) {
            return false;
        }
        byte[] userId = new byte[userIdLength];
        in.get(userIdAt, userId);
        byte[] stored = new byte[RecordCodec.USER_KEY_BYTES];
        in.get(RecordCodec.USER_KEY_AT, stored);
        return MessageDigest.isEqual(stored, RecordCodec.userKey(userId));
    }

    private SessionRecord record(String sessionId) throws CharacterCodingException {
        in.position(1);
        SecretHash secretHash = hash();
        in.position(in.position() + RecordCodec.USER_KEY_BYTES);
        long created = time();
        long lastUsed = time();
        long authenticated = time();
        long idleDeadline = time();
        long absoluteDeadline = time();
        long idleTimeout = time();
        long version = Integer.toUnsignedLong(in.getInt());
        require(version > 0 && idleTimeout > 0 && idleDeadline > 0 && absoluteDeadline > 0);
        String userId = text(in.getShort() & 0xFFFF);
        Rotation rotation = rotation();
        require(in.getInt() == RecordCodec.check(bytes, in.position(), bytes.length));
        int flags = in.get();
        require(flags >= 0 && flags < 2 * RecordCodec.HAS_USER_AGENT);
        String label = has(flags, RecordCodec.HAS_LABEL) ? text(in.getShort() & 0xFFFF) : null;
        String ip = has(flags, RecordCodec.HAS_IP) ? text(in.get() & 0xFF) : null;
        String userAgent = has(flags, RecordCodec.HAS_USER_AGENT) ? text(in.getShort() & 0xFFFF) : null;
        boolean hasClient = has(flags, RecordCodec.HAS_CLIENT);
        require(hasClient || (ip == null && userAgent == null));
        String meta = text(in.remaining());
        AuthSession session = new AuthSession(
                sessionId,
                userId,
                label,
                meta,
                hasClient ? new ClientInfo(ip, userAgent) : null,
                created,
                lastUsed,
                authenticated,
                Math.min(idleDeadline, absoluteDeadline),
                version);
        return new SessionRecord(session, secretHash, idleTimeout, idleDeadline, absoluteDeadline, rotation);
    }

    private @Nullable Rotation rotation() {
        int state = in.get();
        if (state == 0) {
            return null;
        }
        require(has(state, RecordCodec.HAS_ROTATION) && state > 0 && state < 2 * RecordCodec.PRESENTED);
        SecretHash previous = hash();
        byte[] nonce = new byte[SessionToken.NONCE_BYTES];
        in.get(nonce);
        long at = time();
        long presentedAt = time();
        return new Rotation(
                previous,
                has(state, RecordCodec.HAS_NONCE) ? Nonce.fromBytes(nonce) : null,
                at,
                has(state, RecordCodec.PRESENTED) ? presentedAt : Rotation.NOT_PRESENTED);
    }

    /** A newer marker may say more at its end. */
    private StoredForm marker(boolean newer) throws CharacterCodingException {
        in.position(1);
        SecretHash secretHash = hash();
        long at = time();
        in.position(in.position() + RecordCodec.OPERATION_BYTES);
        String reason = text(in.get() & 0xFF);
        require(isReason(reason) && (newer || !in.hasRemaining()));
        return newer ? NEWER : new StoredForm.Ended(new EndedMarker(reason, at, secretHash));
    }

    private static boolean isReason(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> (c >= 'a' && c <= 'z') || c == '_');
    }

    private SecretHash hash() {
        byte[] hash = new byte[SecretHash.BYTES];
        in.get(hash);
        return SecretHash.fromBytes(hash);
    }

    private long time() {
        long millis = (in.getShort() & 0xFFFFL) << 32 | Integer.toUnsignedLong(in.getInt());
        require(millis <= RecordCodec.MAX_TIME);
        return millis;
    }

    private String text(int length) throws CharacterCodingException {
        if (in.remaining() < length) {
            throw new BufferUnderflowException();
        }
        int from = in.position();
        in.position(from + length);
        String text = new String(bytes, from, length, StandardCharsets.UTF_8);
        // Reading in the fast way puts U+FFFD in the place of what is wrong; whether it stood there is seen slowly.
        return text.indexOf('\uFFFD') < 0
                ? text
                : StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes, from, length))
                        .toString();
    }

    private static boolean has(int flags, int flag) {
        return (flags & flag) != 0;
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw new IllegalArgumentException("the record is damaged");
        }
    }
}
