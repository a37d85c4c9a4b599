package io.authsessions.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Services that may introspect tokens and do nothing else: each by {@code Basic} with its id and secret, or by
 * {@code Bearer} with its secret alone. Keeps hashes only. Thread-safe.
 */
final class IntrospectionClients {
    /** {@code id:secret}. Both are of characters that mean the same in a header, a form and a URL. */
    static final String FORM = "^[A-Za-z0-9._~-]{1,64}:[A-Za-z0-9._~-]{16,256}$";

    private static final Pattern FORM_PATTERN = Pattern.compile(FORM);
    private static final IntrospectionClients NONE = new IntrospectionClients(List.of());

    private final @Nullable AdminKeys pairs;
    private final @Nullable AdminKeys secrets;

    /** Each {@code id:secret}, of the {@link #isClient form}. */
    IntrospectionClients(List<String> clients) {
        List<String> alone = new ArrayList<>();
        clients.forEach(client -> alone.add(client.substring(client.indexOf(':') + 1)));
        this.pairs = clients.isEmpty() ? null : new AdminKeys(clients);
        this.secrets = clients.isEmpty() ? null : new AdminKeys(alone);
    }

    /** No clients. */
    static IntrospectionClients none() {
        return NONE;
    }

    /** Whether the text names a client and its secret. */
    static boolean isClient(String text) {
        return FORM_PATTERN.matcher(text).matches();
    }

    boolean isEmpty() {
        return pairs == null;
    }

    /** Whether one of the two, as they stand in a header after the scheme, is a client's. */
    boolean contains(@Nullable String bearer, @Nullable String basic) {
        if (pairs == null || secrets == null) {
            return false;
        }
        return bearer != null ? secrets.contains(bearer) : basic != null && pairs.contains(decoded(basic));
    }

    @Override
    public String toString() {
        return "IntrospectionClients[redacted]";
    }

    /** What is not Base64 is nobody's. */
    private static String decoded(String basic) {
        try {
            return new String(Base64.getDecoder().decode(basic), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
