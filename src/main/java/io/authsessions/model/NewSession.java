package io.authsessions.model;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a session is created from. Whoever creates one has decided who the user is.
 *
 * @param userId whose session; 1 to 256 bytes of UTF-8, no control characters
 * @param label what a person will call the device: at most 128 characters and 512 bytes, no control, direction or
 *     invisible characters; kept in Unicode normal form C. Null or empty for none
 * @param metaJson the application's JSON object as text; at most 16 KiB, 32 levels deep
 * @param client where it is begun, or null
 * @param idleTimeoutMillis how long the session lives unused, or null for the policy's; up to its
 *     {@code maxIdleTimeout}
 * @param absoluteTimeoutMillis how long it lives at all, or null for the policy's; up to its
 *     {@code maxAbsoluteTimeout}
 */
public record NewSession(
        String userId,
        @Nullable String label,
        String metaJson,
        @Nullable ClientInfo client,
        @Nullable Long idleTimeoutMillis,
        @Nullable Long absoluteTimeoutMillis) {

    /** Brings the label into the form that is kept. Rules are checked by {@link #check}. */
    public NewSession {
        label = TextRules.normalLabel(label);
    }

    /** A session of that user, without label or meta, with the policy's lifetimes. */
    public static NewSession of(String userId) {
        return new NewSession(userId, null, "{}", null, null, null);
    }

    /** This with a label. */
    public NewSession withLabel(@Nullable String value) {
        return new NewSession(userId, value, metaJson, client, idleTimeoutMillis, absoluteTimeoutMillis);
    }

    /**
     * This with the application's own JSON object, which is copied.
     *
     * @throws InvalidRequestException if it is too large, too deep, or not plain JSON
     */
    public NewSession withMeta(JsonObject value) {
        TextRules.requireMeta(value);
        return new NewSession(userId, label, value.encode(), client, idleTimeoutMillis, absoluteTimeoutMillis);
    }

    /** This with the place where it is begun. */
    public NewSession withClient(@Nullable ClientInfo value) {
        return new NewSession(userId, label, metaJson, value, idleTimeoutMillis, absoluteTimeoutMillis);
    }

    /** This with an idle lifetime of its own. */
    public NewSession withIdleTimeout(Duration value) {
        return new NewSession(userId, label, metaJson, client, Durations.toMillis(value), absoluteTimeoutMillis);
    }

    /** This with an absolute lifetime of its own (remember me). */
    public NewSession withAbsoluteTimeout(Duration value) {
        return new NewSession(userId, label, metaJson, client, idleTimeoutMillis, Durations.toMillis(value));
    }

    /** A fresh copy of the application's JSON object. */
    public JsonObject meta() {
        return new JsonObject(metaJson);
    }

    /**
     * Holds the values against the rules.
     *
     * @throws InvalidRequestException with everything that is wrong
     */
    public void check(SessionPolicy policy) {
        JsonFields fields = JsonFields.of(new JsonObject());
        ClientInfo.report(fields, "userId", TextRules.checkUserId(userId));
        ClientInfo.report(fields, "label", TextRules.checkLabel(label));
        ClientInfo.report(fields, "meta", TextRules.checkMetaText(metaJson));
        if (client != null) {
            client.check(fields);
        }
        checkTimeout(fields, "idleTimeoutMillis", idleTimeoutMillis, policy.maxIdleTimeout());
        checkTimeout(fields, "absoluteTimeoutMillis", absoluteTimeoutMillis, policy.maxAbsoluteTimeout());
        fields.finish();
    }

    /**
     * Holds a user id against its rule.
     *
     * @throws InvalidRequestException if it is empty, too long, or holds control characters
     */
    public static void checkUserId(@Nullable String userId) {
        String mistake = TextRules.checkUserId(userId);
        if (mistake != null) {
            throw new InvalidRequestException("userId", mistake);
        }
    }

    /** The form on the event bus, absent fields left out. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject().put("userId", userId);
        if (label != null) {
            json.put("label", label);
        }
        json.put("meta", meta());
        if (client != null) {
            json.put("client", client.toJson());
        }
        if (idleTimeoutMillis != null) {
            json.put("idleTimeoutMillis", idleTimeoutMillis);
        }
        if (absoluteTimeoutMillis != null) {
            json.put("absoluteTimeoutMillis", absoluteTimeoutMillis);
        }
        return json;
    }

    /**
     * Reads the form on the event bus.
     *
     * @throws InvalidRequestException if a field is missing, unknown, or of another type
     */
    public static NewSession fromJson(JsonObject json) {
        JsonFields fields = JsonFields.of(json);
        String userId = fields.requiredString("userId");
        String label = fields.string("label");
        JsonObject meta = fields.object("meta");
        ClientInfo client = ClientInfo.read(fields.fields("client"));
        Long idle = fields.integer("idleTimeoutMillis", 1, Long.MAX_VALUE);
        Long absolute = fields.integer("absoluteTimeoutMillis", 1, Long.MAX_VALUE);
        fields.refuseOthers().finish();
        if (meta != null) {
            TextRules.requireMeta(meta);
        }
        return new NewSession(userId, label, meta == null ? "{}" : meta.encode(), client, idle, absolute);
    }

    private static void checkTimeout(JsonFields fields, String name, @Nullable Long millis, Duration max) {
        if (millis != null && (millis < 1 || millis > max.toMillis())) {
            fields.error(name, "must be from 1 to " + max.toMillis() + " milliseconds");
        }
    }
}
