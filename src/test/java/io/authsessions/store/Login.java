package io.authsessions.store;

import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionToken;

/**
 * A session as its holder knows it.
 *
 * @param token that signs in
 * @param record as it was created
 */
public record Login(SessionToken token, SessionRecord record) {
    /** The session's id. */
    public String id() {
        return record.id();
    }

    /** What the store keeps of the token. */
    public SecretHash hash() {
        return token.secretHash();
    }

    /** The same session with the token that follows by a rotation. */
    public Login after(Nonce nonce) {
        return new Login(token.successor(nonce.toBytes()), record);
    }
}
