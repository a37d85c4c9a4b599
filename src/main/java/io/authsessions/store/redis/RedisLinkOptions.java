package io.authsessions.store.redis;

import io.vertx.core.net.NetClientOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How Redis is reached. Immutable, as long as nobody changes {@code net}; the text of it holds no password.
 *
 * @param uri {@code redis://}, {@code rediss://} (TLS) or {@code unix://}, with user and password if need be
 * @param user overrides none that stands in the URI; null for Redis's default user
 * @param password overrides none that stands in the URI; null if none is needed
 * @param feedChannel on which the store publishes its changes
 * @param connectTimeout for one attempt with all that belongs to it: TCP, TLS, login; 10 ms to 1 min
 * @param commandDeadline for one command, waiting for a connection included; 10 ms to 1 min
 * @param maxInFlight commands per connection that are waiting or not answered; 1 to 100,000
 * @param lazyConnect whether opening succeeds although Redis cannot be reached yet
 * @param net further settings of the sockets; with {@code rediss://} its trust settings
 */
record RedisLinkOptions(
        String uri,
        @Nullable String user,
        @Nullable String password,
        String feedChannel,
        Duration connectTimeout,
        Duration commandDeadline,
        int maxInFlight,
        boolean lazyConnect,
        NetClientOptions net) {
    private static final Set<String> SCHEMES = Set.of("redis", "rediss", "unix");
    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final int MOST_IN_FLIGHT = 100_000;

    /** @throws IllegalArgumentException if a value is out of range, without the value */
    RedisLinkOptions {
        check(SCHEMES.contains(scheme(uri)), "the URI of Redis begins with redis://, rediss:// or unix://");
        check(!feedChannel.isEmpty(), "the feed needs a channel");
        check(inRange(connectTimeout), "the connect timeout is from 10 ms to 1 min");
        check(inRange(commandDeadline), "the command deadline is from 10 ms to 1 min");
        check(maxInFlight >= 1 && maxInFlight <= MOST_IN_FLIGHT, "from 1 to 100,000 commands can be in flight");
        net = new NetClientOptions(net);
    }

    /** The defaults, with the feed of the given channel. */
    static RedisLinkOptions of(String uri, String feedChannel) {
        return new RedisLinkOptions(
                uri,
                null,
                null,
                feedChannel,
                Duration.ofMillis(500),
                Duration.ofSeconds(1),
                1024,
                false,
                new NetClientOptions());
    }

    RedisLinkOptions withCommandDeadline(Duration deadline) {
        return new RedisLinkOptions(
                uri, user, password, feedChannel, connectTimeout, deadline, maxInFlight, lazyConnect, net);
    }

    RedisLinkOptions withConnectTimeout(Duration timeout) {
        return new RedisLinkOptions(
                uri, user, password, feedChannel, timeout, commandDeadline, maxInFlight, lazyConnect, net);
    }

    RedisLinkOptions withMaxInFlight(int most) {
        return new RedisLinkOptions(
                uri, user, password, feedChannel, connectTimeout, commandDeadline, most, lazyConnect, net);
    }

    RedisLinkOptions withLazyConnect(boolean lazy) {
        return new RedisLinkOptions(
                uri, user, password, feedChannel, connectTimeout, commandDeadline, maxInFlight, lazy, net);
    }

    RedisLinkOptions withLogin(@Nullable String name, @Nullable String secret) {
        return new RedisLinkOptions(
                uri, name, secret, feedChannel, connectTimeout, commandDeadline, maxInFlight, lazyConnect, net);
    }

    RedisLinkOptions withNet(NetClientOptions sockets) {
        return new RedisLinkOptions(
                uri, user, password, feedChannel, connectTimeout, commandDeadline, maxInFlight, lazyConnect, sockets);
    }

    /** The settings of the sockets, with TLS where the URI asks for it. */
    @Override
    public NetClientOptions net() {
        NetClientOptions sockets =
                new NetClientOptions(net).setConnectTimeout(Math.toIntExact(connectTimeout.toMillis()));
        if (scheme(uri).equals("rediss")) {
            sockets.setSsl(true);
            if (Objects.requireNonNullElse(sockets.getHostnameVerificationAlgorithm(), "")
                    .isEmpty()) {
                sockets.setHostnameVerificationAlgorithm("HTTPS");
            }
        }
        return sockets;
    }

    @Override
    public String toString() {
        return "RedisLinkOptions[" + scheme(uri) + "://***, feedChannel=" + feedChannel + ", connectTimeout="
                + connectTimeout + ", commandDeadline=" + commandDeadline + ", maxInFlight=" + maxInFlight
                + ", lazyConnect=" + lazyConnect + "]";
    }

    private static boolean inRange(Duration duration) {
        return duration.compareTo(SHORTEST) >= 0 && duration.compareTo(LONGEST) <= 0;
    }

    private static String scheme(String uri) {
        try {
            return Objects.requireNonNullElse(new URI(uri).getScheme(), "").toLowerCase(Locale.ROOT);
        } catch (URISyntaxException e) {
            // Its text holds the URI, and that the password.
            return "";
        }
    }

    private static void check(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }
}
