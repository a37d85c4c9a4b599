package io.authsessions.service;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Random;

/** Made-up message bodies: right names with wrong values, wrong names, odd nesting. */
final class HostileValues {
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
        return switch (random.nextInt(depth > 0 ? 4 : 2)) {
            case 0, 1 -> VALUES[random.nextInt(VALUES.length)];
            case 2 -> object(random, depth - 1);
            default -> array(random, depth - 1);
        };
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
