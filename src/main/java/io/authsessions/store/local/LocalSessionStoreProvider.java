package io.authsessions.store.local;

import io.authsessions.model.JsonFields;
import io.authsessions.model.SessionPolicy;
import io.authsessions.store.SessionStore;
import io.authsessions.store.SessionStoreProvider;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;

/**
 * Makes stores of type {@code local}. Configuration, all of it optional:
 *
 * <ul>
 *   <li>{@code name}: of the local map that holds the sessions, {@code authsessions.store}; stores of one name share them
 *   <li>{@code maxSessions}: the most sessions that are held, 0 (the default) for no bound
 *   <li>{@code maxEndedMarkers}: of how many ended sessions it is remembered why they ended, 100000
 * </ul>
 */
public final class LocalSessionStoreProvider implements SessionStoreProvider {
    static final String DEFAULT_NAME = "authsessions.store";
    static final int DEFAULT_MAX_ENDED_MARKERS = 100_000;

    /** For {@link java.util.ServiceLoader}. */
    public LocalSessionStoreProvider() {}

    @Override
    public String type() {
        return "local";
    }

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    public SessionStore create(Vertx vertx, SessionPolicy policy, InstantSource clock, JsonObject config) {
        JsonFields fields = JsonFields.of(config);
        String configuredName = fields.string("name");
        String name = configuredName == null ? DEFAULT_NAME : configuredName;
        if (name.isBlank()) {
            fields.error("name", "must not be blank");
        }
        long maxSessions = fields.integerOr("maxSessions", 0, Long.MAX_VALUE, 0);
        long maxEndedMarkers = fields.integerOr("maxEndedMarkers", 0, Integer.MAX_VALUE, DEFAULT_MAX_ENDED_MARKERS);
        fields.refuseOthers().finish();
        return new LocalSessionStore(vertx, policy, clock, name, maxSessions, (int) maxEndedMarkers);
    }
}
