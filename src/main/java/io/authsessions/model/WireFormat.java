package io.authsessions.model;

import io.vertx.core.json.JsonObject;

/**
 * The writers that the code generator calls: it takes static methods only ({@code META-INF/vertx/json-mappers.properties}).
 * Applications call {@code toJson()} of the value itself.
 */
public final class WireFormat {
    private WireFormat() {}

    /** The form of {@link AuthSession} on the event bus. */
    public static JsonObject writeAuthSession(AuthSession value) {
        return value.toJson();
    }

    /** The form of {@link NewSession} on the event bus. */
    public static JsonObject writeNewSession(NewSession value) {
        return value.toJson();
    }

    /** The form of {@link IssuedSession} on the event bus. */
    public static JsonObject writeIssuedSession(IssuedSession value) {
        return value.toJson();
    }

    /** The form of {@link Resolution} on the event bus. */
    public static JsonObject writeResolution(Resolution value) {
        return value.toJson();
    }

    /** The form of {@link ResolveOptions} on the event bus. */
    public static JsonObject writeResolveOptions(ResolveOptions value) {
        return value.toJson();
    }

    /** The form of {@link PageRequest} on the event bus. */
    public static JsonObject writePageRequest(PageRequest value) {
        return value.toJson();
    }

    /** The form of {@link SessionPage} on the event bus. */
    public static JsonObject writeSessionPage(SessionPage value) {
        return value.toJson();
    }

    /** The form of {@link SessionUpdate} on the event bus. */
    public static JsonObject writeSessionUpdate(SessionUpdate value) {
        return value.toJson();
    }

    /** The form of {@link BulkResult} on the event bus. */
    public static JsonObject writeBulkResult(BulkResult value) {
        return value.toJson();
    }
}
