package io.authsessions.service;

import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionToken;
import io.authsessions.store.Nonce;
import io.authsessions.store.SessionRecord;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes ids, tokens and the records of new sessions. Ids of one issuer grow by at least a microsecond each, so that
 * sessions created within one millisecond keep their order. Thread-safe.
 */
final class Issuer {
    /** A session that is not in the store yet, and its token. */
    record Draft(SessionRecord record, SessionToken token) {}

    private final SessionPolicy policy;
    private final int buckets;
    private final SecureRandom random;
    private final AtomicLong lastMicros = new AtomicLong();

    Issuer(SessionPolicy policy, int buckets, SecureRandom random) {
        this.policy = policy;
        this.buckets = buckets;
        this.random = random;
    }

    Draft draft(NewSession request, long now) {
        long micros = lastMicros.updateAndGet(last -> Math.max(last + 1, now * 1_000));
        int bucket = SessionIds.bucketOfUser(request.userId(), buckets);
        SessionToken token = fresh(SessionIds.create(bucket, micros, random));
        return new Draft(SessionRecord.create(token.id(), token.secretHash(), request, policy, now), token);
    }

    SessionToken fresh(String sessionId) {
        return SessionToken.issue(sessionId, random);
    }

    Nonce nonce() {
        return Nonce.create(random);
    }

    /** A session with its token, for the one answer that tells it. */
    static IssuedSession issued(SessionRecord record, SessionToken token) {
        return new IssuedSession(record.session(), token.reveal());
    }
}
