package io.authsessions.store.redis;

import io.authsessions.model.JsonFields;
import io.authsessions.store.redis.Sentinels.SentinelLogin;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;

/**
 * Which servers make up the Redis, and how they are reached. {@code toString} tells no password.
 *
 * @param mode how they work together
 * @param uris of the one server, of the sentinels, or of some members of the Cluster; never empty
 * @param masterName by which the sentinels know the primary; empty but in that mode
 * @param sentinelLogin as whom the sentinels are asked
 * @param tls the files for TLS
 */
record RedisServers(Mode mode, List<String> uris, String masterName, SentinelLogin sentinelLogin, TlsFiles tls) {
    static final String DEFAULT_URI = "redis://127.0.0.1:6379";

    private static final String URI_RULE =
            "must be redis://host:port or rediss://host:port, with user:password@ where needed";

    /** How servers work together. */
    enum Mode {
        /** One server. */
        STANDALONE,
        /** A primary with replicas, one of which sentinels put in its place when it fails. */
        SENTINEL,
        /** Several primaries, each with its part of the keys. */
        CLUSTER
    }

    RedisServers {
        uris = List.copyOf(uris);
    }

    static RedisServers read(JsonFields fields) {
        Mode mode = mode(fields);
        String uri = Objects.requireNonNullElse(fields.string("uri"), DEFAULT_URI);
        List<String> several = fields.strings("uris");
        String masterName = Objects.requireNonNullElse(fields.string("masterName"), "");
        SentinelLogin login = new SentinelLogin(fields.string("sentinelUser"), fields.string("sentinelPassword"));
        if (mode == Mode.STANDALONE) {
            check(fields, "uri", isRedisUri(uri), URI_RULE);
            check(fields, "uris", several.isEmpty(), "is for the modes sentinel and cluster; uri names one server");
        } else {
            check(fields, "uris", !several.isEmpty(), "must name at least one server in this mode");
            // What stands there is not repeated: it may hold a password.
            check(fields, "uris", several.stream().allMatch(RedisServers::isRedisUri), "each " + URI_RULE);
            boolean alike =
                    several.stream().map(RedisServers::encrypted).distinct().count() <= 1;
            check(fields, "uris", alike, "must all be redis:// or all rediss://");
        }
        check(
                fields,
                "masterName",
                mode == Mode.SENTINEL != masterName.isEmpty(),
                "is needed in mode sentinel, and only there");
        List<String> uris = mode == Mode.STANDALONE || several.isEmpty() ? List.of(uri) : several;
        return new RedisServers(mode, uris, masterName, login, TlsFiles.read(fields, encrypted(uris.get(0))));
    }

    private static Mode mode(JsonFields fields) {
        String name = Objects.requireNonNullElse(fields.string("mode"), "standalone");
        return switch (name) {
            case "standalone" -> Mode.STANDALONE;
            case "sentinel" -> Mode.SENTINEL;
            case "cluster" -> Mode.CLUSTER;
            default -> {
                fields.error("mode", "must be standalone, sentinel or cluster");
                yield Mode.STANDALONE;
            }
        };
    }

    private static void check(JsonFields fields, String name, boolean holds, String rule) {
        if (!holds) {
            fields.error(name, rule);
        }
    }

    private static boolean encrypted(String uri) {
        return uri.startsWith("rediss:");
    }

    private static boolean isRedisUri(String text) {
        try {
            URI uri = new URI(text);
            boolean redis = "redis".equals(uri.getScheme()) || "rediss".equals(uri.getScheme());
            return redis && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** The URI whose scheme and login are those of all servers. */
    String uri() {
        return uris.get(0);
    }

    /** Links that connect when they are first used. */
    RedisCommands link(Vertx vertx, RedisLinkOptions options, ReplicaRule rule, InstantSource clock) {
        if (mode == Mode.CLUSTER) {
            return new ClusterLink(vertx, options, uris, rule, clock);
        }
        Whereabouts whereabouts = mode == Mode.SENTINEL
                ? new Sentinels((VertxInternal) vertx, options, uris, masterName, sentinelLogin)
                : Whereabouts.fixed(uri());
        Primary primary = Primary.unknown();
        RedisLink link = new RedisLink(vertx, options, clock, whereabouts, primary);
        if (!rule.waits()) {
            return link;
        }
        RedisLink own = new RedisLink(vertx, options, clock, whereabouts, primary);
        return new ReplicatedLink(link, new ConfirmedChanges(vertx, own, options, rule), options);
    }

    @Override
    public String toString() {
        return "RedisServers[mode=" + mode + "]";
    }
}
