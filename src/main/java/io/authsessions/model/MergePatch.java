package io.authsessions.model;

import io.vertx.core.json.JsonObject;

/** JSON merge patch, RFC 7396, section 2. */
final class MergePatch {
    private MergePatch() {}

    /** Changes and returns the target. */
    static JsonObject apply(JsonObject target, JsonObject patch) {
        for (String name : patch.fieldNames()) {
            Object value = patch.getValue(name);
            if (value == null) {
                target.remove(name);
            } else if (value instanceof JsonObject inner) {
                Object before = target.getValue(name);
                target.put(name, apply(before instanceof JsonObject object ? object : new JsonObject(), inner));
            } else {
                target.put(name, value);
            }
        }
        return target;
    }
}
