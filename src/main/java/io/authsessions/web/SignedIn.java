package io.authsessions.web;

import io.authsessions.model.AuthSession;
import org.jspecify.annotations.Nullable;

/**
 * A session whose token was just handed out: in the cookie, which is on the answer already, or here. {@code toString}
 * redacts the token.
 *
 * @param session the session
 * @param token the bearer secret, for the client alone; null if it went into the cookie
 */
public record SignedIn(AuthSession session, @Nullable String token) {
    @Override
    public String toString() {
        return "SignedIn[session=" + session + ", token=" + (token == null ? "in the cookie" : "[redacted]") + "]";
    }
}
