package io.authsessions.store;

import io.authsessions.model.AuthSession;
import io.authsessions.model.ClientInfo;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A string of bytes in the form of {@link RecordCodec}, as an operator can read it. {@code kind} is {@code session},
 * {@code ended}, {@code newer} or {@code damaged}; of tokens it tells no more than that they were rotated.
 */
public final class RecordView {
    private RecordView() {}

    /**
     * Shows what stands under a session id. Total: whatever the bytes are, something is shown.
     *
     * @param sessionId under which they stand
     * @param bytes as they are stored
     */
    public static JsonObject of(String sessionId, byte[] bytes) {
        StoredForm form = RecordCodec.decode(sessionId, bytes);
        JsonObject view = new JsonObject()
                .put("kind", kind(form))
                .put("format", bytes.length == 0 ? 0 : bytes[0] & 0xFF)
                .put("bytes", bytes.length);
        if (form instanceof StoredForm.Living living) {
            describe(living.record(), view);
        } else if (form instanceof StoredForm.Ended ended) {
            view.put("reason", ended.marker().reason())
                    .put("endedAt", time(ended.marker().atMillis()));
        }
        return view;
    }

    private static String kind(StoredForm form) {
        if (form instanceof StoredForm.Living) {
            return "session";
        }
        if (form instanceof StoredForm.Ended) {
            return "ended";
        }
        return form instanceof StoredForm.Newer ? "newer" : "damaged";
    }

    private static void describe(SessionRecord record, JsonObject view) {
        AuthSession session = record.session();
        view.put("id", session.id())
                .put("userId", session.userId())
                .put("label", session.label())
                .put("client", client(session.client()))
                .put("meta", session.meta())
                .put("createdAt", time(session.createdAtMillis()))
                .put("lastUsedAt", time(session.lastUsedAtMillis()))
                .put("authenticatedAt", time(session.authenticatedAtMillis()))
                .put("idleDeadline", time(record.idleDeadlineMillis()))
                .put("absoluteDeadline", time(record.absoluteDeadlineMillis()))
                .put(
                        "idleTimeout",
                        Duration.ofMillis(record.idleTimeoutMillis()).toString())
                .put("version", session.version())
                .put("rotation", rotation(record.rotation()));
    }

    private static @Nullable JsonObject client(@Nullable ClientInfo client) {
        return client == null ? null : new JsonObject().put("ip", client.ip()).put("userAgent", client.userAgent());
    }

    private static @Nullable JsonObject rotation(@Nullable Rotation rotation) {
        return rotation == null
                ? null
                : new JsonObject()
                        .put("rotatedAt", time(rotation.atMillis()))
                        .put("presentedAt", rotation.presented() ? time(rotation.presentedAtMillis()) : null)
                        .put("derivable", rotation.nonce() != null);
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
