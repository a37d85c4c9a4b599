package io.authsessions.bench;

/** What is asked over HTTP and compared. Each has a listener and a router of its own. */
enum Peer {
    NOTHING(Kind.MEMORY, "a route that does nothing"),
    AUTHENTICATION(Kind.MEMORY, "a bare authentication handler of vertx-web: one SHA-256, one map look-up"),
    HAND_MADE(Kind.MEMORY, "the same written by hand, past vertx-web's authentication handlers"),
    VERTX_WEB_LOCAL(Kind.MEMORY, "vertx-web's SessionHandler, LocalSessionStore"),
    LOCAL(Kind.MEMORY, "our handler, local store"),
    CACHED(Kind.MEMORY, "our handler, Redis, answered from the near cache"),
    BUS(Kind.BUS, "a route with a bare event-bus request, whose reply is a ready JSON of the same size"),
    PROXY(Kind.BUS, "our handler over a proxy of the event bus, local store; in one Vert.x it sends no message"),
    MESSAGES(Kind.BUS, "the same by messages, as raw callers send them"),
    HMGET(Kind.REDIS, "a route with one HMGET"),
    UNCACHED(Kind.REDIS, "our handler, one read of Redis"),
    VERTX_WEB_REDIS(Kind.REDIS, "vertx-web's SessionHandler, RedisSessionStore 5.0.8");

    /** Where answers come from; those of one kind are compared with each other. */
    enum Kind {
        MEMORY,
        BUS,
        REDIS
    }

    private final Kind kind;
    private final String title;

    Peer(Kind kind, String title) {
        this.kind = kind;
        this.title = title;
    }

    Kind kind() {
        return kind;
    }

    String title() {
        return title;
    }

    /** Whether its requests bring a cookie that its first answer has set, and not a bearer token. */
    boolean takesCookie() {
        return this == VERTX_WEB_LOCAL || this == VERTX_WEB_REDIS;
    }
}
