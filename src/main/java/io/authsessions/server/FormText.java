package io.authsessions.server;

import io.authsessions.model.InvalidRequestException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code a=1&b=2}, in queries and in forms, without guessing: a broken escape, text that is not UTF-8, and a name
 * that comes twice are wrong. (Stock decoders put U+FFFD in the place of what they cannot read, and take the first of
 * two.)
 */
final class FormText {
    private FormText() {}

    /**
     * The parameters in their order.
     *
     * @throws InvalidRequestException if anything is wrong
     */
    static Map<String, String> read(@Nullable String text) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (text == null || text.isEmpty()) {
            return parameters;
        }
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
            String value = decode(equals < 0 ? "" : pair.substring(equals + 1), true);
            if (name == null || value == null) {
                throw new InvalidRequestException("", "must hold parameters in UTF-8, escaped as in a URL");
            }
            if (parameters.put(name, value) != null) {
                throw new InvalidRequestException("", "must hold each parameter once");
            }
        }
        return parameters;
    }

    /** The text that a segment of a path writes, or null if it writes none. */
    static @Nullable String decodeSegment(String segment) {
        return decode(segment, false);
    }

    private static @Nullable String decode(String text, boolean plusIsSpace) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                if (!isEscape(text, i)) {
                    return null;
                }
                bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
                i += 2;
            } else if (c < 0x80) {
                bytes.write(c == '+' && plusIsSpace ? ' ' : c);
            } else {
                return null;
            }
        }
        return utf8(bytes.toByteArray());
    }

    private static boolean isEscape(String text, int at) {
        return at + 2 < text.length()
                && HexFormat.isHexDigit(text.charAt(at + 1))
                && HexFormat.isHexDigit(text.charAt(at + 2));
    }

    private static @Nullable String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
