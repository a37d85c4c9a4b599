package io.authsessions.store.redis;

import io.authsessions.model.Durations;
import io.authsessions.model.JsonFields;
import io.authsessions.model.SessionIds;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a store finds its Redis and what it permits itself. {@code toString} tells no password.
 *
 * @param uri {@code redis://} or {@code rediss://}, with user and password where they are needed
 * @param prefix of every key; 1 to 32 letters, digits, {@code _}, {@code -}, {@code .} or {@code :}
 * @param buckets into how many parts the users are divided, 1 to 3844; the same for good
 * @param commandDeadline how long one command may take
 * @param callDeadline how long one call may take, in all its commands
 * @param maxInFlight how many commands may be under way on one connection
 * @param lazyConnect whether opening succeeds although Redis cannot be reached yet
 */
record RedisOptions(
        String uri,
        String prefix,
        int buckets,
        Duration commandDeadline,
        Duration callDeadline,
        int maxInFlight,
        boolean lazyConnect) {
    static final String DEFAULT_URI = "redis://127.0.0.1:6379";
    static final String DEFAULT_PREFIX = "aus";
    static final int DEFAULT_BUCKETS = 256;
    static final Duration DEFAULT_COMMAND_DEADLINE = Duration.ofSeconds(1);
    static final Duration DEFAULT_CALL_DEADLINE = Duration.ofSeconds(2);
    static final int DEFAULT_MAX_IN_FLIGHT = 1024;

    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_.:-]{1,32}");
    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final int FEWEST_IN_FLIGHT = 128;
    private static final int MOST_IN_FLIGHT = 65_536;

    /**
     * Reads the configuration.
     *
     * @throws io.authsessions.model.InvalidRequestException with every mistake
     */
    static RedisOptions read(JsonObject config) {
        JsonFields fields = JsonFields.of(config);
        String uri = or(fields.string("uri"), DEFAULT_URI);
        if (!isRedisUri(uri)) {
            // What stands there is not repeated: it may hold a password.
            fields.error("uri", "must be redis://host:port or rediss://host:port, with user:password@ where needed");
        }
        String prefix = or(fields.string("prefix"), DEFAULT_PREFIX);
        if (!PREFIX.matcher(prefix).matches()) {
            fields.error("prefix", "must be 1 to 32 letters, digits, _, -, . or :");
        }
        long buckets = fields.integerOr("buckets", 1, SessionIds.MAX_BUCKETS, DEFAULT_BUCKETS);
        Duration command = Durations.read(fields, "commandDeadline", SHORTEST, LONGEST, DEFAULT_COMMAND_DEADLINE);
        Duration call = Durations.read(fields, "callDeadline", SHORTEST, LONGEST, DEFAULT_CALL_DEADLINE);
        if (call.compareTo(command) < 0) {
            fields.error("callDeadline", "must not be shorter than commandDeadline");
        }
        long inFlight = fields.integerOr("maxInFlight", FEWEST_IN_FLIGHT, MOST_IN_FLIGHT, DEFAULT_MAX_IN_FLIGHT);
        boolean lazy = fields.booleanOr("lazyConnect", false);
        fields.refuseOthers().finish();
        return new RedisOptions(uri, prefix, (int) buckets, command, call, (int) inFlight, lazy);
    }

    /** What the connections need of it. */
    RedisLinkOptions link() {
        return RedisLinkOptions.of(uri, new RedisKeys(prefix, buckets).channel())
                .withCommandDeadline(commandDeadline)
                .withMaxInFlight(maxInFlight)
                .withLazyConnect(lazyConnect);
    }

    @Override
    public String toString() {
        return "RedisOptions[prefix=" + prefix + ", buckets=" + buckets + "]";
    }

    private static String or(@Nullable String value, String otherwise) {
        return value == null ? otherwise : value;
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
}
