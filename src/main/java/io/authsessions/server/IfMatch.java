package io.authsessions.server;

import io.authsessions.model.AuthSession;
import io.authsessions.model.InvalidRequestException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The condition on a change (RFC 9110, 13.1.1): only if the session still has one of these versions. A session's entity
 * tag is its version in quotation marks.
 *
 * @param tags the strong entity tags that were named, or null for any version, which {@code *} and no condition mean
 */
record IfMatch(@Nullable Set<String> tags) {
    private static final IfMatch ANY = new IfMatch(null);
    private static final String WEAK = "W/";

    /**
     * Reads the header, which may come in several lines.
     *
     * @throws InvalidRequestException if it is neither {@code *} nor a list of entity tags
     */
    static IfMatch of(HttpServerRequest request) {
        List<String> lines = request.headers().getAll(HttpHeaders.IF_MATCH);
        String text = String.join(",", lines).strip();
        return lines.isEmpty() || text.equals("*") ? ANY : new IfMatch(readList(text));
    }

    /** Whether the condition names versions at all. */
    boolean isConditional() {
        return tags != null;
    }

    /** Whether a session as it is now fulfils it. */
    boolean holdsFor(AuthSession session) {
        return tags == null || tags.contains(tagOf(session));
    }

    /** The entity tag of a session. */
    static String tagOf(AuthSession session) {
        return "\"" + session.version() + "\"";
    }

    /** Weak tags are left out: the comparison of If-Match is the strong one, to which they are never equal. */
    private static Set<String> readList(String text) {
        Set<String> strong = new HashSet<>();
        boolean any = false;
        boolean separated = true;
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ',' || c == ' ' || c == '\t') {
                separated |= c == ',';
                at++;
                continue;
            }
            boolean weak = text.startsWith(WEAK, at);
            int start = weak ? at + WEAK.length() : at;
            int end = separated ? endOfTag(text, start) : -1;
            if (end < 0) {
                throw malformed();
            }
            if (!weak) {
                strong.add(text.substring(start, end));
            }
            any = true;
            separated = false;
            at = end;
        }
        if (!any) {
            throw malformed();
        }
        return Set.copyOf(strong);
    }

    /** Where an entity tag that begins at the start ends, or -1 if there is none. */
    private static int endOfTag(String text, int start) {
        if (start >= text.length() || text.charAt(start) != '"') {
            return -1;
        }
        int at = start + 1;
        while (at < text.length() && text.charAt(at) > ' ' && text.charAt(at) != '"' && text.charAt(at) != 0x7F) {
            at++;
        }
        return at < text.length() && text.charAt(at) == '"' ? at + 1 : -1;
    }

    private static InvalidRequestException malformed() {
        return new InvalidRequestException("If-Match", "must be * or a list of entity tags in quotation marks");
    }
}
