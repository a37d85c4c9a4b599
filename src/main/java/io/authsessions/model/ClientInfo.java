package io.authsessions.model;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Where a session was begun, as the application saw it; for a person who reads the list of devices. Nothing is decided
 * by it.
 *
 * @param ip the client's address; at most 64 characters
 * @param userAgent the browser's or program's own name; at most 512 characters
 */
public record ClientInfo(@Nullable String ip, @Nullable String userAgent) {
    /**
     * The values of a request. Of the user agent, which is whatever the client sent, only what can be kept: cut to its
     * length, without control characters and half characters; an odd one keeps nobody from signing in.
     */
    public static ClientInfo of(@Nullable String ip, @Nullable String userAgent) {
        return new ClientInfo(ip, userAgent == null ? null : TextRules.plainUserAgent(userAgent));
    }

    /** {@code {ip, userAgent}}, absent fields left out. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        if (ip != null) {
            json.put("ip", ip);
        }
        if (userAgent != null) {
            json.put("userAgent", userAgent);
        }
        return json;
    }

    static @Nullable ClientInfo read(@Nullable JsonFields fields) {
        if (fields == null) {
            return null;
        }
        ClientInfo client = new ClientInfo(fields.string("ip"), fields.string("userAgent"));
        fields.refuseOthers();
        return client;
    }

    void check(JsonFields fields) {
        report(fields, "client.ip", TextRules.checkIp(ip));
        report(fields, "client.userAgent", TextRules.checkUserAgent(userAgent));
    }

    static void report(JsonFields fields, String name, @Nullable String mistake) {
        if (mistake != null) {
            fields.error(name, mistake);
        }
    }
}
