package io.authsessions.store.redis;

import io.authsessions.store.StoreException;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import org.jspecify.annotations.Nullable;

/** How the sessions are laid out: fixed by the first node that starts, and the same for every other for good. */
final class Layout {
    private static final String VERSION = "v1";

    private Layout() {}

    /** Fails if the sessions that are there were laid out otherwise. */
    static Future<Void> check(Records records, RedisKeys keys) {
        String ours = VERSION + " buckets=" + keys.buckets();
        Request get = Request.cmd(Command.GET).arg(keys.layout());
        return records.send(get)
                .compose(there -> there != null
                        ? Future.succeededFuture(there)
                        : records.send(Request.cmd(Command.SET)
                                        .arg(keys.layout())
                                        .arg(ours)
                                        .arg("NX"))
                                .compose(set -> records.send(get)))
                .compose(there -> compared(ours, there));
    }

    private static Future<Void> compared(String ours, @Nullable Response there) {
        if (there != null && there.toString().equals(ours)) {
            return Future.succeededFuture();
        }
        return Future.failedFuture(new StoreException(
                StoreException.UNAVAILABLE,
                "the sessions in this Redis are laid out in another way than \"" + ours
                        + "\"; set store.redis.buckets to what they were begun with, or use another prefix",
                null));
    }
}
