package io.authsessions.store;

import io.authsessions.model.SessionPolicy;
import io.authsessions.store.local.LocalSessionStoreProvider;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import org.junit.jupiter.api.DisplayName;

@DisplayName("In the local store")
class LocalSessionStoreRacesTest extends SessionStoreRaces {
    @Override
    protected SessionStore createStore(Vertx vertx, SessionPolicy policy, InstantSource clock, String space) {
        return new LocalSessionStoreProvider().create(vertx, policy, clock, new JsonObject().put("name", space));
    }
}
