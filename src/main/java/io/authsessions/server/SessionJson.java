package io.authsessions.server;

import io.authsessions.model.AuthSession;
import io.authsessions.model.ClientInfo;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.SessionEvent;
import io.authsessions.model.SessionPage;
import io.authsessions.web.SignedIn;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sessions as REST shows them: every field always there, times in ISO-8601 with milliseconds. */
final class SessionJson {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private SessionJson() {}

    static JsonObject session(AuthSession session) {
        return new JsonObject()
                .put("id", session.id())
                .put("userId", session.userId())
                .put("label", session.label())
                .put("meta", session.meta())
                .put("createdAt", time(session.createdAt()))
                .put("lastUsedAt", time(session.lastUsedAt()))
                .put("authenticatedAt", time(session.authenticatedAt()))
                .put("expiresAt", time(session.expiresAt()))
                .put("version", session.version())
                .put("client", client(session.client()));
    }

    /** A session with the token that is told this once. */
    static JsonObject issued(IssuedSession issued) {
        return new JsonObject().put("session", session(issued.session())).put("token", issued.token());
    }

    /** A session with the token that it got, unless that went into the cookie. */
    static JsonObject renewed(SignedIn renewed) {
        JsonObject json = new JsonObject().put("session", session(renewed.session()));
        return renewed.token() == null ? json : json.put("token", renewed.token());
    }

    /** An event; fields that it does not have are null. */
    static JsonObject event(SessionEvent event) {
        return new JsonObject()
                .put("eventId", event.eventId())
                .put("type", event.type().wireName())
                .put("sessionId", event.sessionId())
                .put("userId", event.userId())
                .put("at", time(Instant.ofEpochMilli(event.atMillis())))
                .put("reason", event.reason());
    }

    /** A page, each session written by the function. */
    static JsonObject page(SessionPage page, Function<AuthSession, JsonObject> writer) {
        JsonArray items = new JsonArray();
        page.items().forEach(session -> items.add(writer.apply(session)));
        return new JsonObject().put("items", items).put("next", page.next());
    }

    static String time(Instant instant) {
        return TIME.format(instant);
    }

    private static @Nullable JsonObject client(@Nullable ClientInfo client) {
        return client == null ? null : new JsonObject().put("ip", client.ip()).put("userAgent", client.userAgent());
    }
}
