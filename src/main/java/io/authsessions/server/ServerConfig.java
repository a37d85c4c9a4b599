package io.authsessions.server;

import io.authsessions.AuthSessionsOptions;
import io.authsessions.model.Durations;
import io.authsessions.model.InvalidRequestException;
import io.authsessions.model.JsonFields;
import io.authsessions.web.TrustedProxies;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A valid configuration of the server.
 *
 * @param http the public listener
 * @param admin the admin listener
 * @param limits what the listeners take
 * @param browsers how browsers are served
 * @param freshToEnd whether ending other sessions takes a fresh one
 * @param adminKeys the keys that are configured; empty if the file is to be read
 * @param adminKeyFile where admin keys are kept if none is configured
 * @param introspectionClients each {@code id:secret}
 * @param sessions how sessions are kept
 */
record ServerConfig(
        Address http,
        Address admin,
        Limits limits,
        Browsers browsers,
        boolean freshToEnd,
        List<String> adminKeys,
        Path adminKeyFile,
        List<String> introspectionClients,
        AuthSessionsOptions sessions) {
    /**
     * What the listeners take.
     *
     * @param maxConnections of each listener
     * @param idleTimeout after which a silent connection is closed
     * @param maxFailedResolves of one address in a minute; 0 for no limit
     * @param trustedProxies whose headers about the client are believed
     */
    record Limits(int maxConnections, Duration idleTimeout, int maxFailedResolves, TrustedProxies trustedProxies) {}

    /** Where a listener listens; port 0 takes a free one. */
    record Address(String host, int port) {
        /** Whether only this machine can reach it; false if the host is not known at all. */
        boolean isLoopback() {
            InetAddress address = resolve();
            return address != null && address.isLoopbackAddress();
        }

        private @Nullable InetAddress resolve() {
            try {
                return InetAddress.getByName(host);
            } catch (UnknownHostException e) {
                return null;
            }
        }
    }

    /**
     * Reads a configuration whose values are all of their types.
     *
     * @throws InvalidRequestException with everything that is wrong
     */
    static ServerConfig of(JsonObject root) {
        JsonFields fields = JsonFields.of(root);
        ServerConfig config = new ServerConfig(
                address(root.getJsonObject("http")),
                address(root.getJsonObject("admin")),
                limits(fields, root.getJsonObject("http")),
                Browsers.of(root),
                root.getJsonObject("http").getBoolean("freshToEnd"),
                keys(root.getJsonObject("admin")),
                Path.of(root.getJsonObject("admin").getString("keyFile")),
                texts(root.getJsonObject("introspection").getJsonArray("clients")),
                AuthSessionsOptions.read(fields));
        checkHost(fields, "http.host", config.http);
        checkHost(fields, "admin.host", config.admin);
        if (config.http.port != 0 && config.http.port == config.admin.port) {
            fields.error("admin.port", "must be another than http.port");
        }
        if (root.getJsonObject("cookie").getBoolean("development") && !config.http.isLoopback()) {
            fields.error("cookie.development", "takes an http.host on loopback");
        }
        if (config.freshToEnd && config.sessions.policy().freshFor().toSeconds() < 1) {
            fields.error("http.freshToEnd", "takes a policy.freshFor of at least 1s");
        }
        config.checkKeys(fields);
        fields.finish();
        return config;
    }

    private static Address address(JsonObject listener) {
        return new Address(listener.getString("host"), listener.getInteger("port"));
    }

    private static Limits limits(JsonFields fields, JsonObject http) {
        Duration idle = Durations.parse(http.getString("idleTimeout"));
        if (idle == null || idle.toSeconds() < 1 || idle.toHours() > 1) {
            fields.error("http.idleTimeout", "must be from 1s to 1h");
            idle = Duration.ofSeconds(1);
        }
        return new Limits(
                http.getInteger("maxConnections"),
                idle,
                http.getInteger("maxFailedResolves"),
                TrustedProxies.of(texts(http.getJsonArray("trustedProxies"))));
    }

    static List<String> texts(JsonArray array) {
        return array.stream().map(String::valueOf).toList();
    }

    private static List<String> keys(JsonObject admin) {
        List<String> keys = new ArrayList<>();
        String key = admin.getString("key");
        if (key != null) {
            keys.add(key);
        }
        keys.addAll(texts(admin.getJsonArray("keys")));
        return List.copyOf(keys);
    }

    private static void checkHost(JsonFields fields, String name, Address address) {
        if (address.resolve() == null) {
            fields.error(name, "must be an address or a name that is known here");
        }
    }

    private void checkKeys(JsonFields fields) {
        if (admin.isLoopback()) {
            return;
        }
        if (adminKeys.isEmpty() && !Files.exists(adminKeyFile)) {
            fields.error("admin.key", "is required where the admin listener is not on loopback");
        }
        if (adminKeys.stream().anyMatch(key -> key.length() < AdminKeys.MIN_LENGTH_BEYOND_LOOPBACK)) {
            fields.error(
                    "admin.key",
                    "must have at least " + AdminKeys.MIN_LENGTH_BEYOND_LOOPBACK
                            + " characters where the admin listener is not on loopback");
        }
    }

    @Override
    public String toString() {
        return "ServerConfig[http=" + http + ", admin=" + admin + ", limits=" + limits + ", freshToEnd=" + freshToEnd
                + ", adminKeys=[redacted], adminKeyFile=" + adminKeyFile + ", introspectionClients=[redacted]]";
    }
}
