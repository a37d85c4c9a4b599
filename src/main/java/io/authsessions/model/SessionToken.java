package io.authsessions.model;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The bearer secret of a session, {@code aus1_<id>_<secret><check>}: base62 throughout, so that a double-click selects
 * all of it and it is safe in headers, cookies and URLs. The id has 22 characters, the secret 43 (256 bits from a
 * {@link SecureRandom}; OWASP ASVS 5.0, 7.2.3 asks for 128), the check is the CRC-32 of all before it in 6. A string
 * that fails shape or check costs no store read. The prefix lets secret scanners find leaked tokens.
 *
 * <p>Only {@link #reveal()} gives the text; {@code toString} redacts it.
 */
public final class SessionToken {
    /** What each token of this format begins with. */
    public static final String PREFIX = "aus1_";
    /** Length of a token in characters. */
    public static final int LENGTH = 77;
    /** Length of a rotation's nonce in bytes. */
    public static final int NONCE_BYTES = 16;

    private static final int SECRET_CHARS = 43;
    private static final int CHECK_CHARS = 6;
    private static final int ID_END = PREFIX.length() + SessionIds.LENGTH;
    private static final int SECRET_START = ID_END + 1;
    private static final int SECRET_END = SECRET_START + SECRET_CHARS;

    private final String text;
    private final byte[] ascii;
    /** Where it begins in both. */
    private final int start;

    private SessionToken(String text, byte[] ascii, int start) {
        this.text = text;
        this.ascii = ascii;
        this.start = start;
    }

    /**
     * Reads a token that somebody presents. Total: whatever is not a token of this format, null included, gives null.
     */
    public static @Nullable SessionToken parse(@Nullable String text) {
        return parse(text, 0);
    }

    /**
     * As {@link #parse(String)} for what stands at the end of a longer text, such as a header, without a copy of it.
     *
     * @param start where it begins; not negative
     */
    public static @Nullable SessionToken parse(@Nullable String text, int start) {
        if (text == null
                || text.length() - start != LENGTH
                || !text.startsWith(PREFIX, start)
                || text.charAt(start + ID_END) != '_') {
            return null;
        }
        // What is not Latin-1 becomes a question mark here, which is no digit either; of a surrogate pair one is made.
        byte[] ascii = text.getBytes(StandardCharsets.ISO_8859_1);
        boolean isToken = ascii.length == text.length()
                && Base62.isBase62(ascii, start + PREFIX.length(), start + ID_END)
                && Base62.isBase62(ascii, start + SECRET_START, start + LENGTH)
                && Base62.decode(text, start + SECRET_END, start + LENGTH) == check(ascii, start);
        return isToken ? new SessionToken(text, ascii, start) : null;
    }

    /** A new token with a fresh secret for the session of that id. */
    public static SessionToken issue(String id, SecureRandom random) {
        byte[] secret = new byte[SecretHash.BYTES];
        random.nextBytes(secret);
        return of(id, secret);
    }

    /**
     * The token that follows this one when the session is rotated: its secret is HMAC-SHA-256(this secret, nonce).
     * Every request that rotates with this token and the store's one nonce comes to the same successor, and nobody can
     * compute it who has only the nonce.
     */
    public SessionToken successor(byte[] nonce) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret().getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
            return of(id(), mac.doFinal(nonce));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    /** The public id of the session. */
    public String id() {
        return text.substring(start + PREFIX.length(), start + ID_END);
    }

    /** The id of the session as a key. */
    public SessionKey key() {
        return SessionKey.at(ascii, start + PREFIX.length());
    }

    /** What the store keeps of the secret. */
    public SecretHash secretHash() {
        return SecretHash.of(ascii, start + SECRET_START, start + SECRET_END);
    }

    /** The token itself, for the one answer that hands it out. */
    public String reveal() {
        return text.substring(start);
    }

    @Override
    public String toString() {
        return PREFIX + id() + "_[redacted]";
    }

    private String secret() {
        return text.substring(start + SECRET_START, start + SECRET_END);
    }

    private static SessionToken of(String id, byte[] secret) {
        String body = PREFIX + id + "_" + Base62.encode(secret, SECRET_CHARS);
        long check = check(body.getBytes(StandardCharsets.ISO_8859_1), 0);
        String text = body + Base62.encode(check, CHECK_CHARS);
        return new SessionToken(text, text.getBytes(StandardCharsets.ISO_8859_1), 0);
    }

    private static long check(byte[] ascii, int start) {
        CRC32 crc = new CRC32();
        crc.update(ascii, start, SECRET_END);
        return crc.getValue();
    }
}
