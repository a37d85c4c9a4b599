package io.authsessions.store.redis;

import io.authsessions.model.SessionPolicy;
import io.authsessions.store.SessionStore;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;

/**
 * The Redis that all tests of this JVM share, used as the user with the least rights that the documentation names; each
 * test has a key prefix of its own. Ends with the JVM.
 */
public final class TestRedis {
    /** As docs/redis.md has it, with another password. */
    static final String RIGHTS = "on >secret resetkeys ~aus:* resetchannels &aus:* -@all +hello +auth +ping +info +time"
            + " +subscribe +unsubscribe +publish +get +mget +set +setrange +pexpire +pttl +zadd +zrem +zrange +zscore"
            + " +zmscore +zcount +eval +evalsha";

    private static final LinkRedis REDIS = start();

    private TestRedis() {}

    /** A store over the sessions of one test. */
    public static SessionStore store(Vertx vertx, SessionPolicy policy, InstantSource clock, String space) {
        return new RedisSessionStoreProvider().create(vertx, policy, clock, config(space));
    }

    static JsonObject config(String space) {
        return new JsonObject().put("uri", uri()).put("prefix", prefix(space));
    }

    static String prefix(String space) {
        return "aus:" + space;
    }

    public static String uri() {
        return "redis://aus:secret@127.0.0.1:" + REDIS.port();
    }

    /** With all rights. */
    static String adminUri() {
        return REDIS.uri();
    }

    public static String admin(String... command) {
        return REDIS.admin(command);
    }

    private static LinkRedis start() {
        LinkRedis redis = LinkRedis.started();
        Runtime.getRuntime().addShutdownHook(new Thread(redis::close, "end of the test Redis"));
        redis.admin(("ACL SETUSER aus " + RIGHTS).split(" "));
        return redis;
    }
}
