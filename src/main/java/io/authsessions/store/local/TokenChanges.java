package io.authsessions.store.local;

import io.authsessions.model.EndReason;
import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionEvent;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionPolicy.OnReuse;
import io.authsessions.store.EndedMarker;
import io.authsessions.store.Nonce;
import io.authsessions.store.RotateOutcome;
import io.authsessions.store.Rotation;
import io.authsessions.store.SessionRecord;
import io.authsessions.store.SessionRecord.Standing;
import io.authsessions.store.SessionStore;
import io.authsessions.store.StoredSession;
import io.authsessions.store.UseOutcome;
import io.authsessions.store.UseOutcome.Gone;
import io.authsessions.store.UseOutcome.Live;
import org.jspecify.annotations.Nullable;

/** What a presented token brings about: one step each, inside the bucket of the session. Holds no state. */
final class TokenChanges {
    private static final Gone NOTHING = new Gone(null);

    private TokenChanges() {}

    static UseOutcome use(Step step, Bucket bucket, @Nullable StoredSession stored, SecretHash presented, long usedAt) {
        if (!(stored instanceof SessionRecord record) || record.expired(step.now())) {
            return gone(step, stored, presented);
        }
        return switch (record.standing(presented, step.now(), step.policy())) {
            case CURRENT -> new Live(write(step, bucket, record, used(step, record.presented(step.now()), usedAt)));
            case PREDECESSOR -> new Live(write(step, bucket, record, used(step, record, usedAt)));
            case REUSED -> reused(step, bucket, record);
            case MISMATCH -> NOTHING;
        };
    }

    static RotateOutcome rotate(
            Step step,
            Bucket bucket,
            @Nullable StoredSession stored,
            SecretHash presented,
            SecretHash successor,
            Nonce nonce) {
        if (!(stored instanceof SessionRecord record) || record.expired(step.now())) {
            return gone(step, stored, presented);
        }
        long now = step.now();
        return switch (record.standing(presented, now, step.policy())) {
            case CURRENT -> rotateCurrent(step, bucket, record, successor, nonce);
            case PREDECESSOR -> {
                Rotation last = record.rotation();
                Nonce given = last == null ? null : last.nonce();
                // Forgotten although the grace is not over: the clock went back. Nobody can derive the successor.
                yield given == null
                        ? NOTHING
                        : new RotateOutcome.Rotated(write(step, bucket, record, used(step, record, now)), given);
            }
            case REUSED -> reused(step, bucket, record);
            case MISMATCH -> NOTHING;
        };
    }

    private static RotateOutcome rotateCurrent(
            Step step, Bucket bucket, SessionRecord record, SecretHash successor, Nonce nonce) {
        long now = step.now();
        SessionRecord used = used(step, record.presented(now), now);
        if (!record.mayRotate(now, step.policy())) {
            return new RotateOutcome.Unchanged(write(step, bucket, record, used));
        }
        SessionRecord rotated = write(step, bucket, record, used.rotated(successor, nonce, now));
        step.announce(SessionEvent.Type.ROTATED, rotated, null);
        return new RotateOutcome.Rotated(rotated, nonce);
    }

    static UseOutcome reauthenticate(
            Step step, Bucket bucket, @Nullable StoredSession stored, SecretHash presented, SecretHash fresh) {
        if (!(stored instanceof SessionRecord record) || record.expired(step.now())) {
            return gone(step, stored, presented);
        }
        return switch (record.standing(presented, step.now(), step.policy())) {
            case CURRENT, PREDECESSOR -> {
                SessionRecord changed = used(step, record, step.now()).reauthenticated(fresh, step.now());
                SessionRecord written = write(step, bucket, record, changed);
                step.announce(SessionEvent.Type.ROTATED, written, null);
                yield new Live(written);
            }
            case REUSED -> reused(step, bucket, record);
            case MISMATCH -> NOTHING;
        };
    }

    static boolean destroy(
            Step step, Bucket bucket, @Nullable StoredSession stored, @Nullable SecretHash presented, String reason) {
        if (!(stored instanceof SessionRecord record) || record.expired(step.now())) {
            return false;
        }
        Standing standing =
                presented == null ? Standing.CURRENT : record.standing(presented, step.now(), step.policy());
        switch (standing) {
            case CURRENT, PREDECESSOR -> {
                bucket.end(step, record, reason);
                return true;
            }
            case REUSED -> reused(step, bucket, record);
            case MISMATCH -> {}
        }
        return false;
    }

    /** How long a marker is told of: by its own time, whether or not it has been swept away yet. */
    static boolean remembered(EndedMarker marker, long now, SessionPolicy policy) {
        return now - marker.atMillis() < policy.endedRetention().toMillis();
    }

    /** What is said of a session that is no more: only the holder of the right token hears why. */
    private static Gone gone(Step step, @Nullable StoredSession stored, SecretHash presented) {
        EndedMarker marker = stored instanceof SessionRecord record
                ? record.ended(EndReason.EXPIRED, record.deadlineMillis())
                : (EndedMarker) stored;
        return marker != null && marker.secretHash().matches(presented) && remembered(marker, step.now(), step.policy())
                ? new Gone(marker)
                : NOTHING;
    }

    private static Gone reused(Step step, Bucket bucket, SessionRecord record) {
        if (step.policy().onReuse() == OnReuse.END) {
            bucket.end(step, record, EndReason.TOKEN_REUSE);
        }
        return NOTHING;
    }

    /** A use cannot lie in the future of the store, whatever the clock says that it comes from. */
    private static SessionRecord used(Step step, SessionRecord record, long usedAt) {
        long at = Math.min(usedAt, step.now());
        return usedAt != SessionStore.NOT_A_USE && record.touchDue(at, step.policy())
                ? record.used(at, step.policy())
                : record;
    }

    private static SessionRecord write(Step step, Bucket bucket, SessionRecord before, SessionRecord after) {
        return after.equals(before) ? before : bucket.replace(before, after.forgetting(step.now(), step.policy()));
    }
}
