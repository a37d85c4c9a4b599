package io.authsessions.web;

import io.authsessions.model.SessionToken;
import java.security.SecureRandom;
import java.util.List;

/** What the hostile inputs are sent to: a handler alone or a whole server, with one session of ada. */
public interface CorpusTarget {
    /** Where it listens, on loopback. */
    int port();

    /** A place that shows the session to a GET. */
    String path();

    /** A place that takes a POST of whoever has a session. */
    String postPath();

    /** The good token. */
    String token();

    /** The token of a session that was signed out. */
    String endedToken();

    /** What was asked since the last {@link #forget}. */
    List<String> calls();

    /** Begins anew. */
    void forget();

    /** Fails if anything was changed since the last {@link #forget}. */
    void assertNothingWritten();

    /** A token of good form that nobody has issued. */
    static String unknownToken() {
        return SessionToken.issue("0".repeat(22), new SecureRandom()).reveal();
    }
}
