package io.authsessions.server;

import java.util.stream.Stream;

/** Inputs that must be refused. */
final class HostileInputs {
    /** Stands in inputs; no answer may repeat it. */
    static final String MARK = "zq7MARKzq7";

    private HostileInputs() {}

    static Stream<String> notOneJsonObject() {
        String deep = "[".repeat(1_001) + "]".repeat(1_001);
        return Stream.of(
                "{\"userId\":",
                "{\"userId\":\"" + MARK + "\"} x",
                "{\"userId\":\"a\"}{}",
                "{'userId':1}",
                "{userId:1}",
                "{\"userId\":01}",
                "{\"userId\":\"a\",}",
                "{\"userId\":\"a\"/*c*/}",
                "\uFEFF{\"userId\":\"a\"}",
                "[1]",
                "5",
                "\"x\"",
                "null",
                " ",
                "{\"userId\":\"a\",\"userId\":\"b\"}",
                "{\"userId\":\"a\",\"meta\":{\"x\":1,\"x\":2}}",
                "{\"userId\":\"a\",\"meta\":{\"a\":" + deep + "}}",
                "{\"userId\":\"a\",\"meta\":{\"a\":NaN}}",
                "{\"userId\":\"a\",\"meta\":{\"a\":-Infinity}}",
                "{\"userId\":\"a\",\"meta\":{\"a\":" + "1".repeat(1_200) + "}}",
                "{\"userId\":\"a\nb\"}");
    }

    static Stream<String> wrongFields() {
        String meta33 = "{\"a\":".repeat(32) + "{}" + "}".repeat(32);
        return Stream.of(
                "{}",
                "{\"userId\":null}",
                "{\"userId\":5}",
                "{\"userId\":\"\"}",
                "{\"userId\":\"a\\nb\"}",
                "{\"userId\":\"" + "x".repeat(10_000) + "\"}",
                "{\"userId\":\"\\ud800\"}",
                "{\"userId\":\"a\",\"" + MARK + "\":1}",
                "{\"userId\":\"a\",\"__proto__\":{}}",
                "{\"userId\":\"a\",\"roles\":[\"admin\"]}",
                "{\"userId\":\"a\",\"client\":{\"ip\":\"1\",\"" + MARK + "\":1}}",
                "{\"userId\":\"a\",\"idleTimeoutMillis\":\"5\"}",
                "{\"userId\":\"a\",\"idleTimeoutMillis\":5.9}",
                "{\"userId\":\"a\",\"idleTimeoutMillis\":1e3}",
                "{\"userId\":\"a\",\"idleTimeoutMillis\":1e400}",
                "{\"userId\":\"a\",\"idleTimeoutMillis\":99999999999999999999}",
                "{\"userId\":\"a\",\"idleTimeoutMillis\":0}",
                "{\"userId\":\"a\",\"meta\":[]}",
                "{\"userId\":\"a\",\"meta\":{\"a\":1e400}}",
                "{\"userId\":\"a\",\"meta\":{\"a\":1e-400}}",
                "{\"userId\":\"a\",\"meta\":{\"a\":[0.12345678901234567890]}}",
                "{\"userId\":\"a\",\"meta\":" + meta33 + "}",
                "{\"userId\":\"a\",\"meta\":{\"a\":\"" + "x".repeat(16 * 1024) + "\"}}",
                "{\"userId\":\"a\",\"label\":\"" + "x".repeat(129) + "\"}",
                "{\"userId\":\"a\",\"label\":\"" + "\uD83D\uDC68\u200D\uD83D\uDC69".repeat(120) + "\"}",
                "{\"userId\":\"a\",\"label\":\"a\\r\\nSet-Cookie: x\"}",
                "{\"userId\":\"a\",\"label\":\"\\u202e\"}");
    }

    static Stream<String> wrongQueries() {
        Stream<String> limits = Stream.of(
                        "0",
                        "-1",
                        "501",
                        "1001",
                        "9223372036854775808",
                        "1e3",
                        "%205",
                        "5%20",
                        "+5",
                        "%2B5",
                        "%D9%A5",
                        "",
                        "01",
                        "5.0",
                        "null")
                .map(limit -> "limit=" + limit);
        Stream<String> cursors = Stream.of("", "..%2F", "x".repeat(3_000), MARK).map(cursor -> "cursor=" + cursor);
        return Stream.concat(
                Stream.concat(limits, cursors),
                Stream.of(
                        "limit=1&limit=2",
                        "limit=1&limit=1",
                        "order=",
                        "order=USED",
                        "x=1",
                        "Limit=1",
                        "limit",
                        "x=%zz",
                        "limit=%c0%af",
                        "limit=1&",
                        "%6cimit=0"));
    }
}
