package io.authsessions.store.redis;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what Redis says of a sorted set, in both versions of its protocol. */
final class Entries {
    /**
     * One entry of an index.
     *
     * @param sessionId its member
     * @param score by which it is sorted
     */
    record Entry(String sessionId, long score) {}

    private Entries() {}

    static List<String> members(@Nullable Response reply) {
        List<String> members = new ArrayList<>();
        for (int i = 0; reply != null && i < reply.size(); i++) {
            members.add(reply.get(i).toString());
        }
        return members;
    }

    static List<Entry> withScores(@Nullable Response reply) {
        List<Entry> entries = new ArrayList<>();
        if (reply == null || reply.size() == 0) {
            return entries;
        }
        if (reply.get(0).type() == ResponseType.MULTI) {
            for (Response pair : reply) {
                entries.add(new Entry(pair.get(0).toString(), score(pair.get(1))));
            }
            return entries;
        }
        for (int i = 0; i + 1 < reply.size(); i += 2) {
            entries.add(new Entry(reply.get(i).toString(), score(reply.get(i + 1))));
        }
        return entries;
    }

    static long score(Response number) {
        return (long) Double.parseDouble(number.toString());
    }
}
