package io.authsessions.model;

import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the value of the {@code Authorization} header (RFC 6750), under the names of the npm package
 * {@code authsessions}. What that package calls a session id is the token here.
 */
public final class SessionUtils {
    private static final String SCHEME = "Bearer";

    private SessionUtils() {}

    /**
     * The token in a header value, as it was sent; it may be anybody's. The scheme is {@code Bearer} in any case,
     * followed by spaces and one token68, and nothing else.
     *
     * @return the token, or null for anything else, null included
     */
    public static @Nullable String getSessionIdFromAuthToken(@Nullable String header) {
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        int start = SCHEME.length();
        while (start < header.length() && header.charAt(start) == ' ') {
            start++;
        }
        String token = header.substring(start);
        return start > SCHEME.length() && isToken68(token) ? token : null;
    }

    /**
     * The header value that presents a token.
     *
     * @throws IllegalArgumentException if it is not one token68; the message does not repeat it
     */
    public static String getAuthTokenForSessionId(String token) {
        if (!isToken68(token)) {
            throw new IllegalArgumentException("a bearer token has letters, digits and -._~+/ only, then =");
        }
        return SCHEME + " " + token;
    }

    /** RFC 9110, 11.2. */
    private static boolean isToken68(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '=') {
            end--;
        }
        for (int i = 0; i < end; i++) {
            if (!Base62.isBase62(text, i, i + 1) && "-._~+/".indexOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return end > 0;
    }
}
