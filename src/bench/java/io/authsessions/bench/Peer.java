package io.authsessions.bench;

/** What is asked over HTTP and compared. Each has a listener and a router of its own, in a process of its own. */
enum Peer {
    NOTHING("a route that does nothing"),
    AUTHENTICATION("a bare authentication handler of vertx-web: one SHA-256, one map look-up"),
    HAND_MADE("the same written by hand, past vertx-web's authentication handlers"),
    VERTX_WEB_LOCAL("vertx-web's SessionHandler, LocalSessionStore"),
    LOCAL("our handler, local store"),
    CACHED("our handler, Redis, answered from the near cache"),
    BUS("a route with a bare event-bus request, whose reply is a ready JSON of the same size"),
    PROXY("our handler over a proxy of the event bus, local store; in one Vert.x it sends no message"),
    MESSAGES("the same by messages, as raw callers send them"),
    HMGET("a route with one HMGET"),
    UNCACHED("our handler, one read of Redis"),
    VERTX_WEB_REDIS("vertx-web's SessionHandler, RedisSessionStore 5.0.8");

    private final String title;

    Peer(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** Whether its requests bring a cookie that its first answer has set, and not a bearer token. */
    boolean takesCookie() {
        return this == VERTX_WEB_LOCAL || this == VERTX_WEB_REDIS;
    }
}
