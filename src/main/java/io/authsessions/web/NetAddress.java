package io.authsessions.web;

import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Internet addresses as text. Never asks a name server. */
final class NetAddress {
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern V4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
    private static final Pattern V6 = Pattern.compile("(?=.*:.*:)[0-9A-Fa-f:.]{2,45}");

    private NetAddress() {}

    /** The address that a text writes, with or without a zone, or null if it writes none. */
    static @Nullable InetAddress parse(@Nullable String text) {
        if (text == null) {
            return null;
        }
        int zone = text.indexOf('%');
        String literal = zone < 0 ? text : text.substring(0, zone);
        if (!V4.matcher(literal).matches() && !V6.matcher(literal).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** The address of the other or of this end of a connection, or null if it is not one of the internet. */
    static @Nullable InetAddress of(@Nullable SocketAddress address) {
        return address == null || !address.isInetSocket() ? null : parse(address.hostAddress());
    }

    static boolean isLoopback(@Nullable SocketAddress address) {
        InetAddress internet = of(address);
        return internet != null && internet.isLoopbackAddress();
    }
}
