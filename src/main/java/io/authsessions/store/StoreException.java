package io.authsessions.store;

import org.jspecify.annotations.Nullable;

/**
 * The store is broken, too slow, overloaded or newer than this program. The message is a fixed text of ours: what a
 * driver said may hold a whole command with its values, and goes nowhere.
 */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The store cannot be reached or refuses to work. */
    public static final String UNAVAILABLE = "store_unavailable";
    /** The store did not answer in time; the outcome of a change is not known. */
    public static final String TIMEOUT = "store_timeout";
    /** Too many calls are under way; this one was not sent. */
    public static final String OVERLOADED = "overloaded";
    /** The store has no room for another session. */
    public static final String FULL = "store_full";
    /** The record was written by a newer version of this software. */
    public static final String NEWER_FORMAT = "newer_format";

    private final String detail;

    /**
     * A failure of the store.
     *
     * @param detail one of the names here
     * @param message a fixed text
     * @param cause for the log only, or null
     */
    public StoreException(String detail, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.detail = detail;
    }

    /** The {@code code} of the problem, stable. */
    public String detail() {
        return detail;
    }
}
