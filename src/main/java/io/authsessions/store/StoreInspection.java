package io.authsessions.store;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What a store that keeps sessions in a form of its own can show of it to operators: an optional second interface of a
 * {@link SessionStore}. Thread-safe, as the store.
 */
public interface StoreInspection {
    /**
     * What stands under a session id, readably and without secrets; not a use. Shows also what callers do not see: what
     * has expired, what is left of an ended session, what is damaged.
     *
     * @return null if nothing stands there, also if it is no session id; fails with a {@link StoreException} where the
     *     store cannot be read
     */
    Future<@Nullable JsonObject> inspect(String sessionId);
}
