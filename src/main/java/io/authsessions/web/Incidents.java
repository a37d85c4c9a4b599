package io.authsessions.web;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Faults that clients are told nothing of, as they go to the log: under an id, with the types and the way they took.
 * Texts of exceptions are left out, for they may hold what somebody sent. Thread-safe.
 */
final class Incidents {
    private static final Logger LOG = System.getLogger(Incidents.class.getName());
    private static final int MAX_CAUSES = 8;

    private Incidents() {}

    /** Logs a fault; the URI that names it to the client, so that the two can be brought together. */
    static String log(@Nullable Throwable fault) {
        String id = Long.toHexString(ThreadLocalRandom.current().nextLong());
        LOG.log(Level.ERROR, () -> "incident " + id + ": a request ended with status 500" + describe(fault));
        return "urn:authsessions:incident:" + id;
    }

    private static String describe(@Nullable Throwable fault) {
        StringBuilder text = new StringBuilder();
        Throwable cause = fault;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++, cause = cause.getCause()) {
            text.append(i == 0 ? "\n" : "\ncaused by ").append(cause.getClass().getName());
            for (StackTraceElement frame : cause.getStackTrace()) {
                text.append("\n\tat ").append(frame);
            }
        }
        return text.toString();
    }
}
