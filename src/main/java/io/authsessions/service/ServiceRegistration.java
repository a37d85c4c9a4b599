package io.authsessions.service;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A service on the event bus, behind the guard, and within reach of the proxies in the same Vert.x. Thread-safe. */
public final class ServiceRegistration {
    private final MessageConsumer<JsonObject> consumer;
    private final NearbyServices nearby;
    private final @Nullable TokenResolver resolver;
    private final AtomicBoolean ended = new AtomicBoolean();

    private ServiceRegistration(
            MessageConsumer<JsonObject> consumer, NearbyServices nearby, @Nullable TokenResolver resolver) {
        this.consumer = consumer;
        this.nearby = nearby;
        this.resolver = resolver;
    }

    /**
     * Registers a service. One that is a {@link TokenResolver} is asked directly by the proxies in this Vert.x.
     *
     * @param clusterWide whether other nodes reach it too; else this Vert.x alone
     */
    public static Future<ServiceRegistration> register(
            Vertx vertx, String address, AuthSessionService service, boolean clusterWide) {
        EventBus bus = vertx.eventBus();
        BusGuard guarded =
                new BusGuard(new AuthSessionServiceVertxProxyHandler(vertx, ForeignService.madeSafe(service)));
        MessageConsumer<JsonObject> consumer =
                clusterWide ? bus.consumer(address, guarded) : bus.localConsumer(address, guarded);
        NearbyServices nearby = NearbyServices.at(vertx, address);
        TokenResolver resolver = service instanceof TokenResolver direct ? direct : null;
        return consumer.completion().map(registered -> {
            if (resolver != null) {
                nearby.add(resolver);
            }
            return new ServiceRegistration(consumer, nearby, resolver);
        });
    }

    /** Takes the service off the bus; calls under way go on. */
    public Future<Void> unregister() {
        if (resolver != null && ended.compareAndSet(false, true)) {
            nearby.remove(resolver);
        }
        return consumer.unregister();
    }
}
