package io.authsessions.web;

import java.time.Duration;

/** The values of WWW-Authenticate that one handler answers with (RFC 6750, 3 and RFC 9470, 3). Immutable. */
final class Challenges {
    static final String DEFAULT_REALM = "authsessions";
    private static final int MAX_REALM = 128;
    private static final int MAX_REASON = 32;

    private final String realm;
    private final String invalidToken;
    private final Refusal noCredentials;
    private final Refusal malformed;
    private final Refusal unknownToken;
    private final Refusal crossSite = new Refusal(ProblemCode.CROSS_SITE_REQUEST, null);
    private final Refusal repeatedCookie = new Refusal(ProblemCode.INVALID_REQUEST, null);

    /**
     * Prepares what never changes from one request to the next.
     *
     * @throws IllegalArgumentException if the realm cannot stand in a quoted string as it is
     */
    Challenges(String realm) {
        if (!isPlainText(realm)) {
            throw new IllegalArgumentException("a realm has 1 to " + MAX_REALM
                    + " printable ASCII characters without quotation mark and backslash");
        }
        this.realm = realm;
        String plain = "Bearer realm=\"" + realm + "\"";
        this.invalidToken = plain + ", error=\"invalid_token\"";
        this.noCredentials = new Refusal(ProblemCode.NO_CREDENTIALS, plain);
        this.malformed = new Refusal(ProblemCode.INVALID_REQUEST, plain + ", error=\"invalid_request\"");
        this.unknownToken = new Refusal(ProblemCode.INVALID_TOKEN, invalidToken);
    }

    String realm() {
        return realm;
    }

    /** Without an error: the client may not have known that a session is needed. */
    Refusal noCredentials() {
        return noCredentials;
    }

    Refusal malformed() {
        return malformed;
    }

    Refusal unknownToken() {
        return unknownToken;
    }

    /** Other credentials would not help. */
    Refusal crossSite() {
        return crossSite;
    }

    Refusal repeatedCookie() {
        return repeatedCookie;
    }

    /** For the holder of the right secret of a session that ended. */
    Refusal ended(String reason) {
        return isReason(reason)
                ? new Refusal(ProblemCode.INVALID_TOKEN, invalidToken + ", error_description=\"" + reason + "\"")
                : unknownToken;
    }

    Refusal notFresh(Duration freshFor) {
        return new Refusal(
                ProblemCode.INSUFFICIENT_USER_AUTHENTICATION,
                "Bearer realm=\"" + realm + "\", error=\"insufficient_user_authentication\", max_age=\""
                        + freshFor.toSeconds() + "\"");
    }

    private static boolean isPlainText(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                return false;
            }
        }
        return !text.isBlank() && text.length() <= MAX_REALM;
    }

    /** The reason may come from a service of another make, and goes into a header. */
    private static boolean isReason(String reason) {
        for (int i = 0; i < reason.length(); i++) {
            char c = reason.charAt(i);
            if (c != '_' && (c < 'a' || c > 'z')) {
                return false;
            }
        }
        return !reason.isEmpty() && reason.length() <= MAX_REASON;
    }
}
