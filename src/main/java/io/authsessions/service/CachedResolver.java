package io.authsessions.service;

import io.authsessions.model.Resolution;
import io.authsessions.model.ResolveOptions;
import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionKey;
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
    /** In the place of when a resolve began; no count of uses is negative. */
    private static final long NOTHING_RECORDED = -1;

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
     * The answer from memory, where that is proven and nothing is to be recorded; null where {@link #resolve} is to find
     * out, and in whatever failure. The path of nearly all requests: short, so that compilers make one piece of it.
     */
    @Nullable
    Future<Resolution> known(SessionToken token, ResolveOptions options) {
        try {
            SessionKey key = token.key();
            CachedBucket bucket = options.strict() ? null : near.asked(key);
            return bucket == null ? null : held(key, token.secretHash(), bucket, options, NOTHING_RECORDED);
        } catch (RuntimeException e) {
            return null;
        }
    }

    Future<Resolution> resolve(SessionToken token, ResolveOptions options) {
        SessionKey key = token.key();
        CachedBucket bucket = near.asked(key);
        if (bucket == null) {
            return Resolver.NONE;
        }
        SecretHash presented = token.secretHash();
        long begun = resolver.touches().begin();
        Future<Resolution> held = held(key, presented, bucket, options, begun);
        if (held != null) {
            return held;
        }
        near.counters().misses.increment();
        String id = token.id();
        // Read once more: nothing is gained by waiting in turn where nothing may be kept.
        return near.holds(bucket.lease())
                ? loads.load(id, bucket).compose(loaded -> judge(token, presented, loaded, options, begun))
                : store.find(id).compose(stored -> resolver.judge(token, stored, options, begun));
    }

    /**
     * The answer from memory; null if the store must be asked.
     *
     * @param begun when this resolve began, by {@link Touches#begin}, or {@link #NOTHING_RECORDED}: then what has to be
     *     recorded gives null
     */
    private @Nullable Future<Resolution> held(
            SessionKey key, SecretHash presented, CachedBucket bucket, ResolveOptions options, long begun) {
        // In this order: who looked the copy up first could take one that was removed before the lease was given.
        Lease lease = bucket.lease();
        Copy copy = near.entries().session(key, lease.epoch());
        if (copy == null) {
            Refusal refusal = near.entries().unknown(key, lease.epoch());
            return refusal != null && refusal.refuses(presented) ? refused(lease) : null;
        }
        SessionRecord record = copy.record();
        if (!near.stamps().unchangedSince(record.session().userId(), copy.stamp())) {
            return null;
        }
        if (!record.secretHash().matches(presented)) {
            return copy.refuses(presented) ? refused(lease) : null;
        }
        // One reading for both: of the session's deadlines, and after them of the lease.
        long nanos = near.nanos();
        long now = store.nowMillis(nanos);
        if (record.expired(now) || !near.holds(lease, nanos)) {
            return null;
        }
        boolean isDue = options.touch() && record.touchDue(now, policy);
        if (isDue || record.awaitsPresentation()) {
            return begun == NOTHING_RECORDED ? null : recorded(copy, isDue, now, options, begun);
        }
        near.counters().hits.increment();
        return copy.live();
    }

    private @Nullable Future<Resolution> refused(Lease lease) {
        if (!near.holds(lease)) {
            return null;
        }
        near.counters().hits.increment();
        return Resolver.NONE;
    }

    /** The answer of a copy that counts, whose use has to be recorded; null if that decides whether the session lives. */
    private @Nullable Future<Resolution> recorded(
            Copy copy, boolean isDue, long now, ResolveOptions options, long begun) {
        SessionRecord record = copy.record();
        if (isDue && record.deadlineMillis() - now < policy.touchInterval().toMillis()) {
            return null;
        }
        near.counters().hits.increment();
        UseOutcome outcome = resolver.touches()
                .record(record.id(), record.secretHash(), options.touch() ? now : SessionStore.NOT_A_USE, begun);
        return outcome == null ? copy.live() : Resolver.outcome(outcome);
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
