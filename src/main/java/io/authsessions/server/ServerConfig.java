package io.authsessions.server;

import io.authsessions.AuthSessionsOptions;
import io.authsessions.model.InvalidRequestException;
import io.authsessions.model.JsonFields;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A valid configuration of the server.
 *
 * @param http the public listener
 * @param admin the admin listener
 * @param adminKeys the keys that are configured; empty if the file is to be read
 * @param adminKeyFile where admin keys are kept if none is configured
 * @param sessions how sessions are kept
 */
record ServerConfig(
        Address http, Address admin, List<String> adminKeys, Path adminKeyFile, AuthSessionsOptions sessions) {
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
                keys(root.getJsonObject("admin")),
                Path.of(root.getJsonObject("admin").getString("keyFile")),
                AuthSessionsOptions.read(fields));
        checkHost(fields, "http.host", config.http);
        checkHost(fields, "admin.host", config.admin);
        if (config.http.port != 0 && config.http.port == config.admin.port) {
            fields.error("admin.port", "must be another than http.port");
        }
        config.checkKeys(fields);
        fields.finish();
        return config;
    }

    private static Address address(JsonObject listener) {
        return new Address(listener.getString("host"), listener.getInteger("port"));
    }

    private static List<String> keys(JsonObject admin) {
        List<String> keys = new ArrayList<>();
        String key = admin.getString("key");
        if (key != null) {
            keys.add(key);
        }
        JsonArray others = admin.getJsonArray("keys");
        others.forEach(other -> keys.add(String.valueOf(other)));
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
        return "ServerConfig[http=" + http + ", admin=" + admin + ", adminKeys=[redacted], adminKeyFile=" + adminKeyFile
                + "]";
    }
}
