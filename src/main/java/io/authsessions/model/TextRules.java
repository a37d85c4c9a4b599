package io.authsessions.model;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.EncodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What texts and meta may hold. Each check returns null for good input, or what is wrong with it. */
final class TextRules {
    static final int MAX_LABEL_CHARACTERS = 128;
    static final int MAX_LABEL_BYTES = 512;
    static final int MAX_USER_ID_BYTES = 256;
    static final int MAX_META_BYTES = 16 * 1024;
    static final int MAX_META_DEPTH = 32;
    static final int MAX_IP_CHARACTERS = 64;
    static final int MAX_USER_AGENT_CHARACTERS = 512;

    private static final String META_NOT_PLAIN = "must be plain JSON, nested at most " + MAX_META_DEPTH + " deep";
    private static final String NO_OBJECT = "must be a JSON object";
    private static final String META_TOO_LARGE = "must have at most " + MAX_META_BYTES + " bytes as JSON";

    private TextRules() {}

    /** The label as it is kept: Unicode normal form C; null for none. */
    static @Nullable String normalLabel(@Nullable String label) {
        if (label == null || label.isEmpty()) {
            return null;
        }
        // A text that is too long in any form is not worth the work.
        return label.length() > 2 * MAX_LABEL_BYTES ? label : Normalizer.normalize(label, Normalizer.Form.NFC);
    }

    static @Nullable String checkLabel(@Nullable String label) {
        if (label == null) {
            return null;
        }
        if (label.codePointCount(0, label.length()) > MAX_LABEL_CHARACTERS || utf8Length(label) > MAX_LABEL_BYTES) {
            return "must have at most " + MAX_LABEL_CHARACTERS + " characters and " + MAX_LABEL_BYTES
                    + " bytes in UTF-8";
        }
        return label.codePoints().allMatch(TextRules::isHarmless)
                ? null
                : "must hold no control, direction or invisible characters";
    }

    static @Nullable String checkUserId(@Nullable String userId) {
        if (userId == null || userId.isEmpty() || utf8Length(userId) > MAX_USER_ID_BYTES) {
            return "must have 1 to " + MAX_USER_ID_BYTES + " bytes in UTF-8";
        }
        return isPlain(userId) ? null : "must hold no control characters and no half characters";
    }

    static @Nullable String checkIp(@Nullable String ip) {
        return checkPlain(ip, MAX_IP_CHARACTERS);
    }

    static @Nullable String checkUserAgent(@Nullable String userAgent) {
        return checkPlain(userAgent, MAX_USER_AGENT_CHARACTERS);
    }

    /** What of a client's own name can be kept. */
    static String plainUserAgent(String userAgent) {
        StringBuilder plain = new StringBuilder();
        userAgent
                .codePoints()
                .limit(MAX_USER_AGENT_CHARACTERS)
                .filter(TextRules::isPlain)
                .takeWhile(c -> plain.length() + Character.charCount(c) <= MAX_USER_AGENT_CHARACTERS)
                .forEachOrdered(plain::appendCodePoint);
        return plain.toString();
    }

    /** Checks size and depth of the meta, and that JSON can say it at all. */
    static @Nullable String checkMeta(JsonObject meta) {
        if (!fitsDepth(meta, MAX_META_DEPTH)) {
            return META_NOT_PLAIN;
        }
        try {
            String text = meta.encode();
            if (utf8Length(text) > MAX_META_BYTES) {
                return META_TOO_LARGE;
            }
            // A number that Java can hold and JSON readers cannot would make the record unreadable for good.
            return fitsDepth(new JsonObject(text), MAX_META_DEPTH) ? null : META_NOT_PLAIN;
        } catch (EncodeException | DecodeException e) {
            return META_NOT_PLAIN;
        }
    }

    /** Checks meta that is kept as text. */
    static @Nullable String checkMetaText(@Nullable String metaJson) {
        if ("{}".equals(metaJson)) {
            return null;
        }
        if (metaJson == null) {
            return NO_OBJECT;
        }
        if (utf8Length(metaJson) > MAX_META_BYTES) {
            return META_TOO_LARGE;
        }
        try {
            return checkMeta(new JsonObject(metaJson));
        } catch (DecodeException e) {
            return NO_OBJECT;
        }
    }

    /** Refuses meta before it is written as text: text can no longer tell an endless number from a word. */
    static void requireMeta(JsonObject meta) {
        String mistake = checkMeta(meta);
        if (mistake != null) {
            throw new InvalidRequestException("meta", mistake);
        }
    }

    private static @Nullable String checkPlain(@Nullable String text, int maxCharacters) {
        if (text == null) {
            return null;
        }
        return text.length() <= maxCharacters && isPlain(text)
                ? null
                : "must have at most " + maxCharacters + " characters and no control characters";
    }

    private static boolean fitsDepth(@Nullable Object value, int left) {
        if (value instanceof JsonObject object) {
            return fitsDepth(object.getMap(), left);
        }
        if (value instanceof JsonArray array) {
            return fitsDepth(array.getList(), left);
        }
        if (value instanceof Map<?, ?> map) {
            return left > 0
                    && map.entrySet().stream()
                            .allMatch(e -> e.getKey() instanceof String name
                                    && isWhole(name)
                                    && fitsDepth(e.getValue(), left - 1));
        }
        if (value instanceof List<?> list) {
            boolean fits = left > 0;
            for (Object element : list) {
                fits = fits && fitsDepth(element, left - 1);
            }
            return fits;
        }
        if (value instanceof Number number) {
            return Double.isFinite(number.doubleValue());
        }
        if (value instanceof CharSequence text) {
            return isWhole(text.toString());
        }
        return value == null
                || value instanceof Boolean
                || value instanceof Instant
                || value instanceof byte[]
                || value instanceof Buffer
                || value instanceof Enum<?>;
    }

    private static boolean isHarmless(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                false;
            // Emoji are joined with U+200D, and some scripts need U+200C; all other format characters hide or turn
            // text.
            case Character.FORMAT -> c == 0x200D || c == 0x200C || (c >= 0xE0020 && c <= 0xE007F);
            default -> true;
        };
    }

    private static boolean isPlain(String text) {
        return text.codePoints().allMatch(TextRules::isPlain);
    }

    private static boolean isPlain(int c) {
        return Character.getType(c) != Character.CONTROL && Character.getType(c) != Character.SURROGATE;
    }

    private static boolean isWhole(String text) {
        return text.codePoints().allMatch(c -> Character.getType(c) != Character.SURROGATE);
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
