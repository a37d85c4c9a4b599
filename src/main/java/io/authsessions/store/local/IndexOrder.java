package io.authsessions.store.local;

import io.authsessions.model.AuthSession;
import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionIds;
import io.authsessions.store.ListQuery.Position;
import io.authsessions.store.SessionRecord;
import java.util.Comparator;

/**
 * The orders of the indices. An index holds the records themselves, not keys made from them: at a million sessions the
 * keys would weigh more than the tree. A place in an index is therefore asked for with a record that stands for nothing
 * but its place.
 */
final class IndexOrder {
    /** The earliest deadline first. */
    static final Comparator<SessionRecord> DEADLINE =
            Comparator.comparingLong(SessionRecord::deadlineMillis).thenComparing(SessionRecord::id);

    /** The newest session first. */
    static final Comparator<SessionRecord> NEWEST = (left, right) -> {
        int age = SessionIds.NEWEST_FIRST.compare(left.id(), right.id());
        return age != 0 ? age : left.id().compareTo(right.id());
    };

    /** The most recently used session first, among equals the newest. */
    static final Comparator<SessionRecord> USED = (left, right) -> {
        int use =
                Long.compare(right.session().lastUsedAtMillis(), left.session().lastUsedAtMillis());
        return use != 0 ? use : NEWEST.compare(left, right);
    };

    /** Users apart from each other, and each one's sessions as in {@link #USED}. */
    static final Comparator<SessionRecord> USER = (left, right) -> {
        int user = left.session().userId().compareTo(right.session().userId());
        return user != 0 ? user : USED.compare(left, right);
    };

    private static final SecretHash NO_HASH = SecretHash.fromBytes(new byte[SecretHash.BYTES]);
    private static final String NEWEST_ID = "z".repeat(SessionIds.LENGTH);

    private IndexOrder() {}

    /** The place before all sessions of a user. */
    static SessionRecord startOf(String userId) {
        return place(userId, Long.MAX_VALUE, NEWEST_ID);
    }

    /**
     * The place of a position in the list of a user, or, in an order where users do not matter, in any.
     *
     * @throws IllegalArgumentException if it names no session id
     */
    static SessionRecord placeOf(String userId, Position position) {
        if (!SessionIds.isId(position.sessionId())) {
            throw new IllegalArgumentException("the position in the list names no session id");
        }
        return place(userId, position.lastUsedAt(), position.sessionId());
    }

    private static SessionRecord place(String userId, long lastUsedAt, String id) {
        AuthSession session = new AuthSession(id, userId, null, "{}", null, 0, lastUsedAt, 0, 0, 0);
        return new SessionRecord(session, NO_HASH, 0, 0, 0, null);
    }
}
