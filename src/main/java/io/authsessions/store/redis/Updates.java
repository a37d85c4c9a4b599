package io.authsessions.store.redis;

import io.authsessions.model.InvalidRequestException;
import io.authsessions.model.SessionUpdate;
import io.authsessions.store.RecordCodec;
import io.authsessions.store.SessionRecord;
import io.authsessions.store.StoreException;
import io.authsessions.store.UpdateOutcome;
import io.vertx.core.Future;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Changes of label and meta. They are worked out here from the record that was read, and written only if the record still
 * has that version; so nothing that another writes meanwhile is lost. Thread-safe.
 */
final class Updates {
    private static final UpdateOutcome ABSENT = new UpdateOutcome.Absent();
    private static final int MAX_ROUNDS = 200;

    private final RedisCommands commands;
    private final Records records;
    private final SessionChanges changes;

    Updates(RedisCommands commands, Records records, SessionChanges changes) {
        this.commands = commands;
        this.records = records;
        this.changes = changes;
    }

    Future<UpdateOutcome> update(String sessionId, SessionUpdate update) {
        long begun = System.nanoTime();
        return records.find(sessionId)
                .compose(stored -> stored instanceof SessionRecord record
                        ? update(begun, record, update, MAX_ROUNDS)
                        : Future.succeededFuture(ABSENT));
    }

    private Future<UpdateOutcome> update(long begun, SessionRecord record, SessionUpdate update, int rounds) {
        if (record.expired(commands.nowMillis())) {
            return Future.succeededFuture(ABSENT);
        }
        Long ifVersion = update.ifVersion();
        long version = record.session().version();
        if (ifVersion != null && ifVersion != version) {
            return Future.succeededFuture(new UpdateOutcome.Conflict(version));
        }
        if (update.isEmpty()) {
            return Future.succeededFuture(new UpdateOutcome.Updated(record));
        }
        byte[] details;
        try {
            details = RecordCodec.encodeDetails(record.updated(update).session());
        } catch (InvalidRequestException mistake) {
            return Future.succeededFuture(new UpdateOutcome.Refused(mistake));
        }
        return changes.update(begun, record.id(), version, details, ifVersion != null)
                .compose(reply -> answer(begun, record, update, details, reply, rounds));
    }

    private Future<UpdateOutcome> answer(
            long begun, SessionRecord before, SessionUpdate update, byte[] details, Reply reply, int rounds) {
        SessionRecord now = read(before.id(), reply);
        if (now == null) {
            return Future.succeededFuture(ABSENT);
        }
        boolean done = reply.is("updated") || (reply.again() && isOurs(before, now, details));
        if (done) {
            return Future.succeededFuture(new UpdateOutcome.Updated(now));
        }
        if (reply.again() && now.session().version() > before.session().version() + 1) {
            // The first attempt may be one of the changes that there have been since, or none of them.
            return Future.failedFuture(new StoreException(
                    StoreException.UNAVAILABLE, "it is not known whether the session was changed", null));
        }
        return rounds > 1
                ? update(begun, now, update, rounds - 1)
                : Future.failedFuture(
                        new StoreException(StoreException.OVERLOADED, "too many changes of one session at once", null));
    }

    private @Nullable SessionRecord read(String sessionId, Reply reply) {
        return reply.is("updated") || reply.is("version") ? records.record(sessionId, reply.value()) : null;
    }

    /** Whether the first of two attempts did it, of which nothing was heard. */
    private static boolean isOurs(SessionRecord before, SessionRecord now, byte[] details) {
        return now.session().version() == before.session().version() + 1
                && Arrays.equals(RecordCodec.encodeDetails(now.session()), details);
    }
}
