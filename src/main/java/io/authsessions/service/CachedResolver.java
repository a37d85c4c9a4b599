package io.authsessions.service;

import io.authsessions.model.Resolution;
import io.authsessions.model.ResolveOptions;
import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionToken;
import io.authsessions.store.SessionRecord;
import io.authsessions.store.SessionRecord.Standing;
import io.authsessions.store.SessionStore;
import io.authsessions.store.UseOutcome;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * Resolves from memory where that is proven to be current, else by the store. From a session that is held it only ever
 * answers that it lives; whatever speaks against it is asked of the store, but for secrets that the store has refused
 * since the session last changed. Thread-safe.
 */
final class CachedResolver {
    private final NearCache near;
    private final Resolver resolver;
    private final SessionStore store;
    private final SessionPolicy policy;
    private final Loads loads;

    /**
     * A resolver.
     *
     * @param resolver judges what the store says
     * @param store tells the near cache what it changes
     */
    CachedResolver(NearCache near, Resolver resolver, SessionStore store, SessionPolicy policy) {
        this.near = near;
        this.resolver = resolver;
        this.store = store;
        this.policy = policy;
        this.loads = new Loads(near.marks(), near.entries());
    }

    /**
     * The answer that a session lives, where that is proven and nothing is to be recorded of it; null where {@link #resolve}
     * is to find out, and in whatever failure. The path of nearly all requests: short, so that compilers make one piece of
     * it.
     */
    @Nullable
    Future<Resolution> known(SessionToken token, ResolveOptions options) {
        try {
            String id = token.id();
            CachedBucket bucket = options.strict() ? null : near.asked(id);
            return bucket == null ? null : known(id, token.secretHash(), bucket, options.touch());
        } catch (RuntimeException e) {
            return null;
        }
    }

    private @Nullable Future<Resolution> known(String id, SecretHash presented, CachedBucket bucket, boolean isUse) {
        // In this order: who looked the copy up first could take one that was removed before the lease was given.
        Lease lease = bucket.lease();
        Copy copy = near.entries().session(id, lease.epoch());
        if (copy == null) {
            return null;
        }
        SessionRecord record = copy.record();
        // One reading for both: of the session's deadlines, and after them of the lease.
        long nanos = near.nanos();
        long now = store.nowMillis(nanos);
        boolean isProven = near.stamps().unchangedSince(record.session().userId(), copy.stamp())
                && record.secretHash().matches(presented)
                && !record.expired(now)
                && near.holds(lease, nanos);
        boolean isToBeRecorded = record.awaitsPresentation() || (isUse && record.touchDue(now, policy));
        if (!isProven || isToBeRecorded) {
            return null;
        }
        near.counters().hits.increment();
        return copy.live();
    }

    Future<Resolution> resolve(SessionToken token, ResolveOptions options) {
        String id = token.id();
        CachedBucket bucket = near.asked(id);
        if (bucket == null) {
            return Resolver.NONE;
        }
        SecretHash presented = token.secretHash();
        long begun = resolver.touches().begin();
        // In this order: who looked the copy up first could take one that was removed before the lease was given.
        Lease lease = bucket.lease();
        Future<Resolution> held = held(id, presented, lease, options, begun);
        if (held != null) {
            near.counters().hits.increment();
            return held;
        }
        near.counters().misses.increment();
        // Read once more: nothing is gained by waiting in turn where nothing may be kept.
        return near.holds(bucket.lease())
                ? loads.load(id, bucket).compose(loaded -> judge(token, presented, loaded, options, begun))
                : store.find(id).compose(stored -> resolver.judge(token, stored, options, begun));
    }

    /** The answer from memory; null if the store must be asked. */
    private @Nullable Future<Resolution> held(
            String id, SecretHash presented, Lease lease, ResolveOptions options, long begun) {
        Copy copy = near.entries().session(id, lease.epoch());
        if (copy == null) {
            Refusal refusal = near.entries().unknown(id, lease.epoch());
            return refusal != null && refusal.refuses(presented) && near.holds(lease) ? Resolver.NONE : null;
        }
        SessionRecord record = copy.record();
        if (!near.stamps().unchangedSince(record.session().userId(), copy.stamp())) {
            return null;
        }
        if (!record.secretHash().matches(presented)) {
            return copy.refuses(presented) && near.holds(lease) ? Resolver.NONE : null;
        }
        // One reading for both: of the session's deadlines, and after them of the lease.
        long nanos = near.nanos();
        long now = store.nowMillis(nanos);
        boolean touchDue = options.touch() && record.touchDue(now, policy);
        boolean decisive = touchDue
                && record.deadlineMillis() - now < policy.touchInterval().toMillis();
        if (record.expired(now) || decisive || !near.holds(lease, nanos)) {
            return null;
        }
        if (touchDue || record.awaitsPresentation()) {
            UseOutcome outcome =
                    resolver.touches().record(id, presented, options.touch() ? now : SessionStore.NOT_A_USE, begun);
            if (outcome != null) {
                return Resolver.outcome(outcome);
            }
        }
        return copy.live();
    }

    private Future<Resolution> judge(
            SessionToken token, SecretHash presented, Loads.Loaded loaded, ResolveOptions options, long begun) {
        Copy copy = loaded.copy();
        if (copy != null && copy.record().standing(presented, store.nowMillis(), policy) == Standing.MISMATCH) {
            near.entries().refuse(copy, presented);
            return Resolver.NONE;
        }
        return resolver.judge(token, loaded.stored(), options, begun);
    }
}
