package io.authsessions.model;

import io.vertx.core.json.JsonObject;

/**
 * What a call that ends many sessions did.
 *
 * @param ended how many it ended
 * @param more whether there are further ones: call again
 */
public record BulkResult(int ended, boolean more) {
    /** The form on the event bus. */
    public JsonObject toJson() {
        return new JsonObject().put("ended", ended).put("more", more);
    }

    /**
     * Reads the form on the event bus; fields of a newer version are passed over.
     *
     * @throws InvalidRequestException if a field is of another type
     */
    public static BulkResult fromJson(JsonObject json) {
        JsonFields fields = JsonFields.ofReply(json);
        BulkResult result = new BulkResult(
                (int) fields.requiredInteger("ended", 0, Integer.MAX_VALUE), fields.booleanOr("more", false));
        fields.finish();
        return result;
    }
}
