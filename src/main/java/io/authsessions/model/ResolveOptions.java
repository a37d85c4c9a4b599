package io.authsessions.model;

import io.vertx.core.json.JsonObject;

/**
 * How a token is resolved.
 *
 * @param strict always ask the store, never a cache
 * @param touch whether it counts as a use
 */
public record ResolveOptions(boolean strict, boolean touch) {
    /** Not strict; a use. */
    public static final ResolveOptions DEFAULT = new ResolveOptions(false, true);

    /** The form on the event bus. */
    public JsonObject toJson() {
        return new JsonObject().put("strict", strict).put("touch", touch);
    }

    /**
     * Reads the form on the event bus.
     *
     * @throws InvalidRequestException if a field is unknown or of another type
     */
    public static ResolveOptions fromJson(JsonObject json) {
        JsonFields fields = JsonFields.of(json);
        ResolveOptions options = new ResolveOptions(fields.booleanOr("strict", false), fields.booleanOr("touch", true));
        fields.refuseOthers().finish();
        return options;
    }
}
