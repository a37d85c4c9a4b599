package io.authsessions.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.yaml.snakeyaml.Yaml;

/** The REST contract, read. */
final class Contract {
    private static final Set<String> METHODS =
            Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");

    /** The headers that say something about the answer, where all others are about the exchange. */
    private static final List<String> SPOKEN_OF = List.of(
            "WWW-Authenticate",
            "Set-Cookie",
            "Clear-Site-Data",
            "ETag",
            "Location",
            "Retry-After",
            "X-Auth-User-Id",
            "X-Auth-Session-Id");

    private final JsonObject root;
    private final List<Operation> operations;
    private final Map<String, Validator> validators = new HashMap<>();

    private Contract(JsonObject root) {
        this.root = root;
        this.operations = operations(root);
    }

    static Contract read() {
        try (InputStream yaml = Contract.class.getResourceAsStream("/openapi.yaml")) {
            Map<?, ?> tree = new Yaml().load(yaml);
            return new Contract(new JsonObject(new ObjectMapper().writeValueAsString(tree)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One method of one path. */
    record Operation(String path, String method, JsonObject json) {
        String id() {
            return json.getString("operationId");
        }

        String tag() {
            return json.getJsonArray("tags").getString(0);
        }

        Set<String> statuses() {
            return new TreeSet<>(json.getJsonObject("responses").fieldNames());
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    List<Operation> operations() {
        return operations;
    }

    private static List<Operation> operations(JsonObject root) {
        List<Operation> all = new ArrayList<>();
        for (Map.Entry<String, Object> path : root.getJsonObject("paths")) {
            for (Map.Entry<String, Object> entry : (JsonObject) path.getValue()) {
                if (METHODS.contains(entry.getKey())) {
                    all.add(new Operation(
                            path.getKey(), entry.getKey().toUpperCase(Locale.ROOT), (JsonObject) entry.getValue()));
                }
            }
        }
        return List.copyOf(all);
    }

    /** The methods of each path. */
    Map<String, Set<String>> places() {
        Map<String, Set<String>> places = new TreeMap<>();
        operations().forEach(each -> places.computeIfAbsent(each.path(), path -> new TreeSet<>())
                .add(each.method()));
        return places;
    }

    /** The parameters of an operation that stand in the path, the query or a header. */
    List<JsonObject> parameters(Operation operation) {
        List<JsonObject> parameters = new ArrayList<>();
        for (Object each : operation.json().getJsonArray("parameters", new JsonArray())) {
            parameters.add(resolve((JsonObject) each));
        }
        return parameters;
    }

    /** What is wrong with the body of an answer; empty if nothing. */
    String mistakes(Operation operation, String status, String mediaType, String body) {
        JsonObject answer = operation.json().getJsonObject("responses").getJsonObject(status);
        if (answer == null) {
            return "status " + status + " is not in the contract";
        }
        JsonObject content = resolve(answer).getJsonObject("content");
        if (content == null) {
            return body.isEmpty() ? "" : "a body, which is not in the contract";
        }
        JsonObject media = content.getJsonObject(mediaType.split(";")[0]);
        if (media == null) {
            return "media type " + mediaType + " is not in the contract";
        }
        return mediaType.contains("json") ? mistakes(media.getJsonObject("schema"), new JsonObject(body)) : "";
    }

    /** What is wrong with the headers of an answer of which the contract speaks; empty if nothing. */
    String mistakes(Operation operation, String status, Map<String, List<String>> headers) {
        JsonObject answer = resolve(operation.json().getJsonObject("responses").getJsonObject(status));
        JsonObject declared = answer.getJsonObject("headers", new JsonObject());
        StringBuilder mistakes = new StringBuilder();
        for (String name : SPOKEN_OF) {
            JsonObject header = declared.getJsonObject(name);
            List<String> values = headers.entrySet().stream()
                    .filter(entry -> entry.getKey().equalsIgnoreCase(name))
                    .flatMap(entry -> entry.getValue().stream())
                    .toList();
            if (header == null && !values.isEmpty()) {
                mistakes.append(name).append(" is not in the contract; ");
            } else if (header != null && header.getBoolean("required", false) && values.isEmpty()) {
                mistakes.append(name).append(" is missing; ");
            } else if (header != null) {
                values.forEach(value -> mistakes.append(mistakes(header.getJsonObject("schema"), value)));
            }
        }
        return mistakes.toString();
    }

    /** What is wrong with the JSON body of a request that was taken; empty if nothing. */
    String mistakes(Operation operation, String mediaType, String body) {
        JsonObject request = operation.json().getJsonObject("requestBody");
        if (request == null || !mediaType.contains("json")) {
            return "";
        }
        JsonObject media = request.getJsonObject("content").getJsonObject(mediaType.split(";")[0].strip());
        return media == null
                ? "media type " + mediaType + " is not in the contract"
                : mistakes(media.getJsonObject("schema"), new JsonObject(body));
    }

    /** What is wrong with a problem; empty if nothing. */
    String mistakesOfProblem(String body) {
        return mistakes(new JsonObject().put("$ref", "#/components/schemas/Problem"), new JsonObject(body));
    }

    /** What is wrong with a value; empty if nothing. */
    synchronized String mistakes(JsonObject schema, Object value) {
        OutputUnit result = validators
                .computeIfAbsent(schema.encode(), text -> validator(schema))
                .validate(value);
        return Boolean.TRUE.equals(result.getValid()) ? "" : String.valueOf(result.getErrors());
    }

    private Validator validator(JsonObject schema) {
        JsonObject whole = schema.copy().put("components", root.getJsonObject("components"));
        return Validator.create(
                JsonSchema.of(whole),
                new JsonSchemaOptions().setDraft(Draft.DRAFT202012).setBaseUri("https://contract.example/"));
    }

    private JsonObject resolve(JsonObject json) {
        String ref = json.getString("$ref");
        if (ref == null) {
            return json;
        }
        JsonObject found = root;
        for (String name : ref.substring(2).split("/")) {
            found = found.getJsonObject(name);
        }
        return found;
    }
}
