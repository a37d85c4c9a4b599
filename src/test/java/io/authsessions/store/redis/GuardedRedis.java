package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * A Redis of a test's own that is used as the user with the least rights that docs/redis.md names, and that holds keys of
 * somebody else. When it is closed nothing must have been denied, and those keys must be as they were.
 */
final class GuardedRedis implements AutoCloseable {
    private static final List<String> FOREIGN = List.of("foreign", "aus", "aus:{00}:other", "session:1");

    private final LinkRedis redis;

    private GuardedRedis(LinkRedis redis) {
        this.redis = redis;
    }

    /** One that runs, with further settings as on its command line. */
    static GuardedRedis started(String... settings) {
        LinkRedis redis = LinkRedis.started(settings);
        redis.admin(("ACL SETUSER aus " + TestRedis.RIGHTS).split(" "));
        FOREIGN.forEach(key -> redis.admin("SET", key, "theirs"));
        return new GuardedRedis(redis);
    }

    /** For the user with the least rights. */
    String uri() {
        return "redis://aus:secret@127.0.0.1:" + port();
    }

    /**
     * For a store whose test is neither about time nor about load: with a deadline that a machine at work on something else
     * does not miss, and room for all that a test asks for at once.
     */
    JsonObject config(String prefix) {
        return new JsonObject()
                .put("uri", uri())
                .put("prefix", prefix)
                .put("commandDeadline", "16s")
                .put("callDeadline", "17s")
                .put("maxInFlight", 20_000);
    }

    int port() {
        return redis.port();
    }

    /** With all rights. */
    String admin(String... command) {
        return redis.admin(command);
    }

    /** What stands under a prefix, without the keys of somebody else. */
    StoredKeys stored(String prefix) {
        FOREIGN.forEach(key -> assertThat(redis.admin("GET", key)).as(key).isEqualTo("theirs"));
        return StoredKeys.of(List.of(port()), prefix, FOREIGN);
    }

    @Override
    public void close() {
        try {
            assertThat(redis.admin("ACL", "LOG")).as("what the user was denied").isEqualTo("*0");
            for (String key : FOREIGN) {
                assertThat(redis.admin("GET", key)).as(key).isEqualTo("theirs");
                assertThat(redis.admin("PTTL", key)).as(key).isEqualTo(":-1");
            }
        } finally {
            redis.close();
        }
    }
}
