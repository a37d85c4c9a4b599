package io.authsessions.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.authsessions.model.InvalidRequestException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object and nothing else: UTF-8 without a byte order mark, no field twice, nothing after it, none of
 * the extensions that parsers tolerate, and no number that would be another one afterwards. (The stock decoder lets the
 * last of two equal fields win, guesses among encodings, and makes 0 of {@code 1e-400}.) Thread-safe.
 */
final class StrictJson {
    private static final int MAX_DEPTH = 100;
    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();

    private StrictJson() {}

    /** The text is not one JSON object. The message says where, never what. */
    static final class MalformedJsonException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedJsonException(String message) {
            super(message);
        }
    }

    /**
     * Reads the object that the bytes write.
     *
     * @throws InvalidRequestException if it holds a fraction that cannot be kept
     */
    static JsonObject readObject(Buffer body) throws MalformedJsonException {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body.getBytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedJsonException("is not UTF-8");
        }
        return readObject(text);
    }

    /**
     * Reads the object that the text writes.
     *
     * @throws InvalidRequestException if it holds a fraction that cannot be kept
     */
    static JsonObject readObject(String text) throws MalformedJsonException {
        if (text.indexOf(BYTE_ORDER_MARK) == 0) {
            throw new MalformedJsonException("begins with a byte order mark");
        }
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedJsonException("is not a JSON object");
            }
            JsonObject object = object(parser);
            if (parser.nextToken() != null) {
                throw new MalformedJsonException("goes on after the JSON object");
            }
            return object;
        } catch (JsonProcessingException e) {
            throw new MalformedJsonException("is not JSON" + place(e));
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory cannot fail to be read", e);
        }
    }

    private static String place(JsonProcessingException e) {
        return e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
    }

    private static JsonObject object(JsonParser parser) throws IOException {
        JsonObject object = new JsonObject();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            object.put(name, value(parser));
        }
        return object;
    }

    private static JsonArray array(JsonParser parser) throws IOException {
        JsonArray array = new JsonArray();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser));
        }
        return array;
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> whole(parser.getBigIntegerValue());
            case VALUE_NUMBER_FLOAT -> broken(parser);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    /** Too large a one is infinite, which whoever reads the field refuses, as any number out of range. */
    private static double broken(JsonParser parser) throws IOException {
        double number = parser.getDoubleValue();
        if (Double.isFinite(number)
                && new BigDecimal(Double.toString(number)).compareTo(parser.getDecimalValue()) != 0) {
            throw new InvalidRequestException("", "holds a number with more digits than a double keeps");
        }
        return number;
    }

    private static Number whole(BigInteger number) {
        if (number.bitLength() < Integer.SIZE) {
            return number.intValue();
        }
        return number.bitLength() < Long.SIZE ? (Number) number.longValue() : number;
    }
}
