package io.authsessions.model;

import io.vertx.core.json.JsonObject;

/**
 * A session and the token that was just made for it: the one place where a token is told. {@code toString} redacts it.
 *
 * @param session the session
 * @param token the bearer secret, for the client alone
 */
public record IssuedSession(AuthSession session, String token) {
    /** The form on the event bus. */
    public JsonObject toJson() {
        return new JsonObject().put("session", session.toJson()).put("token", token);
    }

    /**
     * Reads the form on the event bus; fields of a newer version are passed over.
     *
     * @throws InvalidRequestException if a field is missing or of another type
     */
    public static IssuedSession fromJson(JsonObject json) {
        JsonFields fields = JsonFields.ofReply(json);
        JsonObject session = fields.object("session");
        String token = fields.requiredString("token");
        if (session == null) {
            fields.error("session", "is required");
            session = new JsonObject();
        }
        fields.finish();
        return new IssuedSession(AuthSession.fromJson(session), token);
    }

    @Override
    public String toString() {
        return "IssuedSession[session=" + session + ", token=[redacted]]";
    }
}
