package io.authsessions.model;

import org.jspecify.annotations.Nullable;

/**
 * Every way in which a call can fail, the same in process, on the bus and over HTTP. The bus carries
 * {@link #busCode()} as the code of a {@code ServiceException}; the numbers are stable.
 */
public enum FailureCode {
    /** The request breaks a rule; nothing was changed. */
    INVALID(400, "invalid_request"),
    /** There is no such session, or it is not the caller's. */
    NOT_FOUND(404, "not_found"),
    /** Somebody changed the session in between; nothing was changed. */
    CONFLICT(409, "version_conflict"),
    /** The user holds as many sessions as permitted, and the policy is to refuse. */
    LIMIT(429, "session_limit"),
    /** The store is down, stalled, overloaded or newer than this program; try again later. */
    UNAVAILABLE(503, "store_unavailable"),
    /** A fault of this software. */
    INTERNAL(500, "internal");

    private final int busCode;
    private final String defaultDetail;

    FailureCode(int busCode, String defaultDetail) {
        this.busCode = busCode;
        this.defaultDetail = defaultDetail;
    }

    /** The number on the bus, which is also the HTTP status where a route has no better one. */
    public int busCode() {
        return busCode;
    }

    /** The {@code code} in problem details where nothing more is known. */
    public String defaultDetail() {
        return defaultDetail;
    }

    /** The code of that number, or null. */
    public static @Nullable FailureCode ofBusCode(int busCode) {
        for (FailureCode code : values()) {
            if (code.busCode == busCode) {
                return code;
            }
        }
        return null;
    }
}
