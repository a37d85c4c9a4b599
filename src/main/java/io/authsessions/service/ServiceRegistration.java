package io.authsessions.service;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;

/** A service on the event bus, behind the guard. */
public final class ServiceRegistration {
    private final MessageConsumer<JsonObject> consumer;

    private ServiceRegistration(MessageConsumer<JsonObject> consumer) {
        this.consumer = consumer;
    }

    /**
     * Registers a service.
     *
     * @param clusterWide whether other nodes reach it too; else this Vert.x alone
     */
    public static Future<ServiceRegistration> register(
            Vertx vertx, String address, AuthSessionService service, boolean clusterWide) {
        EventBus bus = vertx.eventBus();
        ResolutionCodec.register(bus);
        BusGuard guarded =
                new BusGuard(new NearbyResolve(service, new AuthSessionServiceVertxProxyHandler(vertx, service)));
        MessageConsumer<JsonObject> consumer =
                clusterWide ? bus.consumer(address, guarded) : bus.localConsumer(address, guarded);
        return consumer.completion().map(new ServiceRegistration(consumer));
    }

    /** Takes the service off the bus; calls under way go on. */
    public Future<Void> unregister() {
        return consumer.unregister();
    }
}
