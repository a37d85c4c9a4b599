package io.authsessions.store.redis;

import io.authsessions.model.Durations;
import io.authsessions.model.JsonFields;
import io.authsessions.model.SessionIds;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a store finds its Redis and what it permits itself. {@code toString} tells no password.
 *
 * @param servers which they are
 * @param prefix of every key; 1 to 32 letters, digits, {@code _}, {@code -}, {@code .} or {@code :}
 * @param buckets into how many parts the users are divided, 1 to 3844; the same for good
 * @param commandDeadline how long one command may take
 * @param callDeadline how long one call may take, in all its commands
 * @param maxInFlight how many commands may be under way on one connection
 * @param replicas when a change counts as done
 * @param lazyConnect whether opening succeeds although Redis cannot be reached yet
 */
record RedisOptions(
        RedisServers servers,
        String prefix,
        int buckets,
        Duration commandDeadline,
        Duration callDeadline,
        int maxInFlight,
        ReplicaRule replicas,
        boolean lazyConnect) {
    static final String DEFAULT_PREFIX = "aus";
    static final int DEFAULT_BUCKETS = 256;
    static final Duration DEFAULT_COMMAND_DEADLINE = Duration.ofSeconds(1);
    static final Duration DEFAULT_CALL_DEADLINE = Duration.ofSeconds(2);
    static final int DEFAULT_MAX_IN_FLIGHT = 1024;

    static final Duration DEFAULT_WAIT_TIMEOUT = Duration.ofMillis(500);

    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_.:-]{1,32}");
    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final int FEWEST_IN_FLIGHT = 128;
    private static final int MOST_REPLICAS = 10;
    private static final int MOST_IN_FLIGHT = 65_536;

    /**
     * Reads the configuration.
     *
     * @throws io.authsessions.model.InvalidRequestException with every mistake
     */
    static RedisOptions read(JsonObject config) {
        JsonFields fields = JsonFields.of(config);
        RedisServers servers = RedisServers.read(fields);
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
        ReplicaRule replicas = replicas(fields, command);
        fields.refuseOthers().finish();
        return new RedisOptions(servers, prefix, (int) buckets, command, call, (int) inFlight, replicas, lazy);
    }

    private static ReplicaRule replicas(JsonFields fields, Duration command) {
        long replicas = fields.integerOr("waitReplicas", 0, MOST_REPLICAS, 0);
        Duration timeout = Durations.read(fields, "waitTimeout", SHORTEST, LONGEST, DEFAULT_WAIT_TIMEOUT);
        if (replicas > 0 && timeout.multipliedBy(2).compareTo(command) > 0) {
            fields.error("waitTimeout", "must not be longer than half of commandDeadline");
        }
        return new ReplicaRule((int) replicas, timeout);
    }

    /** What the connections need of it. */
    RedisLinkOptions link() {
        return RedisLinkOptions.of(servers.uri(), new RedisKeys(prefix, buckets).channel())
                .withCommandDeadline(commandDeadline)
                .withConnectTimeout(connectTimeout())
                .withMaxInFlight(maxInFlight)
                .withLazyConnect(lazyConnect)
                .withNet(servers.tls().sockets());
    }

    /** Half of what a command has, which waits for the connection. */
    private Duration connectTimeout() {
        Duration half = commandDeadline.dividedBy(2);
        return half.compareTo(SHORTEST) < 0 ? SHORTEST : half;
    }

    @Override
    public String toString() {
        return "RedisOptions[prefix=" + prefix + ", buckets=" + buckets + "]";
    }

    private static String or(@Nullable String value, String otherwise) {
        return value == null ? otherwise : value;
    }
}
