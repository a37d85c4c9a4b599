package io.authsessions.web;

import io.authsessions.model.SessionToken;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What a request presents to say who sends it. Only headers are looked at: never the URL, never the body. */
sealed interface Credentials {
    /** Nothing that is ours: neither an Authorization header nor the cookie, or a header of another scheme. */
    Credentials NONE = new None();
    /** A repeated Authorization header, or a Bearer scheme that is not followed by one token68 (RFC 6750, 2.1). */
    Credentials MALFORMED = new Malformed();

    /** The session cookie more than once: one of them was put there by somebody else. */
    Credentials REPEATED_COOKIE = new RepeatedCookie();

    /** See {@link #NONE}. */
    record None() implements Credentials {}

    /** See {@link #MALFORMED}. */
    record Malformed() implements Credentials {}

    /**
     * A bearer token.
     *
     * @param token null if what was sent is a token68 (RFC 9110, 11.2) and none of ours
     */
    record Bearer(@Nullable SessionToken token) implements Credentials {}

    /** See {@link #REPEATED_COOKIE}. */
    record RepeatedCookie() implements Credentials {}

    /**
     * The value of the session cookie as it was sent; it may be anything.
     *
     * @param value without the blanks around it
     */
    record Cookie(String value) implements Credentials {
        @Override
        public String toString() {
            return "Cookie[redacted]";
        }
    }

    /**
     * Reads the headers of a request. Total: whatever stands in them gives one of these. With an Authorization header
     * cookies are not looked at.
     *
     * @param cookie the cookie to read, or null for none
     */
    static Credentials read(MultiMap headers, @Nullable SessionCookie cookie) {
        String value = headers.get(HttpHeaders.AUTHORIZATION);
        if (value == null) {
            return cookie == null ? NONE : cookie.read(headers);
        }
        Count count = new Count();
        headers.forEach(count);
        return count.authorizations == 1 ? ofHeader(value) : MALFORMED;
    }

    private static Credentials ofHeader(String value) {
        String scheme = "Bearer";
        int position = scheme.length();
        if (!value.startsWith(scheme) && !value.regionMatches(true, 0, scheme, 0, position)) {
            return NONE;
        }
        if (position < value.length() && isSchemeCharacter(value.charAt(position))) {
            return NONE;
        }
        int start = position;
        while (start < value.length() && value.charAt(start) == ' ') {
            start++;
        }
        if (start == position) {
            return MALFORMED;
        }
        SessionToken token = SessionToken.parse(value, start);
        return token != null || Token68.is(value, start) ? new Bearer(token) : MALFORMED;
    }

    /** A token of RFC 9110, 5.6.2, which is what the name of a scheme is. */
    private static boolean isSchemeCharacter(char c) {
        return isAlphanumeric(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    /** Counts Authorization headers: a list of them would cost more than a look at each header of most requests. */
    final class Count implements BiConsumer<String, String> {
        private static final String AUTHORIZATION = HttpHeaders.AUTHORIZATION.toString();

        private int authorizations;

        @Override
        public void accept(String name, String value) {
            if (name.equals(AUTHORIZATION) || name.equalsIgnoreCase(AUTHORIZATION)) {
                authorizations++;
            }
        }
    }
}
