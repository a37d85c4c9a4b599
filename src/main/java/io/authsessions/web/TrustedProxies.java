package io.authsessions.web;

import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The proxies whose {@code X-Forwarded-For} is believed: what they say of a request's client is taken from the right to
 * the left, up to the first address that is not one of theirs. Whoever else sends the header is not listened to.
 * Immutable and thread-safe.
 */
public final class TrustedProxies {
    /** Nobody is believed; the client is the other end of the connection. */
    public static final TrustedProxies NONE = new TrustedProxies(List.of());

    private static final String FORWARDED_FOR = "X-Forwarded-For";
    private static final int MAX_HOPS = 32;

    private final List<Network> networks;

    private record Network(InetAddress base, int bits) {
        boolean contains(InetAddress other) {
            byte[] address = base.getAddress();
            byte[] bytes = other.getAddress();
            if (bytes.length != address.length) {
                return false;
            }
            for (int i = 0; i < bytes.length; i++) {
                int left = Math.max(0, Math.min(8, bits - i * 8));
                int mask = 0xff << (8 - left) & 0xff;
                if (((bytes[i] ^ address[i]) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private TrustedProxies(List<Network> networks) {
        this.networks = networks;
    }

    /**
     * Proxies by their addresses or networks.
     *
     * @param networks such as {@code 10.0.0.7}, {@code 10.0.0.0/8} or {@code fd00::/8}; no names
     * @throws IllegalArgumentException if one is something else
     */
    public static TrustedProxies of(Collection<String> networks) {
        List<Network> parsed = new ArrayList<>();
        networks.forEach(network -> parsed.add(parse(network)));
        return new TrustedProxies(List.copyOf(parsed));
    }

    private static Network parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = NetAddress.parse(slash < 0 ? text : text.substring(0, slash));
        if (address != null && text.indexOf('%') < 0) {
            int most = address.getAddress().length * 8;
            String bits = slash < 0 ? Integer.toString(most) : text.substring(slash + 1);
            if (bits.matches("[0-9]{1,3}") && Integer.parseInt(bits) <= most) {
                return new Network(address, Integer.parseInt(bits));
            }
        }
        throw new IllegalArgumentException("a proxy is written as an address, or as address/bits");
    }

    /** The address of the client of a request, as text; null as {@link #addressOf}. */
    public @Nullable String clientOf(HttpServerRequest request) {
        InetAddress client = addressOf(request);
        return client == null ? null : client.getHostAddress();
    }

    /** The address of the client of a request, or null if the connection is not one of the internet. */
    public @Nullable InetAddress addressOf(HttpServerRequest request) {
        InetAddress client = NetAddress.of(request.remoteAddress());
        if (client == null) {
            return null;
        }
        if (!networks.isEmpty()) {
            List<String> hops = new ArrayList<>();
            request.headers().getAll(FORWARDED_FOR).forEach(line -> Collections.addAll(hops, line.split(",", -1)));
            int last = Math.max(0, hops.size() - MAX_HOPS);
            for (int i = hops.size() - 1; i >= last && isTrusted(client); i--) {
                InetAddress before = NetAddress.parse(withoutPort(hops.get(i).strip()));
                if (before == null) {
                    break;
                }
                client = before;
            }
        }
        return client;
    }

    boolean isTrusted(InetAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }

    private static String withoutPort(String text) {
        int bracket = text.indexOf(']');
        if (text.startsWith("[") && bracket > 0) {
            return text.substring(1, bracket);
        }
        int colon = text.indexOf(':');
        return colon > 0 && colon == text.lastIndexOf(':') ? text.substring(0, colon) : text;
    }
}
