package io.authsessions;

import io.authsessions.model.SessionEvent;
import io.authsessions.service.AuthSessionService;
import io.authsessions.service.Background;
import io.authsessions.service.CacheMeters;
import io.authsessions.service.NearCache;
import io.authsessions.service.StoreSessionService;
import io.authsessions.service.Sweeper;
import io.authsessions.store.SessionStore;
import io.authsessions.store.SessionStoreProvider;
import io.authsessions.store.StoreHealth;
import io.authsessions.store.StoreInspection;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in process: store, policy and service put together, without a hop over the event bus. Events of all changes
 * are published on this Vert.x's own bus. Thread-safe.
 */
public final class AuthSessions {
    private static final DeliveryOptions NEARBY = new DeliveryOptions().setLocalOnly(true);

    /** Whether resolves are answered from memory. */
    public enum CacheStatus {
        /** They are not, and were not to be. */
        OFF,
        /** They are. */
        UP,
        /** They would be, but for longer than a lease nothing could be proven of what is held; they ask the store. */
        DEGRADED
    }

    private final SessionStore store;
    private final @Nullable NearCache near;
    private final StoreSessionService service;
    private final Sweeper sweeper;
    private final Duration drain;
    private final boolean shared;

    private AuthSessions(
            Vertx vertx, AuthSessionsOptions options, SessionStore store, @Nullable NearCache near, boolean shared) {
        SecureRandom random = new SecureRandom();
        this.store = store;
        this.near = near;
        this.service = new StoreSessionService(vertx, store, near, options.policy(), options.deadline(), random);
        this.sweeper = new Sweeper(vertx, store, options.sweepInterval(), random);
        this.drain = options.drain();
        this.shared = shared;
    }

    /**
     * Opens the store and begins to work. May be called from anywhere, also from a worker; the work ends with
     * {@link #close} and not with the verticle that began it.
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
            return open(vertx, options, store, provider.shared())
                    .recover(failure -> store.close().transform(closed -> Future.failedFuture(failure)));
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private static Future<AuthSessions> open(
            Vertx vertx, AuthSessionsOptions options, SessionStore store, boolean shared) {
        NearCache near;
        try {
            near = NearCaches.over(vertx, store, options);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
        return store.open(event -> publish(vertx, options, event))
                .map(opened -> new AuthSessions(vertx, options, store, near, shared))
                .compose(sessions -> Background.begin(vertx, sessions::begin));
    }

    private Future<AuthSessions> begin() {
        sweeper.start();
        return near == null ? Future.succeededFuture(this) : near.start().map(this);
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

    /** Whether resolves are answered from memory now. */
    public CacheStatus cacheStatus() {
        if (near == null) {
            return CacheStatus.OFF;
        }
        return near.degraded() ? CacheStatus.DEGRADED : CacheStatus.UP;
    }

    /** What the near cache has done and how it is; null where there is none. */
    public @Nullable CacheMeters cacheMeters() {
        return near == null ? null : near.meters();
    }

    /**
     * What the store keeps under a session id, for operators: readable, without secrets, also of what has expired or
     * ended or is damaged; see {@link io.authsessions.store.RecordView}. Not a use.
     *
     * @return null if nothing stands there; fails with {@link UnsupportedOperationException} where the store keeps
     *     sessions as they are, as the local one does, and with a {@link io.authsessions.store.StoreException} where it
     *     cannot be read
     */
    public Future<@Nullable JsonObject> inspectSession(String sessionId) {
        return store instanceof StoreInspection inspection
                ? inspection.inspect(sessionId)
                : Future.failedFuture(
                        new UnsupportedOperationException("this store keeps sessions as they are: get them"));
    }

    /**
     * Ends the work: takes no more calls, lets those under way end, fails the rest after the drain time, closes the
     * store. The sessions stay in it.
     */
    public Future<Void> close() {
        sweeper.stop();
        if (near != null) {
            near.stop();
        }
        return service.close(drain).eventually(store::close);
    }

    private static void publish(Vertx vertx, AuthSessionsOptions options, SessionEvent event) {
        vertx.eventBus().publish(options.eventsAddress(), event.toJson(), NEARBY);
    }
}
