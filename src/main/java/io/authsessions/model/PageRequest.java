package io.authsessions.model;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a list is wanted.
 *
 * @param limit at most so many sessions, 1 to {@value #MAX_LIMIT}
 * @param cursor where the page before said to go on ({@link SessionPage#next}), or null for the first page
 * @param order which session comes first
 */
public record PageRequest(int limit, @Nullable String cursor, Order order) {
    /** The largest page. */
    public static final int MAX_LIMIT = 500;
    /** The page size where none is asked for. */
    public static final int DEFAULT_LIMIT = 50;
    /** The first page: {@value #DEFAULT_LIMIT} sessions, most recently used first. */
    public static final PageRequest FIRST = new PageRequest(DEFAULT_LIMIT, null, Order.USED);

    private static final String NO_ORDER = "must be used or created";

    /** The order of a list. */
    public enum Order {
        /** Most recently used first, newest first among equals. */
        USED,
        /** Newest first for one user; bucket by bucket, and newest first within each, for all. */
        CREATED;

        /** The name on the wire. */
        public String wireName() {
            return this == USED ? "used" : "created";
        }

        /** The order of that name, or null. */
        public static @Nullable Order ofWireName(String name) {
            return name.equals("used") ? USED : name.equals("created") ? CREATED : null;
        }
    }

    /** This with another page size. */
    public PageRequest withLimit(int value) {
        return new PageRequest(value, cursor, order);
    }

    /** This, going on from there. */
    public PageRequest after(@Nullable String value) {
        return new PageRequest(limit, value, order);
    }

    /** This in another order. */
    public PageRequest orderedBy(Order value) {
        return new PageRequest(limit, cursor, value);
    }

    /**
     * Holds the values against the rules; the cursor is judged by the list that it is given to.
     *
     * @throws InvalidRequestException if the limit is out of range, or there is no order
     */
    public void check() {
        if (order == null) {
            throw new InvalidRequestException("order", NO_ORDER);
        }
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new InvalidRequestException("limit", "must be a whole number from 1 to " + MAX_LIMIT);
        }
    }

    /** The form on the event bus. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject().put("limit", limit).put("order", order.wireName());
        return cursor == null ? json : json.put("cursor", cursor);
    }

    /**
     * Reads the form on the event bus.
     *
     * @throws InvalidRequestException if a field is unknown, out of range, or of another type
     */
    public static PageRequest fromJson(JsonObject json) {
        JsonFields fields = JsonFields.of(json);
        int limit = (int) fields.integerOr("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
        String cursor = fields.string("cursor");
        String orderName = fields.string("order");
        Order order = orderName == null ? Order.USED : Order.ofWireName(orderName);
        if (order == null) {
            fields.error("order", NO_ORDER);
            order = Order.USED;
        }
        fields.refuseOthers().finish();
        return new PageRequest(limit, cursor, order);
    }
}
