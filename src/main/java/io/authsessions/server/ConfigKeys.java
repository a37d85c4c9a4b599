package io.authsessions.server;

import io.authsessions.AuthSessionsOptions;
import io.authsessions.model.Durations;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPolicy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Everything that can be configured: the one table behind the configuration file, the environment, the usage text and
 * {@code conf/schema.json}.
 */
final class ConfigKeys {
    private static final ConfigType TEXT = new ConfigType.Text();
    private static final ConfigType TIME = new ConfigType.Time();
    private static final ConfigType PORT = new ConfigType.Whole(0, 65_535);
    private static final AuthSessionsOptions SESSIONS = AuthSessionsOptions.defaults();
    private static final JsonObject POLICY = SESSIONS.policy().toJson();

    /** The key that most people set, and only in the environment. */
    static final ConfigKey ADMIN_KEY = new ConfigKey(
            "admin.key",
            new ConfigType.Secret(),
            null,
            "A key that opens the admin listener; at least " + AdminKeys.MIN_LENGTH_BEYOND_LOOPBACK
                    + " characters where the listener is not on loopback.");

    /** All keys by their paths, in the order in which people read them. */
    static final Map<String, ConfigKey> ALL = table();

    private ConfigKeys() {}

    private static Map<String, ConfigKey> table() {
        Map<String, ConfigKey> keys = new LinkedHashMap<>();
        Stream.of(listeners(), store(), redis(), policy(), service())
                .flatMap(List::stream)
                .forEach(key -> keys.put(key.path(), key));
        return keys;
    }

    private static List<ConfigKey> listeners() {
        return List.of(
                new ConfigKey("http.host", TEXT, "127.0.0.1", "Address of the public listener."),
                new ConfigKey("http.port", PORT, 8080, "Port of the public listener; 0 takes a free one."),
                new ConfigKey("admin.host", TEXT, "127.0.0.1", "Address of the admin listener."),
                new ConfigKey("admin.port", PORT, 8081, "Port of the admin listener; 0 takes a free one."),
                ADMIN_KEY,
                new ConfigKey(
                        "admin.keys",
                        new ConfigType.Secrets(),
                        new JsonArray(),
                        "Further keys, for rollover; in the environment with commas between them."),
                new ConfigKey(
                        "admin.keyFile",
                        TEXT,
                        ".authsessions-admin-key",
                        "File with admin keys, one a line, read where none is configured otherwise. "
                                + "On loopback it is made if it is not there."));
    }

    private static List<ConfigKey> store() {
        return List.of(
                new ConfigKey(
                        "store.type",
                        TEXT,
                        SESSIONS.storeType(),
                        "Where sessions are kept: local, redis, or a store of your own."),
                new ConfigKey("store.local.name", TEXT, "authsessions.store", "Name of the local map that holds them."),
                new ConfigKey(
                        "store.local.maxSessions",
                        new ConfigType.Whole(0, Long.MAX_VALUE),
                        0,
                        "The most sessions that are held; 0 for no bound."),
                new ConfigKey(
                        "store.local.maxEndedMarkers",
                        new ConfigType.Whole(0, Integer.MAX_VALUE),
                        100_000,
                        "Of how many ended sessions it is remembered why they ended."));
    }

    private static List<ConfigKey> redis() {
        return List.of(
                redis(
                        "uri",
                        new ConfigType.Shaped(
                                "^rediss?://[!-~]{1,500}$",
                                "must be redis://host:port or rediss://host:port, with user:password@ where needed"),
                        "redis://127.0.0.1:6379",
                        "Where Redis is: redis://user:password@host:port, rediss:// for TLS. It may hold a password, so "
                                + "set it in the environment."),
                redis(
                        "prefix",
                        new ConfigType.Shaped(
                                "^[A-Za-z0-9_.:-]{1,32}$", "must be 1 to 32 letters, digits, _, -, . or :"),
                        "aus",
                        "What every key and the channel begin with."),
                redis(
                        "buckets",
                        new ConfigType.Whole(1, SessionIds.MAX_BUCKETS),
                        256,
                        "Into how many parts the users are divided; fixed for good by the first start."),
                redis("commandDeadline", TIME, "1s", "The longest that one command waits for its answer."),
                redis("callDeadline", TIME, "2s", "The longest that one call may take in all its commands."),
                redis(
                        "maxInFlight",
                        new ConfigType.Whole(128, 65_536),
                        1024,
                        "How many commands may be under way on one connection."),
                redis(
                        "lazyConnect",
                        new ConfigType.Truth(),
                        false,
                        "Whether the start succeeds although Redis cannot be reached yet."));
    }

    private static ConfigKey redis(String name, ConfigType type, Object fallback, String meaning) {
        return new ConfigKey("store.redis." + name, type, fallback, meaning);
    }

    private static List<ConfigKey> policy() {
        return List.of(
                policy("idleTimeout", TIME, "A session never expires sooner than this after its last use."),
                policy("absoluteTimeout", TIME, "A session never lives longer than this."),
                policy("touchInterval", TIME, "Uses are recorded at most once in this time."),
                policy("freshFor", TIME, "How long a proof of identity counts as fresh."),
                policy("rotationGrace", TIME, "How long an old token stays good once its successor was presented."),
                policy(
                        "onReuse",
                        names(SessionPolicy.OnReuse.values()),
                        "What happens when an old token is presented after the grace."),
                policy("maxIdleTimeout", TIME, "The most that the creator of a session may ask for."),
                policy("maxAbsoluteTimeout", TIME, "The most that the creator of a session may ask for."),
                policy(
                        "maxSessionsPerUser",
                        new ConfigType.Whole(0, SessionPolicy.MAX_SESSIONS_PER_USER),
                        "The most living sessions of a user; 0 for no limit."),
                policy(
                        "onLimit",
                        names(SessionPolicy.OnLimit.values()),
                        "What happens when a user would hold more sessions."),
                policy("endedRetention", TIME, "How long it is remembered why a session ended."));
    }

    private static List<ConfigKey> service() {
        return List.of(
                new ConfigKey(
                        "service.address",
                        TEXT,
                        SESSIONS.address(),
                        "Where the session service listens on the event bus."),
                time("service.deadline", SESSIONS.deadline(), "The longest that a call waits for its answer."),
                time("service.drain", SESSIONS.drain(), "How long what is under way may go on when the server stops."),
                time("service.sweepInterval", SESSIONS.sweepInterval(), "How often expired sessions are looked for."));
    }

    private static ConfigKey time(String path, Duration fallback, String meaning) {
        return new ConfigKey(path, TIME, Durations.format(fallback), meaning);
    }

    private static ConfigKey policy(String name, ConfigType type, String meaning) {
        return new ConfigKey("policy." + name, type, POLICY.getValue(name), meaning);
    }

    private static ConfigType names(Enum<?>[] constants) {
        return new ConfigType.Choice(Arrays.stream(constants)
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList());
    }
}
