package io.authsessions;

import io.authsessions.model.Durations;
import io.authsessions.model.InvalidRequestException;
import io.authsessions.service.CacheOptions;
import io.authsessions.service.NearCache;
import io.authsessions.store.ChangeMarks;
import io.authsessions.store.SessionStore;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Decides whether there is a near cache, and makes it. */
final class NearCaches {
    private static final System.Logger LOG = System.getLogger(NearCaches.class.getName());
    private static final String NEEDS = "com.github.ben-manes.caffeine:caffeine on the class path";

    private NearCaches() {}

    /**
     * A near cache of a store that is not open yet, or null where there is to be none.
     *
     * @throws InvalidRequestException if the policy does not go with it
     * @throws IllegalStateException if it is asked for and Caffeine is missing
     */
    static @Nullable NearCache over(Vertx vertx, SessionStore store, AuthSessionsOptions options) {
        CacheOptions cache = options.cache();
        if (!cache.wanted() || !(store instanceof ChangeMarks marks)) {
            return null;
        }
        if (!NearCache.available()) {
            if (cache.enabled() != null) {
                throw new IllegalStateException("cache.enabled needs " + NEEDS);
            }
            LOG.log(System.Logger.Level.WARNING, "each resolve asks the store: to answer from memory needs " + NEEDS);
            return null;
        }
        if (options.policy().rotationGrace().compareTo(cache.lease()) < 0) {
            throw new InvalidRequestException(
                    "policy.rotationGrace",
                    "must be at least cache.lease, " + Durations.format(cache.lease())
                            + ", where resolves are answered from memory; or set cache.enabled to false");
        }
        return new NearCache(vertx, marks, store.buckets(), cache, InstantSource.system(), System::nanoTime);
    }
}
