package io.authsessions.server;

import io.authsessions.AuthSessionsOptions;
import io.authsessions.model.Durations;
import io.authsessions.model.SessionPolicy;
import io.authsessions.service.CacheOptions;
import io.authsessions.web.SessionCookie;
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
        Stream.of(
                        listeners(),
                        limits(),
                        browsers(),
                        admin(),
                        store(),
                        RedisConfigKeys.servers(),
                        RedisConfigKeys.use(),
                        cache(),
                        policy(),
                        service())
                .flatMap(List::stream)
                .forEach(key -> keys.put(key.path(), key));
        return keys;
    }

    private static List<ConfigKey> listeners() {
        return List.of(
                new ConfigKey("http.host", TEXT, "127.0.0.1", "Address of the public listener."),
                new ConfigKey("http.port", PORT, 8080, "Port of the public listener; 0 takes a free one."));
    }

    private static List<ConfigKey> limits() {
        return List.of(
                new ConfigKey(
                        "http.maxConnections",
                        new ConfigType.Whole(1, 1_000_000),
                        10_000,
                        "The most connections that each listener holds; further ones are closed at once."),
                new ConfigKey(
                        "http.idleTimeout",
                        TIME,
                        "30s",
                        "A connection on which nothing is sent for so long is closed; 1s to 1h. Streams of events need "
                                + "more than 15s."),
                new ConfigKey(
                        "http.maxFailedResolves",
                        new ConfigType.Whole(0, 1_000_000),
                        100,
                        "After so many bad tokens in a minute an address is answered 429 until the minute is over, but "
                                + "for tokens that were good here lately and a few looks at others; 0 for no limit."),
                new ConfigKey(
                        "http.trustedProxies",
                        new ConfigType.Addresses(),
                        new JsonArray(),
                        "Addresses or networks of the proxies whose X-Forwarded-For is believed; in the environment with commas between them."),
                new ConfigKey(
                        "http.freshToEnd",
                        new ConfigType.Truth(),
                        false,
                        "Whether ending other sessions than one's own takes a session that is fresh by "
                                + "policy.freshFor."),
                new ConfigKey(
                        "http.hsts",
                        new ConfigType.Truth(),
                        false,
                        "Whether browsers are told (Strict-Transport-Security) to come by HTTPS only, for a year and to "
                                + "all subdomains; for a listener behind a proxy that terminates TLS."));
    }

    private static List<ConfigKey> browsers() {
        return List.of(
                new ConfigKey(
                        "cookie.name",
                        new ConfigType.Shaped(
                                "^__(Host|Secure)-[A-Za-z0-9_.-]{1,64}$",
                                "must be __Host- or __Secure- and 1 to 64 letters, digits, _, . or -"),
                        SessionCookie.DEFAULT_NAME,
                        "Name of the cookie with a browser's session."),
                new ConfigKey(
                        "cookie.sameSite",
                        names(SessionCookie.SameSite.values()),
                        "lax",
                        "Whether links from other sites find the browser signed in: lax, or strict for no."),
                new ConfigKey(
                        "cookie.development",
                        new ConfigType.Truth(),
                        false,
                        "Whether the cookie is named session-dev and works without TLS; on loopback only."),
                new ConfigKey(
                        "web.origins",
                        new ConfigType.Origins(),
                        new JsonArray(),
                        "Origins of the pages that may act with the cookie, such as https://app.example.com; with none, "
                                + "the listener's own address. Needed behind a proxy."),
                new ConfigKey(
                        "web.corsOrigins",
                        new ConfigType.Origins(),
                        new JsonArray(),
                        "Origins of further pages that may read answers (CORS); to change things with the cookie they "
                                + "must stand in web.origins too."));
    }

    private static List<ConfigKey> admin() {
        return List.of(
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
                                + "On loopback it is made if it is not there."),
                new ConfigKey(
                        "introspection.clients",
                        new ConfigType.Clients(),
                        new JsonArray(),
                        "Services that may introspect tokens and do nothing else, each as id:secret; in the "
                                + "environment with commas between them."));
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

    private static List<ConfigKey> cache() {
        CacheOptions fallback = CacheOptions.DEFAULT;
        return List.of(
                new ConfigKey(
                        "cache.enabled",
                        new ConfigType.Truth(),
                        true,
                        "Whether resolves are answered from memory; the local store holds its sessions there anyway."),
                new ConfigKey(
                        "cache.size",
                        new ConfigType.Whole(CacheOptions.MIN_SIZE, CacheOptions.MAX_SIZE),
                        fallback.size(),
                        "How many sessions are held in memory at most."),
                time(
                        "cache.lease",
                        fallback.lease(),
                        "The longest that a session resolves after it was ended through another node."));
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
