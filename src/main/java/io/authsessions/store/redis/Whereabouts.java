package io.authsessions.store.redis;

import io.vertx.core.Future;

/** Tells where the server is to which the next connection goes. Thread-safe. */
interface Whereabouts {
    /** The URI of the server, with the login; fails where nobody knows it. Completes on any thread. */
    Future<String> uri();

    /** Whether the next connection would go to that URI; fails where nobody knows. Completes on any thread. */
    default Future<Boolean> leadsTo(String uri) {
        return Future.succeededFuture(true);
    }

    /** A server that never moves. */
    static Whereabouts fixed(String uri) {
        Future<String> known = Future.succeededFuture(uri);
        return () -> known;
    }
}
