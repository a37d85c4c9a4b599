package io.authsessions.service;

import io.authsessions.model.NewSession;
import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionToken;
import io.authsessions.store.ChangeMarks.Announcement;
import io.authsessions.store.SessionRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/**
 * What {@link CachedBucketWalkTest} has for Redis: a primary and, after a failover, another server that still answers and
 * takes changes which it will lose. A few sessions of one bucket, and when which token was ended. One thread.
 */
final class ServersOfAWalk {
    /** A server: its sessions, and the mark of the bucket or null. */
    static final class Server {
        private final Map<String, SessionRecord> sessions;
        private String mark;

        private Server(Map<String, SessionRecord> sessions, String mark) {
            this.sessions = new HashMap<>(sessions);
            this.mark = mark;
        }

        String mark() {
            return mark;
        }

        SessionRecord session(String id) {
            return sessions.get(id);
        }

        /** Null if there is no such session. */
        SessionRecord use(String id, long now) {
            return sessions.computeIfPresent(id, (name, record) -> record.used(now, SessionPolicy.DEFAULT));
        }
    }

    private static final int LATEST_TOKENS = 8;

    private final Random random;
    private final boolean repeatsMarks;
    private final Consumer<Announcement> feed;
    private final java.security.SecureRandom secrets = new java.security.SecureRandom();
    private final List<String> ids = new ArrayList<>();
    private final List<SecretHash> tokens = new ArrayList<>();
    private final Map<SecretHash, Long> endedAt = new HashMap<>();
    private final Map<SecretHash, String> idOf = new HashMap<>();
    private final List<String> marks = new ArrayList<>();
    private Server primary = new Server(Map.of(), "m0");
    private Server other;

    ServersOfAWalk(Random random, boolean repeatsMarks, int sessions, Consumer<Announcement> feed) {
        this.random = random;
        this.repeatsMarks = repeatsMarks;
        this.feed = feed;
        for (int i = 0; i < sessions; i++) {
            signIn(0);
        }
    }

    Server primary() {
        return primary;
    }

    /** Whom a connection may lead to. */
    Server any() {
        return other != null && random.nextInt(3) == 0 ? other : primary;
    }

    String anyId() {
        return ids.get(random.nextInt(ids.size()));
    }

    SecretHash anyToken() {
        return tokens.get(tokens.size() - 1 - random.nextInt(Math.min(LATEST_TOKENS, tokens.size())));
    }

    String idOf(SecretHash token) {
        return idOf.get(token);
    }

    /** When the end of the token had returned, if Redis has kept that; else null. */
    Long endedAt(SecretHash token) {
        return endedAt.get(token);
    }

    /** A creation that ends nobody sets no mark. */
    private void signIn(long now) {
        SessionToken token = SessionToken.issue(SessionIds.create(1, tokens.size(), secrets), secrets);
        SessionRecord record =
                SessionRecord.create(token.id(), token.secretHash(), NewSession.of("ann"), SessionPolicy.DEFAULT, now);
        primary.sessions.put(token.id(), record);
        ids.add(token.id());
        noteToken(token.id(), token.secretHash());
        feed.accept(new Announcement(1, null, null, List.of(token.id())));
    }

    private void noteToken(String id, SecretHash token) {
        tokens.add(token);
        idOf.put(token, id);
    }

    /** Ends a session, or gives it a new token, or changes another of the bucket; on the other server now and then. */
    void change(long now) {
        Server server = any();
        String id = anyId();
        SessionRecord record = server.session(id);
        if (record == null || random.nextInt(4) == 0) {
            announce(server, List.of());
            return;
        }
        if (server == primary) {
            endedAt.put(record.secretHash(), now);
        }
        if (random.nextBoolean()) {
            server.sessions.remove(id);
            announce(server, List.of(id));
            ids.remove(id);
            signIn(now);
        } else {
            SecretHash fresh = SessionToken.issue(id, secrets).secretHash();
            server.sessions.put(id, record.reauthenticated(fresh, now));
            noteToken(id, fresh);
            announce(server, List.of(id));
        }
    }

    private void announce(Server server, List<String> named) {
        String previous = server.mark;
        boolean again = repeatsMarks && marks.size() > 2 && random.nextInt(4) == 0;
        server.mark = again ? marks.get(marks.size() - 2) : freshMark();
        feed.accept(new Announcement(1, previous, server.mark, named));
    }

    private String freshMark() {
        marks.add("m" + (marks.size() + 1));
        return marks.get(marks.size() - 1);
    }

    void loseMark() {
        primary.mark = null;
    }

    void setMissingMark() {
        if (primary.mark == null) {
            primary.mark = freshMark();
        }
    }

    /** The primary is replaced by one that has everything, and goes on; or by the other, without what it has not. */
    void failOver() {
        if (other == null || random.nextInt(3) > 0) {
            other = new Server(primary.sessions, primary.mark);
            return;
        }
        Server before = primary;
        primary = other;
        other = before;
        // What a failover has lost nobody promises.
        primary.sessions.values().forEach(record -> endedAt.remove(record.secretHash()));
    }
}
