package io.authsessions.service;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;

/** Made-up message bodies: right names with wrong values, wrong names, odd nesting. */
final class HostileValues {
    private static final int MAX_LEVELS = 400;
    private static final String[] NAMES = {
        "request",
        "token",
        "options",
        "sessionId",
        "userId",
        "page",
        "update",
        "reason",
        "exceptSessionId",
        "label",
        "meta",
        "client",
        "ip",
        "userAgent",
        "idleTimeoutMillis",
        "absoluteTimeoutMillis",
        "strict",
        "touch",
        "limit",
        "cursor",
        "order",
        "mergeMeta",
        "ifVersion",
        "__proto__",
        "class",
        ""
    };
    private static final Object[] VALUES = {
        null,
        true,
        0,
        -1,
        5.9,
        1e300,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        4294967297L,
        BigInteger.ONE.shiftLeft(100),
        BigDecimal.ONE,
        new BigDecimal("1e400"),
        new BigDecimal("0.1"),
        Long.MIN_VALUE,
        "",
        "ada",
        "used",
        "revoked",
        "\u0000",
        "\ud800",
        "\u202e",
        "aus1_x_y",
        "0000000000000000000000",
        "x".repeat(300),
        "x".repeat(20_000),
        new byte[] {1, 2, 3}
    };

    private HostileValues() {}

    static JsonObject body(Random random) {
        return object(random, 3);
    }

    static Object any(Random random, int depth) {
        if (random.nextInt(200) == 0) {
            return nested(random);
        }
        return switch (random.nextInt(depth > 0 ? 4 : 2)) {
            case 0, 1 -> VALUES[random.nextInt(VALUES.length)];
            case 2 -> object(random, depth - 1);
            default -> array(random, depth - 1);
        };
    }

    /** More levels than anything good has, by objects or arrays or both. */
    private static Object nested(Random random) {
        Object value = "x";
        for (int i = random.nextInt(MAX_LEVELS); i >= 0; i--) {
            value = random.nextBoolean() ? new JsonObject().put("meta", value) : new JsonArray().add(value);
        }
        return value;
    }

    private static JsonObject object(Random random, int depth) {
        JsonObject json = new JsonObject();
        for (int i = random.nextInt(4); i >= 0; i--) {
            json.put(NAMES[random.nextInt(NAMES.length)], any(random, depth));
        }
        return json;
    }

    private static JsonArray array(Random random, int depth) {
        JsonArray json = new JsonArray();
        for (int i = random.nextInt(4); i > 0; i--) {
            json.add(any(random, depth));
        }
        return json;
    }
}
