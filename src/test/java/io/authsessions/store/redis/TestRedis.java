package io.authsessions.store.redis;

/** The Redis that all tests of this JVM share; each test has a key prefix of its own. Ends with the JVM. */
final class TestRedis {
    private static final LinkRedis REDIS = start();

    private TestRedis() {}

    static String uri() {
        return REDIS.uri();
    }

    static int port() {
        return REDIS.port();
    }

    static String admin(String... command) {
        return REDIS.admin(command);
    }

    private static LinkRedis start() {
        LinkRedis redis = LinkRedis.started();
        Runtime.getRuntime().addShutdownHook(new Thread(redis::close, "end of the test Redis"));
        return redis;
    }
}
