package io.authsessions.secrets;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.MessageDigestSpi;
import java.security.Provider;
import java.util.Arrays;

/**
 * SHA-256 as the JVM has it, before its own in the order of providers. Tells the secrets of this run about each text of the
 * form of a token's secret that is hashed: there is no session without, whoever makes it, so that no test has to say which
 * tokens it was given.
 */
public final class WatchedHashes extends Provider {
    private static final long serialVersionUID = 1L;

    WatchedHashes() {
        super("WatchedHashes", "1", "SHA-256 that knows the secrets of a test run");
        put("MessageDigest.SHA-256", Sha256.class.getName());
    }

    /** The digest itself; public for the JVM. */
    public static final class Sha256 extends MessageDigestSpi implements Cloneable {
        private MessageDigest real;
        private byte[] first = new byte[IssuedSecrets.SECRET_CHARS];
        private int length;

        /** For the JVM. */
        public Sha256() throws GeneralSecurityException {
            real = MessageDigest.getInstance("SHA-256", "SUN");
        }

        @Override
        protected int engineGetDigestLength() {
            return real.getDigestLength();
        }

        @Override
        protected void engineUpdate(byte input) {
            engineUpdate(new byte[] {input}, 0, 1);
        }

        @Override
        protected void engineUpdate(byte[] input, int offset, int count) {
            if (length + count <= first.length) {
                System.arraycopy(input, offset, first, length, count);
            }
            length = Math.min(length + count, first.length + 1);
            real.update(input, offset, count);
        }

        @Override
        protected void engineUpdate(ByteBuffer input) {
            length = first.length + 1;
            real.update(input);
        }

        @Override
        protected byte[] engineDigest() {
            byte[] hash = real.digest();
            if (length == first.length && isBase62(first)) {
                RunRecorder.note(first, hash);
            }
            length = 0;
            return hash;
        }

        @Override
        protected int engineDigest(byte[] target, int offset, int count) {
            byte[] hash = engineDigest();
            System.arraycopy(hash, 0, target, offset, hash.length);
            return hash.length;
        }

        @Override
        protected void engineReset() {
            length = 0;
            real.reset();
        }

        @Override
        public Object clone() throws CloneNotSupportedException {
            Sha256 copy = (Sha256) super.clone();
            copy.real = (MessageDigest) real.clone();
            copy.first = Arrays.copyOf(first, first.length);
            return copy;
        }

        private static boolean isBase62(byte[] text) {
            for (byte c : text) {
                boolean isDigit = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
                if (!isDigit) {
                    return false;
                }
            }
            return true;
        }
    }
}
