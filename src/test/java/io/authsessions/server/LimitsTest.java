package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.LogCapture;
import io.authsessions.model.SessionToken;
import io.authsessions.server.TestServer.Reply;
import io.authsessions.store.redis.TestRedis;
import java.net.Socket;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What one client may take, and what not. */
@Tag("ASVS-2.4.1")
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = LogCapture.LOCK, mode = ResourceAccessMode.READ)
final class LimitsTest {
    private static final String PATH = "/v1/session";

    private static String bad() {
        return SessionToken.issue(Sample.UNKNOWN_ID, new SecureRandom()).reveal();
    }

    private static Reply ask(TestServer server, String token, String forwardedFor) throws Exception {
        Map<String, String> headers = new HashMap<>(Map.of("Authorization", "Bearer " + token));
        if (forwardedFor != null) {
            headers.put("X-Forwarded-For", forwardedFor);
        }
        return server.send(server.server().publicUri(), "GET", PATH, headers, new byte[0]);
    }

    @Test
    @DisplayName("1,000 bad tokens are answered 429 after the limit, and nobody with a good one is kept out")
    void badTokens() throws Exception {
        try (TestServer server = TestServer.start(Map.of("AUTHSESSIONS_HTTP_MAX_FAILED_RESOLVES", "20"))) {
            String good = server.signIn("ada").getString("token");
            int looked = 0;
            for (int i = 0; i < 1_000; i++) {
                Reply reply = ask(server, bad(), null);
                if (reply.status() == 401) {
                    looked++;
                    continue;
                }
                assertThat(reply.status()).isEqualTo(429);
                assertThat(reply.code()).isEqualTo("too_many_requests");
                assertThat(Integer.parseInt(reply.header("Retry-After"))).isBetween(1, 60);
            }
            // One look comes back every 6 s.
            assertThat(looked).isBetween(20 + FailureCounts.MAX_LOOKS, 20 + FailureCounts.MAX_LOOKS + 5);
            assertThat(ask(server, "x".repeat(70), null).status()).isEqualTo(429);
            assertThat(ask(server, good, null).status()).isEqualTo(200);
            String rotated =
                    server.asUser(good, "POST", "/v1/session/rotate").json().getString("token");
            assertThat(ask(server, rotated, null).status()).isEqualTo(200);
            assertThat(server.anonymous("GET", PATH).status()).isEqualTo(401);
            assertThat(server.anonymous("GET", "/health/live").status()).isEqualTo(200);
            assertThat(server.asAdmin("GET", "/v1/admin/stats").json().getLong("refusedRequests"))
                    .isEqualTo(1_001 - looked);
        }
    }

