package io.authsessions.model;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A change of a session, announced once in each Vert.x that hosts the service, on its own bus only.
 *
 * @param eventId unique
 * @param type what happened
 * @param sessionId the session; null for a gap
 * @param userId whose session; null for a gap
 * @param atMillis when, by the store's clock, in milliseconds since the epoch
 * @param reason why it ended; null where nothing ended
 */
public record SessionEvent(
        String eventId,
        Type type,
        @Nullable String sessionId,
        @Nullable String userId,
        long atMillis,
        @Nullable String reason) {

    /** What happened. */
    public enum Type {
        /** A session was created. */
        CREATED,
        /** Label or meta changed. */
        UPDATED,
        /** The session has a new token, by rotation or re-authentication. */
        ROTATED,
        /** The session was ended on request or by a rule. */
        DESTROYED,
        /** The session's time was over. */
        EXPIRED,
        /** Events may have been missed: whoever must not miss one asks again. */
        GAP;

        /** The name on the wire. */
        public String wireName() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        static @Nullable Type ofWireName(String name) {
            for (Type type : values()) {
                if (type.wireName().equals(name)) {
                    return type;
                }
            }
            return null;
        }
    }

    /** The form on the event bus, absent fields left out. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject().put("eventId", eventId).put("type", type.wireName());
        if (sessionId != null) {
            json.put("sessionId", sessionId);
        }
        if (userId != null) {
            json.put("userId", userId);
        }
        json.put("at", atMillis);
        return reason == null ? json : json.put("reason", reason);
    }

    /**
     * Reads the form on the event bus; fields of a newer version are passed over.
     *
     * @throws InvalidRequestException if a field is missing, of another type, or the event type is unknown
     */
    public static SessionEvent fromJson(JsonObject json) {
        JsonFields fields = JsonFields.ofReply(json);
        Type type = Type.ofWireName(fields.requiredString("type"));
        if (type == null) {
            fields.error("type", "is not a type of event");
            type = Type.GAP;
        }
        SessionEvent event = new SessionEvent(
                fields.requiredString("eventId"),
                type,
                fields.string("sessionId"),
                fields.string("userId"),
                fields.requiredInteger("at", 0, Long.MAX_VALUE),
                fields.string("reason"));
        fields.finish();
        return event;
    }
}
