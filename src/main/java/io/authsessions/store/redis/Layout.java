package io.authsessions.store.redis;

import io.authsessions.store.StoreException;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/** How the sessions are laid out: fixed by the first node that starts, and the same for every other for good. */
final class Layout {
    private static final String VERSION = "v1";

    private Layout() {}

    /** Fails if the sessions that are there were laid out otherwise. */
    static Future<Void> check(Records records, RedisKeys keys) {
        return isOurs(records, keys)
                .compose(same -> same
                        ? Future.succeededFuture()
                        : Future.failedFuture(new StoreException(
                                StoreException.UNAVAILABLE,
                                "the sessions in this Redis are laid out in another way than \"" + text(keys)
                                        + "\"; set store.redis.buckets to what they were begun with, or use another prefix",
                                null)));
    }

    private static String text(RedisKeys keys) {
        return VERSION + " buckets=" + keys.buckets();
    }

    /** Whether the sessions that are there are laid out as ours; where none are, they are from now on. */
    static Future<Boolean> isOurs(Records records, RedisKeys keys) {
        String ours = text(keys);
        Request get = Request.cmd(Command.GET).arg(keys.layout());
        return records.send(get)
                .compose(there -> there != null
                        ? Future.succeededFuture(there)
                        : records.send(Request.cmd(Command.SET)
                                        .arg(keys.layout())
                                        .arg(ours)
                                        .arg("NX"))
                                .compose(set -> records.send(get)))
                .map(there -> there != null && there.toString().equals(ours));
    }
}
