package io.authsessions.store.redis;

import io.authsessions.store.StoreException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The error replies of Redis, by the word they begin with. What follows that word may hold a whole command with its
 * values, so it is read by nobody. A command that was answered with one has not run.
 */
enum ErrorReply {
    /** The server is a replica; after a failover a new connection may lead to the primary. */
    READONLY(Concern.TEMPORARY),
    /** Too few replicas are connected for a write, as where another server has been promoted. */
    NOREPLICAS(Concern.TEMPORARY),
    /** A replica has lost its primary. */
    MASTERDOWN(Concern.TEMPORARY),
    /** The server reads its data from disk. */
    LOADING(Concern.TEMPORARY),
    /** Somebody's script runs for too long. */
    BUSY(Concern.TEMPORARY),
    /** The cluster does not serve all slots. */
    CLUSTERDOWN(Concern.TEMPORARY),
    /** Keys of one script are apart while their slot moves. */
    TRYAGAIN(Concern.TEMPORARY),
    /** A slot moves to another node. */
    ASK(Concern.TEMPORARY),
    /** Writes are refused since the last snapshot failed. */
    MISCONF(Concern.OPERATOR),
    /** No memory is left. */
    OOM(Concern.FULL),
    /** The user may not do this. */
    NOPERM(Concern.OPERATOR),
    /** The user or the password is wrong. */
    WRONGPASS(Concern.OPERATOR),
    /** A password is needed. */
    NOAUTH(Concern.OPERATOR),
    /** The server is a member of a cluster and another one holds the key. */
    MOVED(Concern.OPERATOR),
    /** The keys of one command lie apart. */
    CROSSSLOT(Concern.OPERATOR),
    /** A key holds another type than ours. */
    WRONGTYPE(Concern.DATA),
    /** The server does not know the script. */
    NOSCRIPT(Concern.DATA),
    /** Any other. */
    OTHER(Concern.OPERATOR);

    private enum Concern {
        /** Passes by itself. */
        TEMPORARY,
        /** Stays until somebody changes the configuration of Redis or ours. */
        OPERATOR,
        FULL,
        DATA
    }

    /**
     * How Redis before version 7 words an error that a command inside a script met, up to the error: where it ended the
     * script, and where the script gave it back as its answer.
     */
    private static final Pattern IN_SCRIPT =
            Pattern.compile("(?:ERR Error running script \\(call to f_[0-9a-f]*\\): (?:@?user_script: ?[0-9]+: )*"
                    + "|(?:@?user_script: ?[0-9]+: )+)-?");

    private static final String DENIED_IN_SCRIPT = "The user executing the script can't";

    private static final String DENIED_IN_NEWER_SCRIPT = "ACL failure in script";

    private final Concern concern;

    ErrorReply(Concern concern) {
        this.concern = concern;
    }

    /** The error that a reply begins with. Some servers put {@code ERR} before it. */
    static ErrorReply of(@Nullable String text) {
        if (text == null) {
            return OTHER;
        }
        Matcher inScript = IN_SCRIPT.matcher(text);
        if (inScript.lookingAt()) {
            String error = text.substring(inScript.end());
            return error.startsWith(DENIED_IN_SCRIPT) ? NOPERM : named(word(error, 0));
        }
        String word = word(text, 0);
        if (word.equals("ERR")) {
            if (text.startsWith(DENIED_IN_SCRIPT, 4) || text.startsWith(DENIED_IN_NEWER_SCRIPT, 4)) {
                return NOPERM;
            }
            word = word(text, 4);
        }
        return named(word);
    }

    private static ErrorReply named(String word) {
        for (ErrorReply reply : values()) {
            if (reply != OTHER && reply.name().equals(word)) {
                return reply;
            }
        }
        return OTHER;
    }

    private static String word(String text, int from) {
        int start = Math.min(from, text.length());
        int end = text.indexOf(' ', start);
        return end < 0 ? text.substring(start) : text.substring(start, end);
    }

    /** Whether somebody has to do something about it. */
    boolean needsOperator() {
        return concern == Concern.OPERATOR || concern == Concern.FULL;
    }

    /** Whether a new connection may lead to a server, or a login, that does not answer so. */
    boolean asksForNewConnection() {
        return this == NOREPLICAS || this == NOAUTH;
    }

    /** Whether only a replica answers so. */
    boolean isOfReplica() {
        return this == READONLY || this == MASTERDOWN;
    }

    /** Whether the last word of it names another server. */
    boolean redirects() {
        return this == MOVED || this == ASK;
    }

    /** The detail of the {@link StoreException}. */
    String detail() {
        if (this == WRONGTYPE) {
            return RedisCommands.WRONG_TYPE;
        }
        return concern == Concern.FULL ? StoreException.FULL : StoreException.UNAVAILABLE;
    }
}
