package io.authsessions.store;

import io.authsessions.model.EndReason;
import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionPolicy.OnLimit;
import io.authsessions.model.SessionPolicy.OnReuse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a store does, written as plainly as it can be: one list of all sessions that ever were, read from end to end for
 * every question. Shares no rule with the product's code. Answers are texts that {@link StoreAnswers} makes of a real
 * store's answers too.
 */
final class ModelStore {
    private static final Comparator<ModelSession> BY_USE = Comparator.<ModelSession>comparingLong(s -> s.lastUsedAt)
            .thenComparingInt(s -> s.serial)
            .reversed();

    private final SessionPolicy policy;
    private final List<ModelSession> all = new ArrayList<>();
    private final List<String> events = new ArrayList<>();
    long now;

    ModelStore(SessionPolicy policy) {
        this.policy = policy;
    }

    List<String> events() {
        return events;
    }

    String create(SessionRecord record) {
        for (ModelSession session : all) {
            if (session.id.equals(record.id())) {
                return "ID_TAKEN";
            }
        }
        int max = policy.maxSessionsPerUser();
        if (max > 0) {
            for (ModelSession session : all) {
                if (session.userId.equals(record.session().userId()) && session.endReason == null) {
                    expireIfDue(session);
                }
            }
            List<ModelSession> living = living(record.session().userId());
            if (living.size() >= max && policy.onLimit() == OnLimit.REJECT) {
                return "LIMIT_REACHED";
            }
            while (living.size() >= max) {
                ModelSession victim = living.get(0);
                for (ModelSession other : living) {
                    boolean worse = policy.onLimit() == OnLimit.EVICT_OLDEST
                            ? other.serial < victim.serial
                            : BY_USE.compare(other, victim) > 0;
                    victim = worse ? other : victim;
                }
                destroy(victim, EndReason.LIMIT);
                living.remove(victim);
            }
        }
        all.add(new ModelSession(record, all.size()));
        events.add("created " + record.id());
        return "CREATED";
    }

    String use(String id, SecretHash token, long usedAt) {
        ModelSession session = good(id, token);
        if (session == null) {
            return gone(id, token);
        }
        if (token.equals(session.current) && session.previous != null && session.presentedAt < 0) {
            session.presentedAt = now;
        }
        if (usedAt >= 0) {
            touch(session, Math.min(usedAt, now));
        }
        return live(session);
    }

    String rotate(String id, SecretHash token, SecretHash successor, Nonce nonce) {
        ModelSession session = good(id, token);
        if (session == null) {
            return gone(id, token);
        }
        touch(session, now);
        if (!token.equals(session.current)) {
            return "rotated " + session.nonce.hashCode() + " " + live(session);
        }
        if (session.previous != null && now - session.rotatedAt < grace()) {
            session.presentedAt = session.presentedAt < 0 ? now : session.presentedAt;
            return "unchanged " + live(session);
        }
        session.previous = session.current;
        session.current = successor;
        session.nonce = nonce;
        session.rotatedAt = now;
        session.presentedAt = -1;
        session.version++;
        events.add("rotated " + id);
        return "rotated " + nonce.hashCode() + " " + live(session);
    }

    String reauthenticate(String id, SecretHash token, SecretHash fresh) {
        ModelSession session = good(id, token);
        if (session == null) {
            return gone(id, token);
        }
        touch(session, now);
        session.current = fresh;
        session.previous = null;
        session.nonce = null;
        session.presentedAt = -1;
        session.authenticatedAt = Math.max(session.authenticatedAt, now);
        session.version++;
        events.add("rotated " + id);
        return live(session);
    }

    String update(String id, String label, @Nullable Long ifVersion) {
        ModelSession session = find(id);
        if (session == null || !session.lives(now)) {
            return "absent";
        }
        if (ifVersion != null && ifVersion != session.version) {
            return "conflict " + session.version;
        }
        session.label = label;
        session.version++;
        events.add("updated " + id);
        return live(session);
    }

    boolean destroy(String id, @Nullable SecretHash token, String reason) {
        ModelSession session = token == null ? find(id) : good(id, token);
        if (session == null || !session.lives(now)) {
            return false;
        }
        destroy(session, reason);
        return true;
    }

    int destroyForUser(String userId, @Nullable String except) {
        List<ModelSession> victims = living(userId);
        victims.removeIf(session -> session.id.equals(except));
        victims.forEach(session -> destroy(session, "revoked"));
        return victims.size();
    }

    void sweep() {
        all.forEach(this::expireIfDue);
    }

    /** A user's living sessions, or everybody's, the most recently used first. */
    List<ModelSession> living(@Nullable String userId) {
        List<ModelSession> living = new ArrayList<>();
        for (ModelSession session : all) {
            if (session.lives(now) && (userId == null || session.userId.equals(userId))) {
                living.add(session);
            }
        }
        living.sort(BY_USE);
        return living;
    }

    String found(String id) {
        ModelSession session = find(id);
        if (session == null || session.endReason == null) {
            return session == null ? "nothing" : live(session);
        }
        return remembered(session.endedAt) ? "ended " + session.endReason + " " + session.endedAt : "nothing";
    }

    static String live(ModelSession s) {
        return String.join(
                " ",
                s.id,
                String.valueOf(s.label),
                "v" + s.version,
                "used" + s.lastUsedAt,
                "auth" + s.authenticatedAt,
                "until" + s.deadline(),
                "presented" + (s.previous == null || s.presentedAt >= 0),
                "token" + s.current.hashCode());
    }

    private @Nullable ModelSession find(String id) {
        for (ModelSession session : all) {
            if (session.id.equals(id)) {
                return session;
            }
        }
        return null;
    }

    /** The living session that the token is good for; ends it if the token was replaced too long ago. */
    private @Nullable ModelSession good(String id, SecretHash token) {
        ModelSession session = find(id);
        if (session == null || !session.lives(now)) {
            return null;
        }
        if (token.equals(session.current)) {
            return session;
        }
        if (session.previous == null || !token.equals(session.previous)) {
            return null;
        }
        if (session.presentedAt < 0 || now < session.presentedAt + grace()) {
            return session;
        }
        if (policy.onReuse() == OnReuse.END) {
            destroy(session, EndReason.TOKEN_REUSE);
        }
        return null;
    }

    private String gone(String id, SecretHash token) {
        ModelSession session = find(id);
        boolean tells = session != null && token.equals(session.current) && !session.lives(now);
        if (!tells) {
            return "gone";
        }
        boolean ended = session.endReason != null;
        long at = ended ? session.endedAt : session.deadline();
        return remembered(at) ? "gone " + (ended ? session.endReason : EndReason.EXPIRED) + " " + at : "gone";
    }

    private void touch(ModelSession session, long usedAt) {
        long interval = policy.touchInterval().toMillis();
        if (usedAt <= session.lastUsedAt || usedAt < session.lastUsedAt + interval) {
            return;
        }
        session.lastUsedAt = usedAt;
        session.idleDeadline =
                Math.max(session.idleDeadline, usedAt + policy.idleTimeout().toMillis() + interval);
    }

    private void destroy(ModelSession session, String reason) {
        session.end(reason, now);
        events.add("destroyed " + reason + " " + session.id);
    }

    private void expireIfDue(ModelSession session) {
        if (session.endReason == null && now >= session.deadline()) {
            session.end(EndReason.EXPIRED, session.deadline());
            events.add("expired " + session.id);
        }
    }

    private boolean remembered(long at) {
        return now < at + policy.endedRetention().toMillis();
    }

    private long grace() {
        return policy.rotationGrace().toMillis();
    }
}
