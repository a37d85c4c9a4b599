package io.authsessions.service;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionKey;
import io.authsessions.store.SessionRecord;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is held in memory: copies of sessions, and apart from them, so that no storm of forged tokens pushes a session
 * out, ids under which there is none. Both are bounded. Whether an entry counts is for the caller to say: it must be of
 * the epoch of a lease that was read before. Thread-safe.
 */
final class Entries {
    private static final int SESSIONS_PER_UNKNOWN = 10;
    private static final Duration UNKNOWN_FOR = Duration.ofSeconds(30);

    private final Cache<SessionKey, Copy> sessions;
    private final Cache<SessionKey, Refusal> unknown;

    Entries(int size, LongSupplier nanoTime) {
        // Upkeep on the thread that uses it: no other pool, and no more held than said.
        this.sessions =
                Caffeine.newBuilder().maximumSize(size).executor(Runnable::run).build();
        this.unknown = Caffeine.newBuilder()
                .maximumSize(Math.max(1, size / SESSIONS_PER_UNKNOWN))
                .expireAfterWrite(UNKNOWN_FOR)
                .ticker(nanoTime::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    @Nullable
    Copy session(SessionKey key, long epoch) {
        Copy copy = sessions.getIfPresent(key);
        return copy != null && copy.epoch() == epoch ? copy : null;
    }

    @Nullable
    Refusal unknown(SessionKey key, long epoch) {
        Refusal refusal = unknown.getIfPresent(key);
        return refusal != null && refusal.epoch() == epoch ? refusal : null;
    }

    void put(Copy copy) {
        SessionKey key = SessionKey.of(copy.record().id());
        sessions.asMap().merge(key, copy, (older, newer) -> newer.after(older));
        unknown.invalidate(key);
    }

    void put(String id, Refusal refusal) {
        SessionKey key = SessionKey.of(id);
        sessions.invalidate(key);
        unknown.put(key, refusal);
    }

    /** Takes over what a use has changed in a session that is held and otherwise as it was; else it changes nothing. */
    void refresh(SessionRecord used, long epoch) {
        sessions.asMap()
                .computeIfPresent(
                        SessionKey.of(used.id()), (id, held) -> held.epoch() == epoch ? held.used(used) : held);
    }

    /** Remembers who was refused, as long as the session is held as it was judged. */
    void refuse(Copy judged, SecretHash presented) {
        sessions.asMap()
                .computeIfPresent(
                        SessionKey.of(judged.record().id()),
                        (id, held) ->
                                held.epoch() == judged.epoch() && held.record().equals(judged.record())
                                        ? held.refusing(presented)
                                        : held);
    }

    void remove(String id) {
        SessionKey key = SessionKey.of(id);
        sessions.invalidate(key);
        unknown.invalidate(key);
    }

    void removeUnknown(String id) {
        unknown.invalidate(SessionKey.of(id));
    }

    /** How many sessions are held, about. */
    long size() {
        return sessions.estimatedSize();
    }

    /** How many ids are held under which there is no session, about. */
    long unknownSize() {
        return unknown.estimatedSize();
    }
}
