package io.authsessions.service;

import io.authsessions.model.InvalidRequestException;
import io.authsessions.model.PageRequest;
import io.authsessions.model.SessionIds;
import io.authsessions.store.ListQuery;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The text form of a place in a list: {@code <last use in hex>-<session id>-<check>}. Opaque to callers and unsigned,
 * since the scope of a list always comes from the caller. The check is a CRC-32 over place, order and scope, so that a
 * damaged cursor, or one of another list, is told apart from an end.
 */
final class Cursors {
    /** The scope of the list of all sessions; no user id is empty. */
    static final String ALL = "";

    private static final int MAX_LENGTH = 64;
    /** The check is no secret: anybody can make one that is right over a place that is none. */
    private static final Pattern PLACE = Pattern.compile("([0-9a-f]{1,16})-(.+)");

    private Cursors() {}

    static @Nullable String write(ListQuery.@Nullable Position position, PageRequest.Order order, String scope) {
        if (position == null) {
            return null;
        }
        String place = Long.toHexString(position.lastUsedAt()) + "-" + position.sessionId();
        return place + "-" + check(place, order, scope);
    }

    /**
     * Reads a cursor.
     *
     * @throws InvalidRequestException if it is damaged or of another list
     */
    static ListQuery.@Nullable Position read(@Nullable String cursor, PageRequest.Order order, String scope) {
        if (cursor == null) {
            return null;
        }
        int last = cursor.length() > MAX_LENGTH ? -1 : cursor.lastIndexOf('-');
        if (last > 0) {
            String place = cursor.substring(0, last);
            Matcher parts = PLACE.matcher(place);
            if (parts.matches()
                    && cursor.substring(last + 1).equals(check(place, order, scope))
                    && SessionIds.isId(parts.group(2))) {
                return new ListQuery.Position(Long.parseUnsignedLong(parts.group(1), 16), parts.group(2));
            }
        }
        throw new InvalidRequestException("cursor", "is not a cursor of this list");
    }

    private static String check(String place, PageRequest.Order order, String scope) {
        CRC32 crc = new CRC32();
        crc.update((place + "/" + order.wireName() + "/" + scope).getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }
}
