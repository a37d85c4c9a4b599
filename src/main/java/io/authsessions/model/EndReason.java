package io.authsessions.model;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Why a session ended: one of the names here, or the application's own of the form {@code [a-z_]{1,32}}. */
public final class EndReason {
    /** The person signed out. */
    public static final String SIGNED_OUT = "signed_out";
    /** Somebody else ended it: the person from another device, or an operator. */
    public static final String REVOKED = "revoked";
    /** It had to make room for a newer one. */
    public static final String LIMIT = "limit";
    /** A token was presented that had been replaced: it may have been stolen. */
    public static final String TOKEN_REUSE = "token_reuse";
    /** Its time was over. */
    public static final String EXPIRED = "expired";

    private static final Pattern FORM = Pattern.compile("[a-z_]{1,32}");

    private EndReason() {}

    /**
     * Checks a reason that a caller gives.
     *
     * @throws InvalidRequestException if it is not of the form
     */
    public static String check(@Nullable String reason) {
        if (reason == null || !FORM.matcher(reason).matches()) {
            throw new InvalidRequestException("reason", "must be 1 to 32 characters out of a-z and _");
        }
        return reason;
    }
}
