package io.authsessions.store.local;

import io.authsessions.model.EndReason;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionPolicy.OnLimit;
import io.authsessions.store.CreateOutcome;
import io.authsessions.store.SessionRecord;
import java.util.ArrayList;
import java.util.List;

/** How a session comes into being, with the limits that hold for it: one step, inside the bucket of its user. */
final class Creation {
    private final LocalSessions sessions;
    private final long maxSessions;

    Creation(LocalSessions sessions, long maxSessions) {
        this.sessions = sessions;
        this.maxSessions = maxSessions;
    }

    CreateOutcome create(Step step, Bucket bucket, SessionRecord record) {
        if (sessions.get(record.id()) != null) {
            return CreateOutcome.ID_TAKEN;
        }
        List<SessionRecord> victims = List.of();
        SessionPolicy policy = step.policy();
        if (policy.limited()) {
            List<SessionRecord> living =
                    endExpired(step, bucket, record.session().userId());
            int tooMany = living.size() + 1 - policy.maxSessionsPerUser();
            if (tooMany > 0 && policy.onLimit() == OnLimit.REJECT) {
                return CreateOutcome.LIMIT_REACHED;
            }
            victims = victims(living, tooMany, policy.onLimit());
        }
        // Who gives way leaves room for the new one, also in a store that is full.
        if (!sessions.takeRoom(victims.isEmpty() ? maxSessions : 0)) {
            return CreateOutcome.STORE_FULL;
        }
        for (SessionRecord victim : victims) {
            bucket.end(step, victim, EndReason.LIMIT);
        }
        bucket.add(step, record);
        return CreateOutcome.CREATED;
    }

    private static List<SessionRecord> endExpired(Step step, Bucket bucket, String userId) {
        List<SessionRecord> living = new ArrayList<>();
        for (SessionRecord record : bucket.ofUser(userId)) {
            if (record.expired(step.now())) {
                bucket.expire(step, record);
            } else {
                living.add(record);
            }
        }
        return living;
    }

    /** Those that give way, out of the living ones in order of use. */
    private static List<SessionRecord> victims(List<SessionRecord> living, int tooMany, OnLimit onLimit) {
        if (tooMany <= 0) {
            return List.of();
        }
        if (onLimit == OnLimit.EVICT_OLDEST) {
            living.sort(IndexOrder.NEWEST);
        }
        return living.subList(living.size() - tooMany, living.size());
    }
}
