package io.authsessions.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.FailureCode;
import io.authsessions.model.SessionToken;
import io.authsessions.service.Failures;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.ServiceLoader;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.TestEngine;

/** Plants each kind of secret in each kind of place, before a watch of its own. */
@Tag("ASVS-16.2.5")
@DisplayName("What watches the whole test run")
class WatchTest {
    private static final String KEY = "operators-key-of-this-test";

    /** A place where a secret can come out, and what else is said there. */
    private record Place(String name, Leak leak) {
        @Override
        public String toString() {
            return name;
        }
    }

    private interface Leak {
        void plant(Watch watch, String text);
    }

    private static String token() {
        return SessionToken.issue("0".repeat(22), new SecureRandom()).reveal();
    }

    /** All forms of the secrets of one session, whose hash was taken and of which nobody here was told. */
    private static List<String> secrets() {
        String token = token();
        byte[] hash = SessionToken.parse(token).secretHash().toBytes();
        String hex = HexFormat.of().formatHex(hash);
        return List.of(
                token,
                token.substring(28, 71),
                hex,
                hex.toUpperCase(java.util.Locale.ROOT),
                Base64.getEncoder().encodeToString(hash),
                Base64.getUrlEncoder().withoutPadding().encodeToString(hash),
                KEY);
    }

    static Stream<Place> places() {
        return Stream.of(
                new Place("a log line", (watch, text) -> watch.logHandler().publish(new LogRecord(Level.FINE, text))),
                new Place("the exception of a log line", (watch, text) -> {
                    LogRecord record = new LogRecord(Level.FINE, "failed");
                    record.setThrown(new IllegalStateException("x", new IllegalArgumentException(text)));
                    watch.logHandler().publish(record);
                }),
                new Place("a printed line", (watch, text) -> {
                    PrintStream out = watch.around("stdout", new ByteArrayOutputStream());
                    out.println(text);
                }),
                new Place("an error body", (watch, text) -> watch.answer(400, "", "{\"token\":\"" + text + "\"}")),
                new Place("a header", (watch, text) -> watch.answer(200, "Location: /" + text, "")),
                new Place(
                        "a body with a token",
                        (watch, text) ->
                                watch.answer(201, "", "{\"token\":\"" + token() + "\",\"label\":\"" + text + "\"}")),
                new Place("an event", (watch, text) -> watch.look("event", "data: {\"reason\":\"" + text + "\"}")),
                new Place("an exception", (watch, text) -> watch.failure(new RuntimeException("x", named(text)))),
                new Place("a failure's text", (watch, text) -> watch.failure(named(text))),
                new Place("a toString", (watch, text) -> watch.value(new Says(text))));
    }

    private static Throwable named(String text) {
        return Failures.of(FailureCode.INVALID, text, "cannot");
    }

    private record Says(String text) {}

    @ParameterizedTest
    @MethodSource("places")
    @DisplayName("sees each kind of secret in")
    void seen(Place place) {
        for (String secret : secrets()) {
            for (String around : List.of("", "x:", "(")) {
                Watch watch = watch();
                place.leak().plant(watch, around + secret);
                assertThat(watch.leaks()).as(secret).hasSize(1);
                assertThat(watch.lines()).isPositive();
            }
        }
    }

    private static Watch watch() {
        // The tokens of this test are known to nobody but SHA-256.
        RunRecorder.SECRETS.addKey(KEY);
        return new Watch(RunRecorder.SECRETS);
    }

    @ParameterizedTest
    @MethodSource("places")
    @DisplayName("is not alarmed by what is no secret in")
    void silent(Place place) {
        for (String text : List.of("", "0123456789".repeat(9), "/" + "x".repeat(300), token().substring(0, 60))) {
            Watch watch = watch();
            place.leak().plant(watch, text);
            assertThat(watch.leaks()).isEmpty();
        }
    }

    @Test
    @DisplayName("lets an answer hand out a token in its field or its cookie")
    void handedOut() {
        Watch watch = watch();
        watch.answer(201, "", "{\"token\":\"" + token() + "\"}");
        watch.answer(200, "set-cookie=[__Host-session=" + token() + "; Path=/]", "");
        watch.answer(200, "", "HTTP/1.1 200 OK\r\nSet-Cookie: __Host-session=" + token() + "; Path=/\r\n\r\n");
        assertThat(watch.leaks()).isEmpty();
        watch.answer(401, "Set-Cookie: __Host-session=" + token(), "");
        assertThat(watch.leaks()).hasSize(1);
    }

    @Test
    @DisplayName("judges when all other engines have run")
    void last() {
        List<String> engines = new ArrayList<>();
        ServiceLoader.load(TestEngine.class).forEach(engine -> engines.add(engine.getId()));
        assertThat(engines).contains("junit-jupiter", "jqwik").endsWith("whole-run");
    }
}
