package io.authsessions.server;

import io.authsessions.model.SessionIds;
import io.vertx.core.json.JsonArray;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be configured of the store in Redis, {@code store.redis.*}: a part of {@link ConfigKeys}. */
final class RedisConfigKeys {
    private static final ConfigType TEXT = new ConfigType.Text();
    private static final ConfigType TIME = new ConfigType.Time();
    private static final ConfigType.Shaped URI = new ConfigType.Shaped(
            "^rediss?://[!-~]{1,500}$",
            "must be redis://host:port or rediss://host:port, with user:password@ where needed");

    private RedisConfigKeys() {}

    /** Where the servers are and how they are spoken to. */
    static List<ConfigKey> servers() {
        return List.of(
                key(
                        "mode",
                        new ConfigType.Choice(List.of("standalone", "sentinel", "cluster")),
                        "standalone",
                        "How the servers work together: one, a primary that sentinels watch, or a Cluster."),
                key(
                        "uri",
                        URI,
                        "redis://127.0.0.1:6379",
                        "Where Redis is: redis://user:password@host:port, rediss:// for TLS. It may hold a password, so "
                                + "set it in the environment."),
                key(
                        "uris",
                        new ConfigType.ShapedTexts(URI),
                        new JsonArray(),
                        "Where the sentinels are, or some members of the Cluster; in the environment with commas between "
                                + "them. The first one's scheme and login are those of all servers of sessions."),
                key("masterName", TEXT, null, "By which name the sentinels know the primary."),
                key("sentinelUser", TEXT, null, "As whom the sentinels are asked, where they need to know."),
                key("sentinelPassword", new ConfigType.Secret(), null, "The password of that user."),
                key("tls.trust", TEXT, null, "PEM file with the certificates that may sign those of the servers."),
                key("tls.certificate", TEXT, null, "PEM file with the certificate that is shown to the servers."),
                key("tls.key", TEXT, null, "PEM file with the key of that certificate, in PKCS#8."),
                key(
                        "waitReplicas",
                        new ConfigType.Whole(0, 10),
                        0,
                        "How many replicas must have a change before it counts; 0 for none."),
                key(
                        "waitTimeout",
                        TIME,
                        "500ms",
                        "The longest that replicas are waited for; at most half of commandDeadline."));
    }

    /** How they are used. */
    static List<ConfigKey> use() {
        return List.of(
                key(
                        "prefix",
                        new ConfigType.Shaped(
                                "^[A-Za-z0-9_.:-]{1,32}$", "must be 1 to 32 letters, digits, _, -, . or :"),
                        "aus",
                        "What every key and the channel begin with."),
                key(
                        "buckets",
                        new ConfigType.Whole(1, SessionIds.MAX_BUCKETS),
                        256,
                        "Into how many parts the users are divided; fixed for good by the first start."),
                key("commandDeadline", TIME, "1s", "The longest that one command waits for its answer."),
                key("callDeadline", TIME, "2s", "The longest that one call may take in all its commands."),
                key(
                        "maxInFlight",
                        new ConfigType.Whole(128, 65_536),
                        1024,
                        "How many commands may be under way on one connection."),
                key(
                        "lazyConnect",
                        new ConfigType.Truth(),
                        false,
                        "Whether the start succeeds although Redis cannot be reached yet."));
    }

    private static ConfigKey key(String name, ConfigType type, @Nullable Object fallback, String meaning) {
        return new ConfigKey("store.redis." + name, type, fallback, meaning);
    }
}
