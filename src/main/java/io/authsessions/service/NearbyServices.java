package io.authsessions.service;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The services that are registered at one address of one Vert.x and take calls from any thread, for the proxies in that
 * Vert.x: see docs/decisions/0005. Thread-safe.
 */
final class NearbyServices implements Shareable {
    private static final String NAME = "authsessions.nearby";

    private volatile List<TokenResolver> services = List.of();

    private NearbyServices() {}

    /** Those at that address, now and later: one object for each address. */
    static NearbyServices at(Vertx vertx, String address) {
        LocalMap<String, NearbyServices> all = vertx.sharedData().getLocalMap(NAME);
        return all.computeIfAbsent(address, first -> new NearbyServices());
    }

    /** The one that was registered first of those that are; null if none is. */
    @Nullable
    TokenResolver first() {
        List<TokenResolver> known = services;
        return known.isEmpty() ? null : known.get(0);
    }

    /** Registers one once more; instances of a verticle may share it. */
    synchronized void add(TokenResolver service) {
        List<TokenResolver> more = new ArrayList<>(services);
        more.add(service);
        services = List.copyOf(more);
    }

    /** Takes back one registration. */
    synchronized void remove(TokenResolver service) {
        List<TokenResolver> fewer = new ArrayList<>(services);
        fewer.remove(service);
        services = List.copyOf(fewer);
    }
}
