package io.authsessions.service;

import io.authsessions.model.Resolution;
import io.authsessions.model.SecretHash;
import io.authsessions.store.SessionRecord;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A session as it was read, and whom it was seen to refuse. Immutable.
 *
 * @param record what was read
 * @param live the answer that it lives, made once for all who get it
 * @param epoch of its bucket, in which it was read
 * @param stamp the time of {@link UserStamps} before it was read
 * @param refused the last hashes that were presented and are none of this session's
 */
record Copy(SessionRecord record, Future<Resolution> live, long epoch, long stamp, List<SecretHash> refused) {
    private static final int MOST_REFUSED = 16;

    /** A copy of what was read, that has refused nobody yet. */
    static Copy of(SessionRecord record, long epoch, long stamp) {
        return new Copy(record, Future.succeededFuture(Resolution.live(record.session())), epoch, stamp, List.of());
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
