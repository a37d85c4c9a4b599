package io.authsessions.model;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One login of one user on one device. Immutable; holds nothing that signs anybody in. The meta is kept as JSON text
 * and read anew on each {@link #meta()}, so that no caller can change another's.
 *
 * @param id public name of the session
 * @param userId whose it is
 * @param label what a person calls the device, or null
 * @param metaJson the application's JSON object as text
 * @param client where the session was begun, or null
 * @param createdAtMillis milliseconds since the epoch
 * @param lastUsedAtMillis last recorded use; uses are recorded once per {@code touchInterval}
 * @param authenticatedAtMillis when the user last proved who they are
 * @param expiresAtMillis the earlier of the idle and the absolute deadline: from then on the session is expired
 * @param version grows by one with each change of label, meta or token; a use does not change it
 */
public record AuthSession(
        String id,
        String userId,
        @Nullable String label,
        String metaJson,
        @Nullable ClientInfo client,
        long createdAtMillis,
        long lastUsedAtMillis,
        long authenticatedAtMillis,
        long expiresAtMillis,
        long version) {
    private static final long MAX_TIME = Long.MAX_VALUE;

    /** Checks that nothing needed is missing. */
    public AuthSession {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(userId, "userId");
        Objects.requireNonNull(metaJson, "metaJson");
    }

    /** A fresh copy of the application's JSON object. */
    public JsonObject meta() {
        return new JsonObject(metaJson);
    }

    /**
     * The application's JSON object as the application's own type, read by Jackson.
     *
     * @throws IllegalArgumentException if it does not fit the type
     * @throws IllegalStateException if {@code com.fasterxml.jackson.core:jackson-databind} is not on the class path
     */
    public <T> T meta(Class<T> type) {
        return MetaMapping.map(metaJson, type);
    }

    /** When the session was created. */
    public Instant createdAt() {
        return Instant.ofEpochMilli(createdAtMillis);
    }

    /** The last recorded use. */
    public Instant lastUsedAt() {
        return Instant.ofEpochMilli(lastUsedAtMillis);
    }

    /** When the user last proved who they are. */
    public Instant authenticatedAt() {
        return Instant.ofEpochMilli(authenticatedAtMillis);
    }

    /** The earlier of the idle and the absolute deadline. */
    public Instant expiresAt() {
        return Instant.ofEpochMilli(expiresAtMillis);
    }

    /** The form on the event bus: all fields, times in epoch milliseconds, absent ones left out. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject().put("id", id).put("userId", userId);
        if (label != null) {
            json.put("label", label);
        }
        json.put("meta", meta())
                .put("createdAt", createdAtMillis)
                .put("lastUsedAt", lastUsedAtMillis)
                .put("authenticatedAt", authenticatedAtMillis)
                .put("expiresAt", expiresAtMillis)
                .put("version", version);
        if (client != null) {
            json.put("client", client.toJson());
        }
        return json;
    }

    /**
     * Reads the form on the event bus; fields of a newer version are passed over.
     *
     * @throws InvalidRequestException if a field is missing or of another type
     */
    public static AuthSession fromJson(JsonObject json) {
        JsonFields fields = JsonFields.of(json);
        JsonObject meta = fields.object("meta");
        AuthSession session = new AuthSession(
                fields.requiredString("id"),
                fields.requiredString("userId"),
                fields.string("label"),
                meta == null ? "{}" : meta.encode(),
                ClientInfo.read(fields.fields("client"), false),
                fields.requiredInteger("createdAt", 0, MAX_TIME),
                fields.requiredInteger("lastUsedAt", 0, MAX_TIME),
                fields.requiredInteger("authenticatedAt", 0, MAX_TIME),
                fields.requiredInteger("expiresAt", 0, MAX_TIME),
                fields.requiredInteger("version", 0, MAX_TIME));
        fields.finish();
        return session;
    }

    /** Mapping needs Jackson Databind, which an application may not have; loaded on the first use only. */
    private static final class MetaMapping {
        private MetaMapping() {}

        static <T> T map(String metaJson, Class<T> type) {
            JsonObject meta = new JsonObject(metaJson);
            try {
                return meta.mapTo(type);
            } catch (NoClassDefFoundError | DecodeException e) {
                throw new IllegalStateException(
                        "meta(Class) needs com.fasterxml.jackson.core:jackson-databind on the class path", e);
            }
        }
    }
}
