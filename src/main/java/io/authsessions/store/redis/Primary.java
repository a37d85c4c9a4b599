package io.authsessions.store.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The one server to which all connections of a store lead. A connection that survives a failover leads to a server that
 * decides nothing any more: what is read there may have changed where the others write and read marks. So each connection
 * belongs to a term, and the term ends for all of them at once as soon as one finds a replica, or another server than
 * before. Thread-safe; {@link #term} is read without a lock.
 */
final class Primary {
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Pattern ROLE = Pattern.compile("(?m)^role:(\\w+)");
    /** A server that is promoted begins a history of its own; a replica has that of its primary. */
    private static final Pattern HISTORY = Pattern.compile("(?m)^master_replid:(\\w+)");

    private final boolean asked;
    private final List<Runnable> followers = new CopyOnWriteArrayList<>();
    private volatile long term;
    private @Nullable String history;
    private long endedAt = System.nanoTime() - PAUSE_NANOS;

    private Primary(boolean asked) {
        this.asked = asked;
    }

    /** Of which each connection asks whether it is one, and which. */
    static Primary unknown() {
        return new Primary(true);
    }

    /** A member of a Cluster, which by itself sends away whoever asks for what it does not serve. */
    static Primary member() {
        return new Primary(false);
    }

    /** Whether servers are asked what they are. */
    boolean isAsked() {
        return asked;
    }

    /** What tells whether a server is a primary, and which. */
    static Request question() {
        return Request.cmd(Command.INFO).arg("replication");
    }

    static boolean isReplica(@Nullable Response answer) {
        Matcher role = ROLE.matcher(String.valueOf(answer));
        return role.find() && !role.group(1).equals("master");
    }

    /** The present term: that of the connections that count. */
    long term() {
        return term;
    }

    /** Says what to do when a term has ended; on any thread. */
    void follow(Runnable follower) {
        followers.add(follower);
    }

    /**
     * Takes what a primary has answered on a new connection, or on one of the present term.
     *
     * @return the term to which that connection belongs
     */
    long recognize(@Nullable Response answer) {
        Matcher told = HISTORY.matcher(String.valueOf(answer));
        String found = told.find() ? told.group(1) : null;
        long current;
        boolean another;
        synchronized (this) {
            another = found != null && history != null && !found.equals(history);
            history = found == null ? history : found;
            if (another) {
                endTerm();
            }
            current = term;
        }
        if (another) {
            followers.forEach(Runnable::run);
        }
        return current;
    }

    /** Ends a term whose server decides no longer; not again right after, since it may be found again. */
    void left(long itsTerm) {
        synchronized (this) {
            if (itsTerm != term || System.nanoTime() - endedAt < PAUSE_NANOS) {
                return;
            }
            history = null;
            endTerm();
        }
        followers.forEach(Runnable::run);
    }

    private void endTerm() {
        endedAt = System.nanoTime();
        // Only ever written under the lock.
        long next = term + 1;
        term = next;
    }
}
