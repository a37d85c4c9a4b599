package io.authsessions;

import io.authsessions.model.FieldError;
import io.authsessions.model.InvalidRequestException;
import io.authsessions.model.SessionPolicy;
import io.authsessions.store.SessionStore;
import io.authsessions.store.SessionStoreProvider;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;

/** The stores that are on the class path. */
final class StoreProviders {
    private StoreProviders() {}

    /** The types that can be named in {@code store.type}. */
    static Set<String> types() {
        return find().keySet();
    }

    /**
     * The provider of a type.
     *
     * @throws InvalidRequestException if there is none, naming those that there are
     */
    static SessionStoreProvider of(String type) {
        Map<String, SessionStoreProvider> providers = find();
        SessionStoreProvider provider = providers.get(type);
        if (provider == null) {
            throw new InvalidRequestException(
                    "store.type",
                    "must be one of the stores on the class path: " + String.join(", ", providers.keySet()));
        }
        return provider;
    }

    /** Makes a store; what it needs and is not on the class path is said in one sentence. */
    static SessionStore create(
            SessionStoreProvider provider, Vertx vertx, AuthSessionsOptions options, InstantSource clock) {
        SessionPolicy policy = options.policy();
        try {
            return provider.create(vertx, policy, clock, options.storeConfig());
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException(e.errors().stream()
                    .map(error -> new FieldError("store." + provider.type() + "." + error.field(), error.message()))
                    .toList());
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "the " + provider.type() + " store needs a library that is not on the class path: "
                            + e.getMessage(),
                    e);
        }
    }

    private static Map<String, SessionStoreProvider> find() {
        Map<String, SessionStoreProvider> found = new TreeMap<>();
        Iterator<SessionStoreProvider> providers = ServiceLoader.load(
                        SessionStoreProvider.class, SessionStoreProvider.class.getClassLoader())
                .iterator();
        while (providers.hasNext()) {
            try {
                SessionStoreProvider provider = providers.next();
                found.putIfAbsent(provider.type(), provider);
            } catch (ServiceConfigurationError | NoClassDefFoundError e) {
                System.getLogger(StoreProviders.class.getName())
                        .log(System.Logger.Level.WARNING, "a session store provider cannot be loaded", e);
            }
        }
        return found;
    }
}
