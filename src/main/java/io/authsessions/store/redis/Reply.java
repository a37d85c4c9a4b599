package io.authsessions.store.redis;

import io.authsessions.store.StoreException;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a script answered.
 *
 * @param kind what came of it, by the script's own word
 * @param values what else it said
 * @param again whether it was asked twice, because what came of the first time is not known
 */
record Reply(String kind, List<byte[]> values, boolean again) {
    /** Nothing stands there that could be used. */
    static final Reply ABSENT = new Reply("absent", List.of(), false);

    static Reply of(@Nullable Response response, boolean again) {
        if (response == null || response.type() != ResponseType.MULTI || response.size() == 0) {
            throw new StoreException(StoreException.UNAVAILABLE, "Redis gave an answer that is none", null);
        }
        List<byte[]> values = new ArrayList<>();
        for (int i = 1; i < response.size(); i++) {
            values.add(response.get(i).toBytes());
        }
        return new Reply(response.get(0).toString(), values, again);
    }

    boolean is(String expected) {
        return kind.equals(expected);
    }

    byte[] value() {
        return values.get(0);
    }

    int number(int index) {
        return Integer.parseInt(new String(values.get(index), java.nio.charset.StandardCharsets.US_ASCII));
    }
}
