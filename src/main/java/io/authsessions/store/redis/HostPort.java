package io.authsessions.store.redis;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens.
 *
 * @param host a name or an address; one of IPv6 without brackets
 * @param port 1 to 65535
 */
record HostPort(String host, int port) {
    private static final int DEFAULT_PORT = 6379;
    private static final int MAX_PORT = 65_535;

    /** Of a URI that names a host; where it names no port, that of Redis. */
    static HostPort of(String uri) {
        try {
            URI parsed = new URI(uri);
            String host = parsed.getHost();
            if (host == null) {
                throw new IllegalArgumentException("the URI of a server names a host");
            }
            int port = parsed.getPort();
            return new HostPort(unbracketed(host), port < 0 ? DEFAULT_PORT : port);
        } catch (URISyntaxException e) {
            // Its text holds the URI, and that the password.
            throw new IllegalArgumentException("not the URI of a server");
        }
    }

    /** Reads {@code host:port} as servers write it; without a host it is that of who wrote it. Null if it is none. */
    static @Nullable HostPort read(String text, String hostOfWriter) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            return null;
        }
        String host = unbracketed(text.substring(0, colon));
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            return of(host.isEmpty() ? hostOfWriter : host, port);
        } catch (NumberFormatException notAPort) {
            return null;
        }
    }

    /** Null where that cannot be connected to: a cluster writes {@code ?} for a host that it does not know. */
    static @Nullable HostPort of(String host, int port) {
        boolean usable = !host.isEmpty() && !host.equals("?") && port >= 1 && port <= MAX_PORT;
        return usable ? new HostPort(host, port) : null;
    }

    /** The URI of this server, with scheme and login as in that of another. */
    String uriLike(String uri) {
        int authority = uri.indexOf("://") + 3;
        int at = uri.lastIndexOf('@');
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return uri.substring(0, at < 0 ? authority : at + 1) + name + ":" + port;
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
