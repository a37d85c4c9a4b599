package io.authsessions.web;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that have connections, and when each is to be asked for. At most {@value #MAX_CHECKS} are asked for at
 * once; the rest waits its turn. A session that becomes due while it is asked for is asked for once more, for that
 * question may have been answered before. Thread-safe.
 */
final class WatchedSessions {
    private static final int MAX_CHECKS = 32;
    private static final long AGAIN_MILLIS = 1_000;

    private final int maxConnections;
    private final int maxPerSession;
    private final long recheckMillis;
    private final Map<String, Watched> sessions = new HashMap<>();
    private final Deque<String> waiting = new ArrayDeque<>();
    private int connections;
    private int underWay;

    private static final class Watched {
        private final List<BoundConnection> connections = new ArrayList<>(1);
        private long dueAt = Long.MAX_VALUE;
        private boolean isWaiting;
        private boolean isAsked;
    }

    WatchedSessions(int maxConnections, int maxPerSession, long recheckMillis) {
        this.maxConnections = maxConnections;
        this.maxPerSession = maxPerSession;
        this.recheckMillis = recheckMillis;
    }

    synchronized int size() {
        return connections;
    }

    synchronized SessionConnections.Outcome add(String id, BoundConnection connection) {
        if (connections >= maxConnections) {
            dropGone();
        }
        Watched watched = sessions.get(id);
        if (connections >= maxConnections) {
            return SessionConnections.Outcome.TOO_MANY;
        }
        if (watched == null) {
            watched = new Watched();
            sessions.put(id, watched);
        }
        if (watched.connections.size() >= maxPerSession) {
            dropGone(watched);
            if (watched.connections.size() >= maxPerSession) {
                return SessionConnections.Outcome.TOO_MANY_OF_SESSION;
            }
        }
        watched.connections.add(connection);
        connections++;
        return SessionConnections.Outcome.BOUND;
    }

    synchronized List<BoundConnection> remove(String id) {
        Watched watched = sessions.remove(id);
        if (watched == null) {
            return List.of();
        }
        connections -= watched.connections.size();
        return watched.connections;
    }

    synchronized List<BoundConnection> removeAll() {
        List<BoundConnection> all = new ArrayList<>();
        sessions.values().forEach(watched -> all.addAll(watched.connections));
        sessions.clear();
        waiting.clear();
        connections = 0;
        return all;
    }

    /** Forgets what has gone by itself; the ids to ask for now because their time has come. */
    synchronized List<String> due(long now) {
        dropGone();
        sessions.forEach((id, watched) -> {
            if (watched.dueAt <= now) {
                await(id, watched);
            }
        });
        return next();
    }

    synchronized List<String> toCheck(String id) {
        Watched watched = sessions.get(id);
        if (watched != null) {
            await(id, watched);
        }
        return next();
    }

    synchronized List<String> allToCheck() {
        sessions.forEach(this::await);
        return next();
    }

    /**
     * Notes that a session was asked for; the ids to ask for in its place.
     *
     * @param deadline when it expires, or null if that could not be learned
     */
    synchronized List<String> checked(String id, long now, @Nullable Long deadline) {
        underWay--;
        Watched watched = sessions.get(id);
        if (watched != null) {
            watched.isAsked = false;
            long next = deadline == null ? 0 : Math.min(deadline, now + recheckMillis);
            watched.dueAt = Math.max(next, now + AGAIN_MILLIS);
            if (watched.isWaiting) {
                waiting.add(id);
            }
        }
        return next();
    }

    private void await(String id, Watched watched) {
        if (!watched.isWaiting) {
            watched.isWaiting = true;
            if (!watched.isAsked) {
                waiting.add(id);
            }
        }
    }

    private List<String> next() {
        List<String> ids = new ArrayList<>();
        while (underWay < MAX_CHECKS && !waiting.isEmpty()) {
            String id = waiting.remove();
            Watched watched = sessions.get(id);
            if (watched != null && watched.isWaiting && !watched.isAsked) {
                watched.isWaiting = false;
                watched.isAsked = true;
                watched.dueAt = Long.MAX_VALUE;
                underWay++;
                ids.add(id);
            }
        }
        return ids;
    }

    private void dropGone() {
        sessions.values().removeIf(watched -> {
            dropGone(watched);
            return watched.connections.isEmpty();
        });
    }

    private void dropGone(Watched watched) {
        int before = watched.connections.size();
        watched.connections.removeIf(BoundConnection::isGone);
        connections -= before - watched.connections.size();
    }
}
