package io.authsessions.store.redis;

import io.authsessions.model.SessionPolicy;
import io.authsessions.store.SessionStore;
import io.authsessions.store.SessionStoreProvider;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;

/**
 * Makes stores of type {@code redis}. Configuration, all of it optional:
 *
 * <ul>
 *   <li>{@code uri}: {@code redis://127.0.0.1:6379}; {@code rediss://} for TLS; user and password as {@code
 *       redis://user:password@host:port}
 *   <li>{@code prefix}: of every key and of the channel, {@code aus}
 *   <li>{@code buckets}: into how many parts the users are divided, 256; the same for good
 *   <li>{@code commandDeadline}: how long one command may take, {@code 1s}
 *   <li>{@code callDeadline}: how long one call may take in all its commands, {@code 2s}
 *   <li>{@code maxInFlight}: how many commands may be under way on one connection, 1024
 *   <li>{@code lazyConnect}: whether the start succeeds although Redis cannot be reached yet, {@code false}
 * </ul>
 */
public final class RedisSessionStoreProvider implements SessionStoreProvider {
    /** For {@link java.util.ServiceLoader}. */
    public RedisSessionStoreProvider() {}

    @Override
    public String type() {
        return "redis";
    }

    @Override
    public boolean shared() {
        return true;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Sessions live by the time of Redis where the clock is the system's, else by the clock.
     */
    @Override
    public SessionStore create(Vertx vertx, SessionPolicy policy, InstantSource clock, JsonObject config) {
        RedisOptions options = RedisOptions.read(config);
        return new RedisSessionStore(vertx, new RedisLink(vertx, options.link(), clock), policy, options);
    }
}
