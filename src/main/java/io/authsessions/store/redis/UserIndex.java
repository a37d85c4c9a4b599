package io.authsessions.store.redis;

import io.authsessions.model.SessionIds;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the indices say of the sessions of one user. Thread-safe. */
final class UserIndex {
    private final RedisCommands commands;
    private final Records records;
    private final RedisKeys keys;

    UserIndex(RedisCommands commands, Records records, RedisKeys keys) {
        this.commands = commands;
        this.records = records;
        this.keys = keys;
    }

    /**
     * The sessions of a user, those first that were used least recently, among equals the oldest.
     *
     * @param over those whose time is over
     * @param alive all others
     */
    record Sessions(List<String> over, List<String> alive) {}

    /** So many of the user's entries, the least recently used first. One read. */
    Future<List<String>> first(byte[] userKey, int count) {
        return range(userKey, count - 1);
    }

    /** All of the user's entries, in the same order. One read. */
    Future<List<String>> all(byte[] userKey) {
        return range(userKey, -1);
    }

    /** All of the user's entries, divided. Two reads. */
    Future<Sessions> read(byte[] userKey) {
        return all(userKey).compose(ids -> {
            if (ids.isEmpty()) {
                return Future.succeededFuture(new Sessions(List.of(), List.of()));
            }
            String bucket = SessionIds.bucketName(keys.bucketOf(userKey));
            Request deadlines = Request.cmd(Command.ZMSCORE).arg(keys.byDeadline(bucket));
            ids.forEach(deadlines::arg);
            return records.send(deadlines).map(scores -> divided(ids, scores));
        });
    }

    private Future<List<String>> range(byte[] userKey, int last) {
        Request range =
                Request.cmd(Command.ZRANGE).arg(keys.user(userKey)).arg(0).arg(last);
        return records.send(range).map(Entries::members);
    }

    /** Where an index lacks the deadline the record itself has to say; until then the session is taken to live. */
    private Sessions divided(List<String> ids, @Nullable Response deadlines) {
        long now = commands.nowMillis();
        Sessions sessions = new Sessions(new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < ids.size(); i++) {
            Response deadline = deadlines == null ? null : deadlines.get(i);
            boolean over = deadline != null && Entries.score(deadline) <= now;
            (over ? sessions.over() : sessions.alive()).add(ids.get(i));
        }
        return sessions;
    }
}
