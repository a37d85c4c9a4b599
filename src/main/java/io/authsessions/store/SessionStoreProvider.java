package io.authsessions.store;

import io.authsessions.model.SessionPolicy;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;

/**
 * Makes stores of one type. Found by {@link java.util.ServiceLoader}, so that an application can bring a store of its
 * own and name it in {@code store.type}.
 */
public interface SessionStoreProvider {
    /** The value of {@code store.type} that names this. */
    String type();

    /**
     * Whether all nodes of a cluster see the same sessions. One that is not shared is never registered cluster-wide.
     */
    boolean shared();

    /**
     * Makes a store, without any work yet.
     *
     * @param clock the time, for a store that has no clock of its own
     * @param config the object under {@code store.<type>} in the configuration
     * @throws io.authsessions.model.InvalidRequestException if the configuration is wrong, with every mistake
     */
    SessionStore create(Vertx vertx, SessionPolicy policy, InstantSource clock, JsonObject config);
}
