package io.authsessions.model;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list. It may hold fewer sessions than asked for, none even; only a {@code next} of null ends the walk.
 *
 * @param items the sessions, immutable
 * @param next the cursor of the next page, or null at the end
 */
public record SessionPage(List<AuthSession> items, @Nullable String next) {
    /** Copies the list. */
    public SessionPage {
        items = List.copyOf(items);
    }

    /** The form on the event bus. */
    public JsonObject toJson() {
        JsonArray array = new JsonArray();
        items.forEach(session -> array.add(session.toJson()));
        JsonObject json = new JsonObject().put("items", array);
        return next == null ? json : json.put("next", next);
    }

    /**
     * Reads the form on the event bus; fields of a newer version are passed over.
     *
     * @throws InvalidRequestException if a field is of another type
     */
    public static SessionPage fromJson(JsonObject json) {
        JsonFields fields = JsonFields.ofReply(json);
        SessionPage page = new SessionPage(fields.objects("items", AuthSession::fromJson), fields.string("next"));
        fields.finish();
        return page;
    }
}
