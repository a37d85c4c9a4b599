package io.authsessions.server;

import io.authsessions.model.FailureCode;
import io.authsessions.model.FieldError;
import io.authsessions.model.InvalidRequestException;
import io.authsessions.model.PageRequest;
import io.authsessions.model.SessionIds;
import io.authsessions.service.Failures;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The one strict reader of paths, queries and bodies. Nothing is guessed, converted, cut or passed over. */
final class RequestReader {
    private static final String JSON = "application/json";
    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final Pattern MEDIA_TYPE =
            Pattern.compile("([a-z0-9.+-]+/[a-z0-9.+-]+)[ \\t]*(?:;[ \\t]*charset=(?:\"utf-8\"|utf-8)[ \\t]*)?");
    private static final Pattern LIMIT = Pattern.compile("[1-9][0-9]{0,2}");

    private static final Pattern INSTANT =
            Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,9})?Z");

    private RequestReader() {}

    /**
     * The parameters of the query.
     *
     * @throws InvalidRequestException if one is unknown, comes twice or cannot be read
     */
    static Map<String, String> query(RoutingContext ctx, String... known) {
        Map<String, String> parameters = FormText.read(ctx.request().query());
        if (!Set.of(known).containsAll(parameters.keySet())) {
            throw new InvalidRequestException("", "holds a parameter that does not exist");
        }
        return parameters;
    }

    /** Sees to it that there is no query. */
    static void noQuery(RoutingContext ctx) {
        query(ctx);
    }

    /**
     * The page that a query asks for.
     *
     * @throws InvalidRequestException with everything that is wrong
     */
    static PageRequest page(Map<String, String> query) {
        List<FieldError> errors = new ArrayList<>();
        PageRequest page = PageRequest.FIRST.after(query.get("cursor"));
        String limit = query.get("limit");
        if (limit != null) {
            int number = LIMIT.matcher(limit).matches() ? Integer.parseInt(limit) : 0;
            if (number < 1 || number > PageRequest.MAX_LIMIT) {
                errors.add(new FieldError("limit", "must be a whole number from 1 to " + PageRequest.MAX_LIMIT));
            }
            page = page.withLimit(number);
        }
        String order = query.get("order");
        if (order != null) {
            PageRequest.Order wanted = PageRequest.Order.ofWireName(order);
            if (wanted == null) {
                errors.add(new FieldError("order", "must be used or created"));
            } else {
                page = page.orderedBy(wanted);
            }
        }
        if (!errors.isEmpty()) {
            throw new InvalidRequestException(errors);
        }
        return page;
    }

    /** A moment in ISO-8601 and UTC, from 1970 to 9999, or null if the text is none. */
    static @Nullable Instant instant(@Nullable String text) {
        if (text == null || !INSTANT.matcher(text).matches()) {
            return null;
        }
        try {
            Instant instant = Instant.parse(text);
            return instant.isBefore(Instant.EPOCH) ? null : instant;
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /** A session id that stands in the path, or null if what stands there is none. */
    static @Nullable String sessionId(RoutingContext ctx, int segment) {
        String text = pathSegment(ctx, segment);
        return SessionIds.isId(text) ? text : null;
    }

    /**
     * What stands in the path, decoded, or null if it is not UTF-8 escaped as in a URL.
     *
     * @param segment 0 for the first after the leading slash
     */
    static @Nullable String pathSegment(RoutingContext ctx, int segment) {
        String[] segments = ctx.normalizedPath().split("/", -1);
        return segment + 1 < segments.length ? FormText.decodeSegment(segments[segment + 1]) : null;
    }

    /** The JSON object in the body. Fails with 415, {@code payload_too_large} or {@code malformed_json}. */
    static Future<JsonObject> json(RoutingContext ctx) {
        return body(ctx, JSON).compose(RequestReader::parse);
    }

    /**
     * A change of what is there.
     *
     * @param merge whether it is a JSON merge patch (RFC 7396)
     */
    record Patch(JsonObject body, boolean merge) {}

    /** The change in the body, of either media type. Fails as {@link #json} does. */
    static Future<Patch> patch(RoutingContext ctx) {
        return body(ctx, JSON, MERGE_PATCH)
                .compose(RequestReader::parse)
                .map(body -> new Patch(body, MERGE_PATCH.equals(mediaType(ctx))));
    }

    /** The parameters of the form in the body. Fails with 415, {@code payload_too_large} or INVALID. */
    static Future<Map<String, String>> form(RoutingContext ctx) {
        return body(ctx, FORM).map(body -> FormText.read(body.toString(StandardCharsets.ISO_8859_1)));
    }

    private static Future<JsonObject> parse(Buffer body) {
        try {
            return Future.succeededFuture(StrictJson.readObject(body));
        } catch (StrictJson.MalformedJsonException e) {
            return Future.failedFuture(
                    Failures.of(FailureCode.INVALID, "malformed_json", "the body " + e.getMessage()));
        }
    }

    private static Future<Buffer> body(RoutingContext ctx, String... mediaTypes) {
        String type = mediaType(ctx);
        return type != null && Set.of(mediaTypes).contains(type)
                ? BodyReader.read(ctx)
                : Future.failedFuture(new HttpException(415));
    }

    /** The media type of the body in lower case, or null if it is not told clearly or is not in UTF-8. */
    private static @Nullable String mediaType(RoutingContext ctx) {
        List<String> types = ctx.request().headers().getAll(HttpHeaders.CONTENT_TYPE);
        if (types.size() != 1) {
            return null;
        }
        Matcher matcher = MEDIA_TYPE.matcher(types.get(0).toLowerCase(Locale.ROOT));
        return matcher.matches() ? matcher.group(1) : null;
    }
}
