package io.authsessions;

import io.authsessions.model.SessionEvent;
import io.authsessions.service.AuthSessionService;
import io.authsessions.service.StoreSessionService;
import io.authsessions.service.Sweeper;
import io.authsessions.store.SessionStore;
import io.authsessions.store.SessionStoreProvider;
import io.authsessions.store.StoreHealth;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * Sessions in process: store, policy and service put together, without a hop over the event bus. Events of all changes
 * are published on this Vert.x's own bus. Thread-safe.
 */
public final class AuthSessions {
    private static final DeliveryOptions NEARBY = new DeliveryOptions().setLocalOnly(true);

    private final SessionStore store;
    private final StoreSessionService service;
    private final Sweeper sweeper;
    private final Duration drain;
    private final boolean shared;

    private AuthSessions(Vertx vertx, AuthSessionsOptions options, SessionStore store, boolean shared) {
        SecureRandom random = new SecureRandom();
        this.store = store;
        this.service = new StoreSessionService(vertx, store, options.policy(), options.deadline(), random);
        this.sweeper = new Sweeper(vertx, store, options.sweepInterval(), random);
        this.drain = options.drain();
        this.shared = shared;
    }

    /**
     * Opens the store and begins to work.
     *
     * @return fails with {@link io.authsessions.model.InvalidRequestException} on wrong configuration, or with what kept
     *     the store from opening
     */
    public static Future<AuthSessions> start(Vertx vertx, AuthSessionsOptions options) {
        return start(vertx, options, InstantSource.system());
    }

    /** As {@link #start(Vertx, AuthSessionsOptions)}, with another clock, for tests. */
    public static Future<AuthSessions> start(Vertx vertx, AuthSessionsOptions options, InstantSource clock) {
        try {
            SessionStoreProvider provider = StoreProviders.of(options.storeType());
            SessionStore store = StoreProviders.create(provider, vertx, options, clock);
            return store.open(event -> publish(vertx, options, event)).map(opened -> {
                AuthSessions sessions = new AuthSessions(vertx, options, store, provider.shared());
                sessions.sweeper.start();
                return sessions;
            });
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    /** The service, for calls in this process. */
    public AuthSessionService service() {
        return service;
    }

    /** Whether all nodes of a cluster see these sessions. */
    public boolean shared() {
        return shared;
    }

    /**
     * Whether the store can be worked with now.
     *
     * @return what works but should be otherwise, as texts for operators; fails with a
     *     {@link io.authsessions.store.StoreException} where the store cannot be worked with
     */
    public Future<List<String>> checkStore() {
        return store instanceof StoreHealth health ? health.check() : Future.succeededFuture(List.of());
    }

    /**
     * Ends the work: takes no more calls, lets those under way end, fails the rest after the drain time, closes the
     * store. The sessions stay in it.
     */
    public Future<Void> close() {
        sweeper.stop();
        return service.close(drain).eventually(store::close);
    }

    private static void publish(Vertx vertx, AuthSessionsOptions options, SessionEvent event) {
        vertx.eventBus().publish(options.eventsAddress(), event.toJson(), NEARBY);
    }
}
