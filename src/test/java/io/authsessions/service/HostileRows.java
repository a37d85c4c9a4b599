package io.authsessions.service;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.provider.Arguments;

/** Messages that a foreign or broken caller may send, each of which is INVALID. */
final class HostileRows {
    private static final int BIG = Integer.getInteger("bus.hostile.size", 20_000_000);
    private static final String ID = "0".repeat(22);

    private HostileRows() {}

    private static JsonObject request() {
        return new JsonObject().put("userId", "ada");
    }

    static JsonObject create(String field, Object value) {
        return new JsonObject().put("request", request().put(field, value));
    }

    private static JsonObject list(Object limit) {
        return new JsonObject().put("page", new JsonObject().put("limit", limit));
    }

    /** Corpus number, action, body, and the field that the answer names if it names one. */
    static Stream<Arguments> all() {
        String big = "x".repeat(BIG);
        return Stream.of(
                row(33, null, new JsonObject(), null),
                row(33, "drop", new JsonObject(), null),
                row(33, "", new JsonObject(), null),
                row(34, "createSession", null, null),
                row(34, "createSession", "text", null),
                row(34, "createSession", Buffer.buffer("{}"), null),
                row(34, "createSession", new JsonArray(), null),
                row(34, "createSession", 5, null),
                row(34, "createSession", 5L, null),
                row(34, "createSession", 5.5, null),
                row(34, "createSession", true, null),
                row(34, "createSession", new byte[] {'{', '}'}, null),
                row(34, "resolveSession", 5L, null),
                row(34, "countSessions", false, null),
                row(34, "countSessions", null, null),
                row(35, "createSession", new JsonObject(), "request"),
                row(35, "createSession", new JsonObject().putNull("request"), "request"),
                row(35, "createSession", new JsonObject().put("request", new JsonObject()), "userId"),
                row(35, "getSession", new JsonObject().putNull("sessionId"), "sessionId"),
                row(35, "rotateSession", new JsonObject(), "token"),
                row(35, "getSessionsForUser", new JsonObject().put("userId", "ada"), "page"),
                row(35, "destroySession", new JsonObject().put("sessionId", ID), "reason"),
                row(35, "updateSession", new JsonObject().put("sessionId", ID), "update"),
                row(36, "createSession", create("idleTimeoutMillis", "5"), "idleTimeoutMillis"),
                row(36, "createSession", create("userId", 5), "userId"),
                row(36, "createSession", create("userId", new BigDecimal("5.5")), "userId"),
                row(36, "createSession", create("meta", "x"), "meta"),
                row(36, "resolveSession", new JsonObject().put("token", new JsonObject()), "token"),
                row(36, "resolveSessionWith", options("strict", "true"), "strict"),
                row(36, "resolveSessionWith", options("strict", 1), "strict"),
                row(36, "createSession", new JsonObject().put("request", "x"), "request"),
                row(36, "createSession", create("client", new JsonArray()), "client"),
                row(37, "createSession", create("idleTimeoutMillis", 5.9), "idleTimeoutMillis"),
                row(37, "createSession", create("idleTimeoutMillis", 5.0f), "idleTimeoutMillis"),
                row(38, "createSession", create("idleTimeoutMillis", 1e300), "idleTimeoutMillis"),
                row(
                        38,
                        "createSession",
                        create("idleTimeoutMillis", new BigInteger("99999999999999999999")),
                        "idleTimeoutMillis"),
                row(38, "createSession", create("idleTimeoutMillis", new BigDecimal("1e400")), "idleTimeoutMillis"),
                row(38, "createSession", create("idleTimeoutMillis", Long.MAX_VALUE), "idleTimeoutMillis"),
                row(38, "createSession", create("idleTimeoutMillis", -1), "idleTimeoutMillis"),
                row(39, "listSessions", list(4294967297L), "limit"),
                row(39, "listSessions", list(0), "limit"),
                row(39, "listSessions", list(501), "limit"),
                row(
                        40,
                        "createSession",
                        create("client", new JsonObject().put("ip", new JsonArray().add(1))),
                        "client.ip"),
                row(40, "createSession", create("label", new JsonArray().add(1)), "label"),
                row(40, "listSessions", new JsonObject().put("page", list(5).put("order", 7)), ""),
                row(41, "resolveSession", new JsonObject().put("token", big), null),
                row(41, "getSession", new JsonObject().put("sessionId", big), null),
                row(41, "destroySession", new JsonObject().put("sessionId", ID).put("reason", big), null),
                row(
                        41,
                        "destroySessionsForUser",
                        new JsonObject()
                                .put("userId", "ada")
                                .put("exceptSessionId", big)
                                .put("reason", "revoked"),
                        null),
                row(41, "createSession", create("userId", big), "userId"),
                row(41, "createSession", create("label", big), "label"),
                row(41, "createSession", create("meta", new JsonObject().put("x", big)), "meta"),
                row(50, "createSession", create("label", "a\r\nSet-Cookie: x"), "label"),
                row(51, "createSession", create("label", "a\u202eb"), "label"),
                row(53, "createSession", create("label", "x".repeat(129)), "label"),
                row(54, "createSession", create("meta", nested(33)), "meta"),
                row(54, "createSession", create("meta", nested(5_000)), "meta"),
                row(55, "listSessions", forged("zz"), "cursor"),
                row(55, "listSessions", forged("+5"), "cursor"),
                row(55, "listSessions", forged("0".repeat(17)), "cursor"),
                row(55, "listSessions", new JsonObject().put("page", new JsonObject().put("cursor", "../")), "cursor"),
                row(55, "listSessions", new JsonObject().put("page", new JsonObject().put("cursor", "")), "cursor"),
                row(59, "createSession", create("userId", "user:1\n2"), "userId"),
                row(59, "createSession", create("userId", "\ud800"), "userId"),
                row(
                        59,
                        "getSessionsForUser",
                        new JsonObject().put("userId", "").put("page", new JsonObject()),
                        "userId"),
                row(28, "createSession", create("roles", new JsonArray().add("admin")), ""),
                row(28, "countSessions", new JsonObject().put("x", 1), ""));
    }

    private static JsonObject options(String field, Object value) {
        return new JsonObject().put("token", "x").put("options", new JsonObject().put(field, value));
    }

    private static JsonObject forged(String number) {
        String cursor = ForgedCursor.of(number + "-" + ID, "");
        return new JsonObject().put("page", new JsonObject().put("cursor", cursor));
    }

    static JsonObject nested(int depth) {
        JsonObject json = new JsonObject();
        for (int i = 1; i < depth; i++) {
            json = new JsonObject().put("x", json);
        }
        return json;
    }

    private static Arguments row(int corpus, String action, Object body, String field) {
        // Named, or each display name would be made from the whole body.
        return Arguments.of(corpus, action, Named.of("body", body), field);
    }
}
