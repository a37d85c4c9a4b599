package io.authsessions.server;

import io.vertx.core.json.JsonObject;
import java.util.Map;

/**
 * A good request for an operation of the contract.
 *
 * @param path with its query
 * @param mediaType of the body, or null for none
 * @param status of the answer
 */
record Sample(String path, String mediaType, String body, int status) {
    static final String UNKNOWN_ID = "0".repeat(22);

    /** A good request, by or about that session. */
    static Sample of(Contract.Operation operation, JsonObject session, String token) {
        String id = session.getString("id");
        String path = operation
                .path()
                .replace("{id}", id)
                .replace("{userId}", session.getString("userId"))
                .replace("{rest}", "any/thing");
        String json = "application/json";
        return switch (operation.id()) {
            case "endOtherSessions" -> new Sample(path + "?except=current", null, "", 200);
            case "endOlderSessions" ->
                new Sample(path + "?createdBefore=1999-12-31T23:59:59Z&confirm=all", null, "", 200);
            case "renameSession" -> new Sample(path, json, "{\"label\":\"renamed\"}", 200);
            case "updateSession" -> new Sample(path, "application/merge-patch+json", "{\"meta\":{\"a\":1}}", 200);
            case "createSession" -> new Sample(path, json, "{\"userId\":\"" + session.getString("userId") + "\"}", 201);
            case "reauthenticateSession" -> new Sample(path, json, "{\"token\":\"" + token + "\"}", 200);
            case "introspect" ->
                new Sample(path, "application/x-www-form-urlencoded", "touch=false&token=" + token, 200);
            case "signOut", "endSession", "destroySession" -> new Sample(path, null, "", 204);
            default -> new Sample(path, null, "", operation.id().startsWith("verify") ? 204 : 200);
        };
    }

    Sample withQuery(String pair) {
        return new Sample(path + (path.contains("?") ? "&" : "?") + pair, mediaType, body, status);
    }

    Sample withMediaType(String type) {
        return new Sample(path, type, body, status);
    }

    Sample withBody(String text) {
        return new Sample(path, mediaType, text, status);
    }

    Sample withPath(String from, String to) {
        return new Sample(path.replace(from, to), mediaType, body, status);
    }

    Map<String, String> headers() {
        return mediaType == null ? Map.of() : Map.of("Content-Type", mediaType);
    }
}
