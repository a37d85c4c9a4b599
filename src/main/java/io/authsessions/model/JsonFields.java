package io.authsessions.model;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A strict reader of one JSON object. Nothing is converted: a number is not a string, 5.9 is not 5, and a number that
 * does not fit is wrong, not cut. Every mistake is collected, and {@link #finish} reports all of them at once. A field
 * that holds {@code null} counts as absent. Confined to the thread that reads.
 */
public final class JsonFields {
    /** What is said of a field that does not exist. Its name came from outside and is not repeated. */
    private static final String OTHER = "holds a field that does not exist";

    private final JsonObject json;
    private final String path;
    private final List<FieldError> errors;
    private final @Nullable Set<String> known;

    private JsonFields(JsonObject json, String path, List<FieldError> errors, boolean strict) {
        this.json = json;
        this.path = path;
        this.errors = errors;
        this.known = strict ? new HashSet<>() : null;
    }

    /** Reads the object; field names in errors stand alone. */
    public static JsonFields of(JsonObject json) {
        return new JsonFields(json, "", new ArrayList<>(), true);
    }

    /** Reads the object as a reply, which may hold fields of a newer version: {@link #refuseOthers} refuses none. */
    public static JsonFields ofReply(JsonObject json) {
        return new JsonFields(json, "", new ArrayList<>(0), false);
    }

    /** The text of a field, or null where it is absent. */
    public @Nullable String string(String name) {
        Object value = value(name);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        error(name, "must be a string");
        return null;
    }

    /** The text of a field that must be there; the empty string stands in where it is not. */
    public String requiredString(String name) {
        String text = string(name);
        if (text == null) {
            missing(name);
            return "";
        }
        return text;
    }

    /** The whole number of a field, or null where it is absent. */
    public @Nullable Long integer(String name, long min, long max) {
        Object value = value(name);
        if (value == null) {
            return null;
        }
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            long number = ((Number) value).longValue();
            if (number >= min && number <= max) {
                return number;
            }
        }
        error(name, "must be a whole number from " + min + " to " + max);
        return null;
    }

    /** The whole number of a field, or {@code otherwise} where it is absent. */
    public long integerOr(String name, long min, long max, long otherwise) {
        Long value = integer(name, min, max);
        return value == null ? otherwise : value;
    }

    /** The whole number of a field that must be there. */
    public long requiredInteger(String name, long min, long max) {
        Long value = integer(name, min, max);
        if (value == null) {
            missing(name);
            return min;
        }
        return value;
    }

    /** The truth value of a field, or null where it is absent. */
    public @Nullable Boolean truth(String name) {
        return value(name) == null ? null : booleanOr(name, false);
    }

    /** The truth value of a field, or {@code otherwise} where it is absent. */
    public boolean booleanOr(String name, boolean otherwise) {
        Object value = value(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Boolean truth) {
            return truth;
        }
        error(name, "must be true or false");
        return otherwise;
    }

    /** The object of a field, or null where it is absent. */
    public @Nullable JsonObject object(String name) {
        Object value = value(name);
        if (value == null) {
            return null;
        }
        if (value instanceof JsonObject object) {
            return object;
        }
        error(name, "must be an object");
        return null;
    }

    /** The object of a field that must be there; null, and a mistake, where it is not. */
    public @Nullable JsonObject requiredObject(String name) {
        JsonObject object = object(name);
        if (object == null) {
            missing(name);
        }
        return object;
    }

    /** A reader of the object in a field, or null where it is absent; its errors are reported with this one's. */
    public @Nullable JsonFields fields(String name) {
        JsonObject object = object(name);
        return object == null ? null : new JsonFields(object, path + name + ".", errors, known != null);
    }

    /** The elements of the array of strings in a field; empty where it is absent. */
    public List<String> strings(String name) {
        Object value = value(name);
        List<String> texts = new ArrayList<>();
        if (value instanceof JsonArray array) {
            for (Object element : array) {
                if (element instanceof String text) {
                    texts.add(text);
                } else {
                    error(name, "must hold strings only");
                }
            }
        } else if (value != null) {
            error(name, "must be an array");
        }
        return texts;
    }

    /** The elements of the array of objects in a field; empty where it is absent. */
    public <T> List<T> objects(String name, Function<JsonObject, T> decoder) {
        Object value = value(name);
        List<T> decoded = new ArrayList<>();
        if (value instanceof JsonArray array) {
            for (int i = 0; i < array.size(); i++) {
                if (array.getValue(i) instanceof JsonObject object) {
                    decoded.add(decoder.apply(object));
                } else {
                    error(name, "must hold objects only");
                }
            }
        } else if (value != null) {
            error(name, "must be an array");
        }
        return decoded;
    }

    /** Reports a mistake in a field. */
    public void error(String name, String message) {
        errors.add(new FieldError(path + name, message));
    }

    /** Reports each field that nobody asked for, here: the object takes no others. */
    public JsonFields refuseOthers() {
        if (known == null) {
            return this;
        }
        for (String name : json.fieldNames()) {
            if (!known.contains(name)) {
                errors.add(new FieldError(path.isEmpty() ? "" : path.substring(0, path.length() - 1), OTHER));
                break;
            }
        }
        return this;
    }

    /**
     * Ends the reading.
     *
     * @throws InvalidRequestException if anything was wrong, with all of it
     */
    public void finish() {
        if (!errors.isEmpty()) {
            throw new InvalidRequestException(errors);
        }
    }

    private @Nullable Object value(String name) {
        if (known != null) {
            known.add(name);
        }
        return json.getValue(name);
    }

    private void missing(String name) {
        boolean said = errors.stream().anyMatch(e -> e.field().equals(path + name));
        if (!said) {
            error(name, "is required");
        }
    }
}
