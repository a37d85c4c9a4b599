package io.authsessions.model;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One login of one user on one device. Immutable; holds nothing that signs anybody in. The meta is read anew on each
 * {@link #meta()}, so that no caller can change another's.
 */
public final class AuthSession {
    private static final long MAX_TIME = Long.MAX_VALUE;

    private final String id;
    private final String userId;
    private final @Nullable String label;
    /** JSON text; or, as it came over the bus, an object that nobody else holds. */
    private final Object meta;

    private final @Nullable ClientInfo client;
    private final long createdAtMillis;
    private final long lastUsedAtMillis;
    private final long authenticatedAtMillis;
    private final long expiresAtMillis;
    private final long version;

    /**
     * A session. All times are milliseconds since the epoch.
     *
     * @param id public name of the session
     * @param userId whose it is
     * @param label what a person calls the device, or null
     * @param metaJson the application's JSON object as text
     * @param client where the session was begun, or null
     * @param createdAtMillis when it was created
     * @param lastUsedAtMillis last recorded use
     * @param authenticatedAtMillis when the user last proved who they are
     * @param expiresAtMillis the earlier of the idle and the absolute deadline
     * @param version grows by one with each change of label, meta or token
     */
    public AuthSession(
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
        this(
                (Object) Objects.requireNonNull(metaJson, "metaJson"),
                id,
                userId,
                label,
                client,
                createdAtMillis,
                lastUsedAtMillis,
                authenticatedAtMillis,
                expiresAtMillis,
                version);
    }

    private AuthSession(
            Object meta,
            String id,
            String userId,
            @Nullable String label,
            @Nullable ClientInfo client,
            long createdAtMillis,
            long lastUsedAtMillis,
            long authenticatedAtMillis,
            long expiresAtMillis,
            long version) {
        this.id = Objects.requireNonNull(id, "id");
        this.userId = Objects.requireNonNull(userId, "userId");
        this.label = label;
        this.meta = meta;
        this.client = client;
        this.createdAtMillis = createdAtMillis;
        this.lastUsedAtMillis = lastUsedAtMillis;
        this.authenticatedAtMillis = authenticatedAtMillis;
        this.expiresAtMillis = expiresAtMillis;
        this.version = version;
    }

    /** Public name of the session. */
    public String id() {
        return id;
    }

    /** Whose it is. */
    public String userId() {
        return userId;
    }

    /** What a person calls the device, or null. */
    public @Nullable String label() {
        return label;
    }

    /** The application's JSON object as text. */
    public String metaJson() {
        return meta instanceof JsonObject object ? object.encode() : (String) meta;
    }

    /** Where the session was begun, or null. */
    public @Nullable ClientInfo client() {
        return client;
    }

    /** When it was created, in milliseconds since the epoch. */
    public long createdAtMillis() {
        return createdAtMillis;
    }

    /** The last recorded use, in milliseconds since the epoch; uses are recorded once per {@code touchInterval}. */
    public long lastUsedAtMillis() {
        return lastUsedAtMillis;
    }

    /** When the user last proved who they are, in milliseconds since the epoch. */
    public long authenticatedAtMillis() {
        return authenticatedAtMillis;
    }

    /** The earlier of the idle and the absolute deadline, in milliseconds since the epoch: then it is expired. */
    public long expiresAtMillis() {
        return expiresAtMillis;
    }

    /** Grows by one with each change of label, meta or token; a use does not change it. */
    public long version() {
        return version;
    }

    /** A fresh copy of the application's JSON object. */
    public JsonObject meta() {
        if (meta instanceof JsonObject object) {
            return object.copy();
        }
        return meta.equals("{}") ? new JsonObject() : new JsonObject((String) meta);
    }

    /**
     * The application's JSON object as the application's own type, read by Jackson.
     *
     * @throws IllegalArgumentException if it does not fit the type
     * @throws IllegalStateException if {@code com.fasterxml.jackson.core:jackson-databind} is not on the class path
     */
    public <T> T meta(Class<T> type) {
        return MetaMapping.map(meta(), type);
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
        JsonFields fields = JsonFields.ofReply(json);
        JsonObject meta = fields.object("meta");
        AuthSession session = new AuthSession(
                meta == null ? new JsonObject() : meta.copy(),
                fields.requiredString("id"),
                fields.requiredString("userId"),
                fields.string("label"),
                ClientInfo.read(fields.fields("client")),
                fields.requiredInteger("createdAt", 0, MAX_TIME),
                fields.requiredInteger("lastUsedAt", 0, MAX_TIME),
                fields.requiredInteger("authenticatedAt", 0, MAX_TIME),
                fields.requiredInteger("expiresAt", 0, MAX_TIME),
                fields.requiredInteger("version", 0, MAX_TIME));
        fields.finish();
        return session;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AuthSession that
                && id.equals(that.id)
                && userId.equals(that.userId)
                && Objects.equals(label, that.label)
                && metaJson().equals(that.metaJson())
                && Objects.equals(client, that.client)
                && createdAtMillis == that.createdAtMillis
                && lastUsedAtMillis == that.lastUsedAtMillis
                && authenticatedAtMillis == that.authenticatedAtMillis
                && expiresAtMillis == that.expiresAtMillis
                && version == that.version;
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, version, lastUsedAtMillis);
    }

    /** For logs: who and when, without label, meta and client, which are personal. */
    @Override
    public String toString() {
        return "AuthSession[id=" + id + ", version=" + version + ", lastUsedAt=" + lastUsedAt() + ", expiresAt="
                + expiresAt() + "]";
    }

    /** Mapping needs Jackson Databind, which an application may not have; loaded on the first use only. */
    private static final class MetaMapping {
        private MetaMapping() {}

        static <T> T map(JsonObject meta, Class<T> type) {
            try {
                return meta.mapTo(type);
            } catch (NoClassDefFoundError | DecodeException e) {
                throw new IllegalStateException(
                        "meta(Class) needs com.fasterxml.jackson.core:jackson-databind on the class path", e);
            }
        }
    }
}
