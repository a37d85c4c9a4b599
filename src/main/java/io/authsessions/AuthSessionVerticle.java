package io.authsessions;

import io.authsessions.service.ServiceRegistration;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The session service on the event bus. Deployed with options, or with a deployment configuration of the form that
 * {@link AuthSessionsOptions#fromJson} reads. With a store that only this Vert.x sees, the address is registered
 * locally only; with a shared one, in the whole cluster. Undeploying takes the service off the bus, lets calls under
 * way end, and fails the rest at once: no caller waits for a time-out. Instances that are deployed with the same options
 * share the store and what is answered from memory; the last that is undeployed ends it.
 */
public final class AuthSessionVerticle extends VerticleBase {
    private final @Nullable AuthSessionsOptions given;
    private final InstantSource clock;
    private @Nullable SharedSessions shared;
    private @Nullable ServiceRegistration registration;

    /** Configured by the deployment. */
    public AuthSessionVerticle() {
        this(null, InstantSource.system());
    }

    /** Configured here. */
    public AuthSessionVerticle(AuthSessionsOptions options) {
        this(options, InstantSource.system());
    }

    /** Configured here or, with null, by the deployment, and with another clock, for tests. */
    public AuthSessionVerticle(@Nullable AuthSessionsOptions options, InstantSource clock) {
        this.given = options;
        this.clock = clock;
    }

    @Override
    public Future<?> start() {
        AuthSessionsOptions options = given == null ? AuthSessionsOptions.fromJson(config()) : given;
        return SharedSessions.acquire(vertx, options, clock).compose(acquired -> {
            shared = acquired;
            AuthSessions sessions = acquired.sessions();
            boolean clusterWide = sessions.shared() && vertx.isClustered();
            return ServiceRegistration.register(vertx, options.address(), sessions.service(), clusterWide)
                    .onSuccess(registered -> registration = registered)
                    .recover(failure -> acquired.release().transform(ended -> Future.failedFuture(failure)));
        });
    }

    @Override
    public Future<?> stop() {
        ServiceRegistration registered = registration;
        SharedSessions acquired = shared;
        Future<Void> off = registered == null ? Future.succeededFuture() : registered.unregister();
        return acquired == null ? off : off.eventually(acquired::release);
    }
}