    @Test
    @DisplayName("a token that another server issued passes after the limit, and goes on passing")
    void issuedElsewhere() throws Exception {
        Map<String, String> two = Map.of(
                "AUTHSESSIONS_HTTP_MAX_FAILED_RESOLVES", "2",
                "AUTHSESSIONS_STORE_TYPE", "redis",
                "AUTHSESSIONS_STORE_REDIS_URI", TestRedis.uri(),
                "AUTHSESSIONS_STORE_REDIS_PREFIX", "aus:limits");
        try (TestServer one = TestServer.start(two);
                TestServer other = TestServer.start(two)) {
            String good = one.signIn("ada").getString("token");
            for (int i = 0; i < 2; i++) {
                assertThat(ask(other, bad(), null).status()).isEqualTo(401);
            }
            for (int i = 0; i < 5; i++) {
                assertThat(ask(other, good, null).status()).isEqualTo(200);
            }
            for (int i = 0; i < 4; i++) {
                assertThat(ask(other, bad(), null).status()).isEqualTo(i < 2 ? 401 : 429);
            }
            assertThat(ask(other, one.signIn("bob").getString("token"), null).status())
                    .isEqualTo(429);
            assertThat(ask(other, good, null).status()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("a cookie that was just rotated passes after the limit, the old one too for the grace")
    void rotatedCookie() throws Exception {
        try (TestServer server = TestServer.start(Map.of("AUTHSESSIONS_HTTP_MAX_FAILED_RESOLVES", "2"))) {
            String old = server.signIn("ada").getString("token");
            for (int i = 0; i < 5; i++) {
                assertThat(ask(server, bad(), null).status()).isEqualTo(i < 4 ? 401 : 429);
            }
            Map<String, String> cookie = Map.of("Cookie", "__Host-session=" + old, "Sec-Fetch-Site", "same-origin");
            Reply rotated = server.send(server.server().publicUri(), "POST", PATH + "/rotate", cookie, new byte[0]);
            String set = rotated.header("Set-Cookie");
            String next = set.substring("__Host-session=".length(), set.indexOf(';'));
            for (String token : new String[] {next, old}) {
                assertThat(withCookies(server, "GET", "__Host-session=" + token))
                        .isEqualTo(200);
            }
        }
    }

    @Test
    @DisplayName("looks after the limit come back one by one, and one that did not fail at once")
    void looks() {
        AtomicLong now = new AtomicLong();
        FailureCounts counts = new FailureCounts(3, now::get);
        for (int i = 0; i < 3; i++) {
            counts.add("a");
        }
        for (int i = 0; i < 3; i++) {
            assertThat(counts.takeLook("a")).isTrue();
        }
        assertThat(counts.takeLook("a")).isFalse();
        counts.returnLook("a");
        assertThat(counts.takeLook("a")).isTrue();
        assertThat(counts.takeLook("a")).isFalse();
        now.addAndGet(TimeUnit.SECONDS.toNanos(6));
        assertThat(counts.takeLook("a")).isTrue();
        assertThat(counts.takeLook("a")).isFalse();
        counts.add("a");
        assertThat(counts.takeLook("a")).isFalse();
        assertThat(counts.takeLook("b")).isTrue();
    }

    private static int withCookies(TestServer server, String method, String cookies) throws Exception {
        Map<String, String> headers = Map.of("Cookie", cookies, "Sec-Fetch-Site", "same-origin");
        return server.send(server.server().publicUri(), method, PATH, headers, new byte[0])
                .status();
    }

    @Test
    @DisplayName("signing out with tokens that nobody has is a guess too; signing out twice is not")
    void signingOut() throws Exception {
        try (TestServer server = TestServer.start(Map.of("AUTHSESSIONS_HTTP_MAX_FAILED_RESOLVES", "2"))) {
            String own = "__Host-session=" + server.signIn("ada").getString("token");
            for (int i = 0; i < 4; i++) {
                assertThat(withCookies(server, "DELETE", own)).isEqualTo(204);
            }
            for (int i = 0; i < 6; i++) {
                assertThat(withCookies(server, "DELETE", "__Host-session=" + bad()))
                        .isEqualTo(i < 4 ? 204 : 429);
            }
            assertThat(withCookies(server, "DELETE", own)).isEqualTo(204);
        }
    }

    @Test
    @DisplayName("a good token in another cookie does not pay for guesses, and other cookies are no guess")
    void otherCookies() throws Exception {
        try (TestServer server = TestServer.start(Map.of("AUTHSESSIONS_HTTP_MAX_FAILED_RESOLVES", "2"))) {
            String good = server.signIn("ada").getString("token");
            for (int i = 0; i < 6; i++) {
                assertThat(withCookies(server, "GET", "x=" + good + "; __Host-session=" + bad()))
                        .isEqualTo(i < 4 ? 401 : 429);
            }
            assertThat(withCookies(server, "GET", "theme=dark")).isEqualTo(401);
            assertThat(withCookies(server, "GET", "theme=dark; __Host-session=" + good))
                    .isEqualTo(200);
        }
    }

    @Test
    @DisplayName("the holder of a session that ended is told so as often as they ask")
    void ended() throws Exception {
        try (TestServer server = TestServer.start(Map.of("AUTHSESSIONS_HTTP_MAX_FAILED_RESOLVES", "2"))) {
            String token = server.signIn("ada").getString("token");
            server.asUser(token, "DELETE", PATH);
            for (int i = 0; i < 5; i++) {
                assertThat(ask(server, token, null).status()).isEqualTo(401);
            }
        }
    }

    @Test
    @DisplayName("a proxy that is trusted says whose requests they are; from others the header is a claim")
    @Tag("ASVS-4.1.3")
    void forwarded() throws Exception {
        Map<String, String> two = Map.of("AUTHSESSIONS_HTTP_MAX_FAILED_RESOLVES", "2");
        try (TestServer server = TestServer.start(two)) {
            for (int i = 0; i < 6; i++) {
                assertThat(ask(server, bad(), "192.0.2." + i).status()).isEqualTo(i < 4 ? 401 : 429);
            }
        }
        Map<String, String> trusting = new HashMap<>(two);
        trusting.put("AUTHSESSIONS_HTTP_TRUSTED_PROXIES", "127.0.0.0/8,10.0.0.0/8");
        try (TestServer server = TestServer.start(trusting)) {
            for (int i = 0; i < 4; i++) {
                assertThat(ask(server, bad(), "192.0.2." + i).status()).isEqualTo(401);
            }
            for (int i = 0; i < 6; i++) {
                assertThat(ask(server, bad(), "198.51.100." + i + ", 203.0.113.9, 10.1.2.3")
                                .status())
                        .isEqualTo(i < 4 ? 401 : 429);
            }
            assertThat(ask(server, bad(), "203.0.113.10:4711").status()).isEqualTo(401);
            assertThat(ask(server, bad(), "203.0.113.9:4711").status()).isEqualTo(429);
        }
    }

    @Test
    @DisplayName("any number of addresses takes bounded memory, and a window ends after a minute")
    void bounded() {
        AtomicLong now = new AtomicLong();
        FailureCounts counts = new FailureCounts(1, now::get);
        for (int i = 0; i < 100_000; i++) {
            counts.add("address-" + i);
        }
        assertThat(counts.size()).isLessThanOrEqualTo(FailureCounts.MAX_KEYS);
        counts.add("a");
        assertThat(counts.secondsToWait("a")).isEqualTo(60);
        now.addAndGet(TimeUnit.SECONDS.toNanos(59));
        assertThat(counts.secondsToWait("a")).isEqualTo(1);
        now.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(counts.secondsToWait("a")).isZero();
    }

    @Test
    @DisplayName("one connection too many is closed, and there is room again when another ends")
    void connections() throws Exception {
        try (TestServer server = TestServer.start(Map.of("AUTHSESSIONS_HTTP_MAX_CONNECTIONS", "2"))) {
            URI uri = URI.create(server.server().publicUri());
            try (Socket first = new Socket(uri.getHost(), uri.getPort());
                    Socket second = new Socket(uri.getHost(), uri.getPort())) {
                assertThat(answers(first)).isTrue();
                assertThat(answers(second)).isTrue();
                try (Socket third = new Socket(uri.getHost(), uri.getPort())) {
                    assertThat(answers(third)).isFalse();
                }
            }
            Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> {
                try (Socket again = new Socket(uri.getHost(), uri.getPort())) {
                    return answers(again);
                }
            });
        }
    }

    @Test
    @DisplayName("a connection on which nothing is sent is closed after the idle timeout")
    void idle() throws Exception {
        try (TestServer server = TestServer.start(Map.of("AUTHSESSIONS_HTTP_IDLE_TIMEOUT", "1s"))) {
            URI uri = URI.create(server.server().publicUri());
            try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
                socket.setSoTimeout(10_000);
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    private static boolean answers(Socket socket) {
        try {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write("GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n".getBytes());
            return socket.getInputStream().read() == 'H';
        } catch (java.io.IOException e) {
            return false;
        }
    }
}
