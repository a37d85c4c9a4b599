package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.authsessions.LogCapture;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A body that does not come to its end")
@ResourceLock(value = LogCapture.LOCK)
class UnreadBodiesTest {
    private static final byte[] CHUNK = ("1000\r\n" + "x".repeat(0x1000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    private static TestServer server;
    private static String token;
    private static String id;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(Map.of());
        JsonObject issued = server.signIn("ada");
        token = issued.getString("token");
        id = issued.getJsonObject("session").getString("id");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static Socket connect() throws IOException {
        URI uri = URI.create(server.server().publicUri());
        Socket socket = new Socket(uri.getHost(), uri.getPort());
        socket.setSoTimeout(50);
        return socket;
    }

    private static String head(String line, String... headers) {
        return line + " HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
    }

    /** Sends chunk after chunk until the server has had enough; what it has answered. */
    private static String sendForEver(String head) throws IOException {
        StringBuilder answer = new StringBuilder();
        long begun = System.nanoTime();
        try (Socket socket = connect()) {
            socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            while (TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun) < 10) {
                socket.getOutputStream().write(CHUNK);
                try {
                    int next = socket.getInputStream().read();
                    if (next < 0) {
                        return answer.toString();
                    }
                    answer.append((char) next);
                    byte[] more = socket.getInputStream()
                            .readNBytes(socket.getInputStream().available());
                    answer.append(new String(more, StandardCharsets.ISO_8859_1));
                } catch (SocketTimeoutException e) {
                    continue;
                }
            }
            return answer + "[still open]";
        } catch (IOException e) {
            // The server has closed while we were sending.
            return answer.toString();
        }
    }

    @Test
    @Tag("corpus-26")
    @DisplayName("is not read where none is asked for, and its connection ends after the answer")
    void endless() throws Exception {
        Map<String, CompletableFuture<String>> answers = new LinkedHashMap<>();
        for (String line : List.of(
                "POST /v1/session/rotate",
                "DELETE /v1/sessions/0000000000000000000000",
                "GET /v1/verify",
                "GET /v1/sessions",
                "PATCH /v1/session",
                "POST /nowhere",
                "GET /health/live")) {
            String head = head(line, "Authorization: Bearer " + token, "Transfer-Encoding: chunked");
            answers.put(line, ServerOnRedis.begin(() -> sendForEver(head)));
        }
        for (Map.Entry<String, CompletableFuture<String>> answer : answers.entrySet()) {
            assertThat(answer.getValue().get(20, TimeUnit.SECONDS))
                    .as(answer.getKey())
                    .startsWith("HTTP/1.1 ")
                    .doesNotContain("[still open]");
        }
    }

    @Test
    @Tag("corpus-26")
    @DisplayName("is not read for whoever may not change anything, and their connection ends after the answer")
    void endlessAnonymous() throws Exception {
        String path = "PATCH /v1/sessions/" + id;
        String json = "Content-Type: application/json";
        assertThat(sendForEver(head(path, json, "Transfer-Encoding: chunked")))
                .startsWith("HTTP/1.1 401 ")
                .doesNotContain("[still open]");
        assertThat(sendForEver(head(path, json, "Content-Length: 99999999", "Authorization: Bearer " + token)))
                .startsWith("HTTP/1.1 413 ")
                .doesNotContain("[still open]");
    }

    @Test
    @DisplayName("does not end a connection that a short one came on")
    void keepsOthers() throws Exception {
        try (Socket socket = connect()) {
            socket.setSoTimeout(5_000);
            String request = head("POST /v1/session/rotate", "Content-Length: 2") + "{}";
            for (int i = 0; i < 2; i++) {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().read()).isEqualTo('H');
                socket.getInputStream().skip(socket.getInputStream().available());
            }
            socket.setSoTimeout(1_500);
            assertThatThrownBy(() -> socket.getInputStream().readAllBytes()).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 100\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\nzz\r\n{"})
    @DisplayName("is no fault of ours: nothing of it stands in the log")
    void brokenOff(String rest) throws Exception {
        try (LogCapture log = LogCapture.start()) {
            for (int i = 0; i < 5; i++) {
                try (Socket socket = connect()) {
                    String head = "PATCH /v1/sessions/" + id + " HTTP/1.1\r\nHost: a\r\n"
                            + "Content-Type: application/json\r\nAuthorization: Bearer " + token + "\r\n";
                    socket.getOutputStream().write((head + rest).getBytes(StandardCharsets.US_ASCII));
                    try {
                        socket.getInputStream().read();
                    } catch (SocketTimeoutException e) {
                        continue;
                    }
                }
            }
            for (int i = 0; i < 5; i++) {
                assertThat(server.asUser(token, "GET", "/v1/session").status()).isEqualTo(200);
            }
            assertThat(log.lines()).noneMatch(line -> line.startsWith("SEVERE"));
        }
    }
}
