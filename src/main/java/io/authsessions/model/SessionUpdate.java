package io.authsessions.model;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A change of what the application or a person says of a session.
 *
 * @param label the new label; empty takes it away, null leaves it
 * @param metaJson the new meta as JSON text, or null to leave it
 * @param mergeMeta false: {@code metaJson} takes the place of the old one; true: it is a JSON merge patch (RFC 7396)
 * @param ifVersion change only if the session still has this version, or null for whatever it has
 */
public record SessionUpdate(
        @Nullable String label,
        @Nullable String metaJson,
        boolean mergeMeta,
        @Nullable Long ifVersion) {
    /** An update that changes nothing yet. */
    public static final SessionUpdate NOTHING = new SessionUpdate(null, null, false, null);

    /** This with a new label; empty takes it away. */
    public SessionUpdate withLabel(String value) {
        return new SessionUpdate(value, metaJson, mergeMeta, ifVersion);
    }

    /**
     * This with a new meta in the place of the old one.
     *
     * @throws InvalidRequestException if it is too large, too deep, or not plain JSON
     */
    public SessionUpdate withMeta(JsonObject value) {
        TextRules.requireMeta(value);
        return new SessionUpdate(label, value.encode(), false, ifVersion);
    }

    /**
     * This with a merge patch for the meta: null takes a member away (RFC 7396).
     *
     * @throws InvalidRequestException if it is too large, too deep, or not plain JSON
     */
    public SessionUpdate withMetaPatch(JsonObject value) {
        TextRules.requireMeta(value);
        return new SessionUpdate(label, value.encode(), true, ifVersion);
    }

    /** This for one version only. */
    public SessionUpdate ifVersion(long value) {
        return new SessionUpdate(label, metaJson, mergeMeta, value);
    }

    /** Whether nothing would be changed. */
    public boolean isEmpty() {
        return label == null && metaJson == null;
    }

    /** The label that a session has after this, in the form that is kept. */
    public @Nullable String labelAfter(@Nullable String before) {
        return label == null ? before : TextRules.normalLabel(label);
    }

    /**
     * The meta that a session has after this.
     *
     * @throws InvalidRequestException if the merged meta is too large or too deep
     */
    public String metaAfter(String before) {
        if (metaJson == null || !mergeMeta) {
            return metaJson == null ? before : metaJson;
        }
        JsonObject merged = MergePatch.apply(new JsonObject(before), new JsonObject(metaJson));
        TextRules.requireMeta(merged);
        return merged.encode();
    }

    /**
     * Holds the values against the rules.
     *
     * @throws InvalidRequestException with everything that is wrong
     */
    public void check() {
        JsonFields fields = JsonFields.of(new JsonObject());
        ClientInfo.report(fields, "label", TextRules.checkLabel(TextRules.normalLabel(label)));
        if (metaJson != null) {
            ClientInfo.report(fields, "meta", TextRules.checkMetaText(metaJson));
        }
        fields.finish();
    }

    /** The form on the event bus, absent fields left out. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject().put("mergeMeta", mergeMeta);
        if (label != null) {
            json.put("label", label);
        }
        if (metaJson != null) {
            json.put("meta", new JsonObject(metaJson));
        }
        return ifVersion == null ? json : json.put("ifVersion", ifVersion);
    }

    /**
     * Reads the form on the event bus.
     *
     * @throws InvalidRequestException if a field is unknown or of another type
     */
    public static SessionUpdate fromJson(JsonObject json) {
        JsonFields fields = JsonFields.of(json);
        String label = fields.string("label");
        JsonObject meta = fields.object("meta");
        boolean merge = fields.booleanOr("mergeMeta", false);
        Long ifVersion = fields.integer("ifVersion", 0, Long.MAX_VALUE);
        fields.refuseOthers().finish();
        if (meta != null) {
            TextRules.requireMeta(meta);
        }
        return new SessionUpdate(label, meta == null ? null : meta.encode(), merge, ifVersion);
    }
}
