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
 *   <li>{@code mode}: {@code standalone}; {@code sentinel} or {@code cluster}, with {@code uris}: an array of the
 *       sentinels, or of some members of the Cluster, in place of {@code uri}; the first one's scheme and login are those
 *       of all servers
 *   <li>{@code masterName}: by which the sentinels know the primary; {@code sentinelUser}, {@code sentinelPassword}: as
 *       whom they are asked, where they need to know
 *   <li>{@code tls}: an object of PEM files, {@code trust} for the server's certificate, {@code certificate} and
 *       {@code key} of the client
 *   <li>{@code waitReplicas}: how many replicas must have a change before it counts, 0; {@code waitTimeout}: how long they
 *       are waited for, {@code 500ms}, at most half of {@code commandDeadline}
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
        if (!hasDriver()) {
            throw new IllegalStateException("the redis store needs io.vertx:vertx-redis-client on the class path");
        }
        RedisCommands commands = options.servers().link(vertx, options.link(), options.replicas(), clock);
        return new RedisSessionStore(vertx, commands, policy, options);
    }

    /** Asked for at once: otherwise the first connection would find out, on some event loop. */
    private static boolean hasDriver() {
        try {
            Class.forName("io.vertx.redis.client.Redis", false, RedisSessionStoreProvider.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
