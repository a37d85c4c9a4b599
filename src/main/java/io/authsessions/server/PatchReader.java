package io.authsessions.server;

import io.authsessions.model.JsonFields;
import io.authsessions.model.SessionUpdate;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/**
 * Reads the body of PATCH: {@code label}, and for operators {@code meta}. As {@code application/merge-patch+json}
 * (RFC 7396) the meta is merged member by member; as {@code application/json} it takes the place of the old one. In both
 * a null takes away what it names, and what is absent stays.
 */
final class PatchReader {
    private PatchReader() {}

    /** What a person may change of a session. Fails as {@link RequestReader#patch} does, or with INVALID. */
    static Future<SessionUpdate> label(RoutingContext ctx) {
        return RequestReader.patch(ctx).map(patch -> {
            JsonFields fields = JsonFields.of(patch.body());
            SessionUpdate update = readLabel(patch.body(), fields);
            fields.refuseOthers().finish();
            update.check();
            return update;
        });
    }

    /** What an operator may change of a session. Fails as {@link RequestReader#patch} does, or with INVALID. */
    static Future<SessionUpdate> labelAndMeta(RoutingContext ctx) {
        return RequestReader.patch(ctx).map(patch -> {
            JsonFields fields = JsonFields.of(patch.body());
            SessionUpdate update = readLabel(patch.body(), fields);
            JsonObject meta = fields.object("meta");
            fields.refuseOthers().finish();
            if (meta != null) {
                update = patch.merge() ? update.withMetaPatch(meta) : update.withMeta(meta);
            } else if (patch.body().containsKey("meta")) {
                update = update.withMeta(new JsonObject());
            }
            update.check();
            return update;
        });
    }

    /** An empty text and null both mean that there is no label any more. */
    private static SessionUpdate readLabel(JsonObject body, JsonFields fields) {
        String label = fields.string("label");
        if (label != null) {
            return SessionUpdate.NOTHING.withLabel(label);
        }
        return body.containsKey("label") ? SessionUpdate.NOTHING.withLabel("") : SessionUpdate.NOTHING;
    }
}
