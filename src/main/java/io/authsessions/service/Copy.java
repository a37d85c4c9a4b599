package io.authsessions.service;

import io.authsessions.model.Resolution;
import io.authsessions.model.SecretHash;
import io.authsessions.store.SessionRecord;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A session as it was read, and whom it was seen to refuse. Immutable, but for when its use was noted last. Thread-safe.
 */
final class Copy {
    private static final int MOST_REFUSED = 16;
    private static final long NOTED_FOR_NANOS = 1_000_000_000;

    private final SessionRecord record;
    private final Future<Resolution> live;
    private final long epoch;
    private final long stamp;
    private final int stampPlace;
    private final List<SecretHash> refused;
    /** Not volatile: who reads an older one notes a use once more. */
    private long notedUntil;

    private Copy(SessionRecord record, Future<Resolution> live, long epoch, long stamp, List<SecretHash> refused) {
        this.record = record;
        this.live = live;
        this.epoch = epoch;
        this.stamp = stamp;
        this.stampPlace = UserStamps.place(record.session().userId());
        this.refused = refused;
    }

    /**
     * A copy of what was read, that has refused nobody yet.
     *
     * @param epoch of its bucket, in which it was read
     * @param stamp the time of {@link UserStamps} before it was read
     */
    static Copy of(SessionRecord record, long epoch, long stamp) {
        return new Copy(record, Future.succeededFuture(Resolution.live(record.session())), epoch, stamp, List.of());
    }

    /** What was read. */
    SessionRecord record() {
        return record;
    }

    /** The answer that it lives, made once for all who get it. */
    Future<Resolution> live() {
        return live;
    }

    /** The last hashes that were presented and are none of this session's. */
    List<SecretHash> refused() {
        return refused;
    }

    long epoch() {
        return epoch;
    }

    /** Whether nothing of its user was changed since that may have changed it. */
    boolean unchangedBy(UserStamps stamps) {
        return stamps.unchangedSince(stampPlace, stamp);
    }

    /** Whether a use at that time is the first in a second; it then counts as noted. */
    boolean noteUse(long nanos) {
        if (notedUntil != 0 && nanos - notedUntil < 0) {
            return false;
        }
        notedUntil = nanos + NOTED_FOR_NANOS;
        return true;
    }

    /** This with one more who is refused; at too many the oldest is forgotten. */
    Copy refusing(SecretHash presented) {
        if (refused.contains(presented)) {
            return this;
        }
        List<SecretHash> more = new ArrayList<>(refused.subList(refused.size() < MOST_REFUSED ? 0 : 1, refused.size()));
        more.add(presented);
        return new Copy(record, live, epoch, stamp, List.copyOf(more));
    }

    /** This, which replaces a copy of the same tokens and so refuses the same. */
    Copy after(Copy older) {
        boolean sameTokens = record.secretHash().matches(older.record.secretHash())
                && Objects.equals(record.rotation(), older.record.rotation());
        return sameTokens && epoch == older.epoch ? new Copy(record, live, epoch, stamp, older.refused) : this;
    }

    /** This after a use of the same session; this itself if that session has changed otherwise. */
    Copy used(SessionRecord now) {
        return now.secretHash().matches(record.secretHash())
                        && now.session().version() == record.session().version()
                ? of(now, epoch, stamp).after(this)
                : this;
    }

    boolean refuses(SecretHash presented) {
        return !refused.isEmpty() && refused.contains(presented);
    }
}
