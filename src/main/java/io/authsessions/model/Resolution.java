package io.authsessions.model;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a token stands for: a living session; or one that ended a short while ago, told to the holder of the right
 * secret only; or neither. Malformed, unknown, wrong secret and unreadable are that one last answer, so that nothing
 * can be probed.
 *
 * @param session the living session, or null
 * @param ended how it ended, or null
 */
public record Resolution(
        @Nullable AuthSession session, @Nullable Ended ended) {
    /** Neither a living session nor a known end. */
    public static final Resolution NONE = new Resolution(null, null);

    /**
     * The end of a session.
     *
     * @param reason one of {@link EndReason}, or the application's own
     * @param atMillis when, in milliseconds since the epoch
     */
    public record Ended(String reason, long atMillis) {
        /** When it ended. */
        public Instant at() {
            return Instant.ofEpochMilli(atMillis);
        }
    }

    /** A living session. */
    public static Resolution live(AuthSession session) {
        return new Resolution(session, null);
    }

    /** A session that ended. */
    public static Resolution ended(String reason, long atMillis) {
        return new Resolution(null, new Ended(reason, atMillis));
    }

    /** The form on the event bus: {@code {session}}, {@code {ended: {reason, at}}} or {@code {}}. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        if (session != null) {
            json.put("session", session.toJson());
        } else if (ended != null) {
            json.put("ended", new JsonObject().put("reason", ended.reason()).put("at", ended.atMillis()));
        }
        return json;
    }

    /**
     * Reads the form on the event bus; fields of a newer version are passed over.
     *
     * @throws InvalidRequestException if a field is of another type
     */
    public static Resolution fromJson(JsonObject json) {
        JsonFields fields = JsonFields.ofReply(json);
        JsonObject session = fields.object("session");
        JsonFields ended = fields.fields("ended");
        Resolution resolution = new Resolution(
                session == null ? null : AuthSession.fromJson(session),
                ended == null
                        ? null
                        : new Ended(ended.requiredString("reason"), ended.requiredInteger("at", 0, Long.MAX_VALUE)));
        fields.finish();
        return resolution;
    }
}
