package io.authsessions.web;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.List;

/** What a request presents to say who sends it. Only headers are looked at: never the URL, never the body. */
sealed interface Credentials {
    /** Nothing that is ours: no Authorization header, or one of another scheme. */
    Credentials NONE = new None();
    /** A repeated Authorization header, or a Bearer scheme that is not followed by one token68 (RFC 6750, 2.1). */
    Credentials MALFORMED = new Malformed();

    /** See {@link #NONE}. */
    record None() implements Credentials {}

    /** See {@link #MALFORMED}. */
    record Malformed() implements Credentials {}

    /**
     * A bearer token as it was sent; it may be anybody's.
     *
     * @param token one token68
     */
    record Bearer(String token) implements Credentials {
        @Override
        public String toString() {
            return "Bearer[redacted]";
        }
    }

    /** Reads the headers of a request. Total: whatever stands in them gives one of the three. */
    static Credentials read(MultiMap headers) {
        List<String> values = headers.getAll(HttpHeaders.AUTHORIZATION);
        return switch (values.size()) {
            case 0 -> NONE;
            case 1 -> ofHeader(values.get(0));
            default -> MALFORMED;
        };
    }

    private static Credentials ofHeader(String value) {
        String scheme = "Bearer";
        int position = scheme.length();
        if (!value.regionMatches(true, 0, scheme, 0, position)) {
            return NONE;
        }
        if (position < value.length() && isSchemeCharacter(value.charAt(position))) {
            return NONE;
        }
        int start = position;
        while (start < value.length() && value.charAt(start) == ' ') {
            start++;
        }
        return start > position && isToken68(value, start) ? new Bearer(value.substring(start)) : MALFORMED;
    }

    private static boolean isToken68(String value, int start) {
        int end = value.length();
        while (end > start && value.charAt(end - 1) == '=') {
            end--;
        }
        for (int i = start; i < end; i++) {
            char c = value.charAt(i);
            if (!isAlphanumeric(c) && "-._~+/".indexOf(c) < 0) {
                return false;
            }
        }
        return end > start;
    }

    /** A token of RFC 9110, 5.6.2, which is what the name of a scheme is. */
    private static boolean isSchemeCharacter(char c) {
        return isAlphanumeric(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
