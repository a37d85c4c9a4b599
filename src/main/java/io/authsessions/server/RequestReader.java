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
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final Pattern MEDIA_TYPE =
            Pattern.compile("([a-z0-9.+-]+/[a-z0-9.+-]+)[ \\t]*(?:;[ \\t]*charset=(?:\"utf-8\"|utf-8)[ \\t]*)?");
    private static final Pattern LIMIT = Pattern.compile("[1-9][0-9]{0,2}");

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
        return body(ctx, JSON).compose(body -> {
            try {
                return Future.succeededFuture(StrictJson.readObject(body));
            } catch (StrictJson.MalformedJsonException e) {
                return Future.failedFuture(
                        Failures.of(FailureCode.INVALID, "malformed_json", "the body " + e.getMessage()));
            }
        });
    }

    /** The parameters of the form in the body. Fails with 415, {@code payload_too_large} or INVALID. */
    static Future<Map<String, String>> form(RoutingContext ctx) {
        return body(ctx, FORM).map(body -> FormText.read(body.toString(StandardCharsets.ISO_8859_1)));
    }

    private static Future<Buffer> body(RoutingContext ctx, String mediaType) {
        List<String> types = ctx.request().headers().getAll(HttpHeaders.CONTENT_TYPE);
        if (types.size() == 1) {
            Matcher matcher = MEDIA_TYPE.matcher(types.get(0).toLowerCase(Locale.ROOT));
            if (matcher.matches() && mediaType.equals(matcher.group(1))) {
                return BodyReader.read(ctx);
            }
        }
        return Future.failedFuture(new HttpException(415));
    }
}
