package io.authsessions;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What all instances of a verticle that are deployed with the same options work with: one store with one set of
 * connections, one near cache, so that what one of them ends has ended in the others when it returns. Begins with the
 * first and ends with the last. Thread-safe.
 */
final class SharedSessions implements Shareable {
    private static final String NAME = "authsessions.shared";

    private record Key(AuthSessionsOptions options, InstantSource clock) implements Shareable {}

    private final LocalMap<Key, SharedSessions> all;
    private final Key key;
    private final Promise<AuthSessions> started = Promise.promise();
    /** Counted by the map, which lets one at a time. */
    private int users;

    private SharedSessions(LocalMap<Key, SharedSessions> all, Key key) {
        this.all = all;
        this.key = key;
    }

    /**
     * Those of these options, begun if nobody uses them yet.
     *
     * @return one that {@link #release} is to be called of; completes on the context of the caller
     */
    static Future<SharedSessions> acquire(Vertx vertx, AuthSessionsOptions options, InstantSource clock) {
        LocalMap<Key, SharedSessions> all = vertx.sharedData().getLocalMap(NAME);
        Key key = new Key(options, clock);
        SharedSessions made = new SharedSessions(all, key);
        SharedSessions shared = all.compute(key, (same, there) -> (there == null ? made : there).used());
        if (shared == made) {
            AuthSessions.start(vertx, options, clock).onComplete(made.started);
        }
        ContextInternal caller = ContextInternal.current();
        Promise<SharedSessions> mine = caller == null ? Promise.promise() : caller.promise();
        shared.started
                .future()
                .map(shared)
                .recover(failure -> shared.release().transform(ended -> Future.failedFuture(failure)))
                .onComplete(mine);
        return mine.future();
    }

    /** Only of one that was acquired. */
    AuthSessions sessions() {
        return started.future().result();
    }

    /** Ends them with the last who uses them; completes when they have ended, or at once. */
    Future<Void> release() {
        return all.computeIfPresent(key, this::left) != null
                ? Future.succeededFuture()
                : started.future()
                        .transform(begun -> begun.succeeded() ? begun.result().close() : Future.succeededFuture());
    }

    private SharedSessions used() {
        users++;
        return this;
    }

    private @Nullable SharedSessions left(Key same, SharedSessions there) {
        users--;
        return users > 0 ? there : null;
    }
}
