package io.authsessions.server;

import io.authsessions.model.Durations;
import io.authsessions.web.CrossSiteGuard;
import io.authsessions.web.TrustedProxies;
import io.vertx.core.json.JsonArray;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a key of the configuration may hold. */
sealed interface ConfigType {
    /** Whether a value from a configuration file is of the type. */
    boolean accepts(Object value);

    /** What is expected, as a sentence about the value that begins with "must". */
    String rule();

    /** The value that a text in the environment writes, of the type or not; null if it writes none. */
    default @Nullable Object parse(String text) {
        return text;
    }

    /** A text of at least one character, without control characters. */
    record Text() implements ConfigType {
        @Override
        public boolean accepts(Object value) {
            return value instanceof String text
                    && !text.isBlank()
                    && text.chars().noneMatch(Character::isISOControl);
        }

        @Override
        public String rule() {
            return "must be a text that is not empty";
        }
    }

    /** A secret that fits into an HTTP header: visible ASCII characters. */
    record Secret() implements ConfigType {
        @Override
        public boolean accepts(Object value) {
            return value instanceof String text && AdminKeys.isKey(text);
        }

        @Override
        public String rule() {
            return "must be 1 to " + AdminKeys.MAX_LENGTH + " visible ASCII characters, without spaces";
        }
    }

    /** Several secrets; in the environment with commas between them. */
    record Secrets() implements ConfigType {
        @Override
        public boolean accepts(Object value) {
            return value instanceof JsonArray array && array.stream().allMatch(new Secret()::accepts);
        }

        @Override
        public String rule() {
            return "must be an array of texts, each of 1 to " + AdminKeys.MAX_LENGTH
                    + " visible ASCII characters, without spaces";
        }

        @Override
        public Object parse(String text) {
            return new JsonArray(List.of(text.split(",", -1)));
        }
    }

    /** Several addresses or networks; in the environment with commas between them. */
    record Addresses() implements ConfigType {
        @Override
        public boolean accepts(Object value) {
            return value instanceof JsonArray array
                    && array.stream().allMatch(each -> each instanceof String text && isNetwork(text));
        }

        private static boolean isNetwork(String text) {
            try {
                TrustedProxies.of(List.of(text));
                return true;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }

        @Override
        public String rule() {
            return "must be an array of IP addresses or networks such as 10.0.0.0/8 or 2001:db8::/32";
        }

        @Override
        public Object parse(String text) {
            return list(text);
        }
    }

    /** Several origins as browsers write them; in the environment with commas between them. */
    record Origins() implements ConfigType {
        @Override
        public boolean accepts(Object value) {
            return value instanceof JsonArray array
                    && array.stream().allMatch(each -> each instanceof String text && isOrigin(text));
        }

        private static boolean isOrigin(String text) {
            try {
                CrossSiteGuard.create(List.of(text));
                return true;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }

        @Override
        public String rule() {
            return "must be an array of origins such as https://app.example.com, in lower case, without path and without"
                    + " the port that the scheme implies";
        }

        @Override
        public Object parse(String text) {
            return list(text);
        }
    }

    /** Several clients of introspection; in the environment with commas between them. */
    record Clients() implements ConfigType {
        @Override
        public boolean accepts(Object value) {
            return value instanceof JsonArray array
                    && array.stream()
                            .allMatch(each -> each instanceof String text && IntrospectionClients.isClient(text));
        }

        @Override
        public String rule() {
            return "must be an array of texts id:secret, an id of 1 to 64 and a secret of 16 to 256 characters out of "
                    + "A-Z a-z 0-9 . _ ~ -";
        }

        @Override
        public Object parse(String text) {
            return list(text);
        }
    }

    private static JsonArray list(String text) {
        return text.isEmpty() ? new JsonArray() : new JsonArray(List.of(text.split(",", -1)));
    }

    /** A text of a certain form, written as a regular expression that is short enough for people. */
    record Shaped(String pattern, String rule) implements ConfigType {
        @Override
        public boolean accepts(Object value) {
            return value instanceof String text && text.matches(pattern);
        }
    }

    /** Several texts of a certain form; in the environment with commas between them. */
    record ShapedTexts(Shaped each) implements ConfigType {
        @Override
        public boolean accepts(Object value) {
            return value instanceof JsonArray array && array.stream().allMatch(each::accepts);
        }

        @Override
        public String rule() {
            return "must be an array of texts, each of which " + each.rule();
        }

        @Override
        public Object parse(String text) {
            return text.isEmpty() ? new JsonArray() : new JsonArray(List.of(text.split(",", -1)));
        }
    }

    /** True or false. */
    record Truth() implements ConfigType {
        @Override
        public boolean accepts(Object value) {
            return value instanceof Boolean;
        }

        @Override
        public String rule() {
            return "must be true or false";
        }

        @Override
        public @Nullable Object parse(String text) {
            return text.equals("true") || text.equals("false") ? (Object) Boolean.valueOf(text) : null;
        }
    }

    /** A whole number within bounds, both included. */
    record Whole(long min, long max) implements ConfigType {
        @Override
        public boolean accepts(Object value) {
            return (value instanceof Integer || value instanceof Long)
                    && ((Number) value).longValue() >= min
                    && ((Number) value).longValue() <= max;
        }

        @Override
        public String rule() {
            return "must be a whole number from " + min + " to " + max;
        }

        @Override
        public @Nullable Object parse(String text) {
            return text.matches("-?[0-9]{1,18}") ? (Object) Long.valueOf(text) : null;
        }
    }

    /** A duration as {@link Durations} writes it. */
    record Time() implements ConfigType {
        @Override
        public boolean accepts(Object value) {
            return value instanceof String text && Durations.parse(text) != null;
        }

        @Override
        public String rule() {
            return "must be a duration such as 500ms, 60s, 30m, 12h or 7d";
        }
    }

    /** One of some names. */
    record Choice(List<String> names) implements ConfigType {
        @Override
        public boolean accepts(Object value) {
            return value instanceof String text && names.contains(text);
        }

        @Override
        public String rule() {
            return "must be one of " + String.join(", ", names);
        }
    }
}
