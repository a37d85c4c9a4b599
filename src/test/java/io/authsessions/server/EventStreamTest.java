package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.SessionEvent;
import io.authsessions.secrets.RunRecorder;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Server-Sent Events for operators, as bytes. */
final class EventStreamTest {
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(Map.of());
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private Socket listen(String... headers) throws IOException {
        URI uri = URI.create(server.server().adminUri());
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new java.net.InetSocketAddress(uri.getHost(), uri.getPort()));
        socket.setSoTimeout(10_000);
        String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        socket.getOutputStream()
                .write(("GET /v1/admin/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + TestServer.ADMIN_KEY
                                + "\r\n" + more + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static List<JsonObject> read(Socket socket, int count) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        List<JsonObject> events = new ArrayList<>();
        for (String line = lines.readLine(); line != null && events.size() < count; line = lines.readLine()) {
            RunRecorder.event(line);
            if (line.startsWith("data: ")) {
                events.add(new JsonObject(line.substring(6)));
            }
        }
        return events;
    }

    private void awaitStreams(int count) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> server.asAdmin("GET", "/v1/admin/stats").json().getInteger("eventStreams") == count);
    }

    @Test
    @DisplayName("tell of each change once, in order, without a token")
    void tells() throws Exception {
        try (Socket socket = listen()) {
            awaitStreams(1);
            JsonObject issued = server.signIn("ada");
            String token = issued.getString("token");
            server.asUser(token, "POST", "/v1/session/rotate");
            server.asUser(token, "DELETE", "/v1/session");
            List<JsonObject> events = read(socket, 3);
            assertThat(events)
                    .extracting(event -> event.getString("type"))
                    .containsExactly("created", "rotated", "destroyed");
            assertThat(events).allSatisfy(event -> {
                assertThat(event.getString("userId")).isEqualTo("ada");
                assertThat(event.getString("at")).endsWith("Z");
                assertThat(event.encode()).doesNotContain("aus1_");
                assertThat(Contract.read()
                                .mistakes(new JsonObject().put("$ref", "#/components/schemas/SessionEvent"), event))
                        .isEmpty();
            });
            assertThat(events.get(2).getString("reason")).isEqualTo("signed_out");
        }
        awaitStreams(0);
    }

    @Test
    @DisplayName("tell who comes back that there may be a gap")
    void gap() throws Exception {
        try (Socket socket = listen("Last-Event-ID: x")) {
            assertThat(read(socket, 1).get(0).getString("type")).isEqualTo("gap");
        }
    }

    @Test
    @DisplayName("end for clients that do not read, and for nobody else")
    @Tag("fault-29")
    void slow() throws Exception {
        try (Socket slow = listen();
                Socket quick = listen()) {
            awaitStreams(2);
            Thread reader = new Thread(() -> {
                try {
                    read(quick, Integer.MAX_VALUE);
                } catch (IOException e) {
                    // The test is over.
                }
            });
            reader.start();
            String user = "u".repeat(250);
            SessionEvent event = new SessionEvent("e", SessionEvent.Type.CREATED, "s", user, 0, "r".repeat(4_000));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> {
                        for (int i = 0; i < 20; i++) {
                            server.vertx().eventBus().publish("authsessions.events", event.toJson());
                        }
                        return server.asAdmin("GET", "/v1/admin/stats").json().getInteger("eventStreams") == 1;
                    });
            assertThat(reader.isAlive()).isTrue();
        }
        awaitStreams(0);
    }

    @Test
    @DisplayName("free their place when the client is gone, by a reset too")
    @Tag("fault-30")
    void vanished() throws Exception {
        Socket socket = listen();
        awaitStreams(1);
        socket.setSoLinger(true, 0);
        socket.close();
        awaitStreams(0);
    }

    @Test
    @DisplayName("are no more than there may be")
    void cap() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < EventStream.MAX_STREAMS; i++) {
                sockets.add(listen());
            }
            awaitStreams(EventStream.MAX_STREAMS);
            TestServer.Reply refused = server.asAdmin("GET", "/v1/admin/events");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.code()).isEqualTo("too_many_requests");
            assertThat(refused.header("Retry-After")).isEqualTo("5");
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        awaitStreams(0);
    }

    @Test
    @DisplayName("end when the server stops, at once")
    void stopped() throws Exception {
        TestServer other = TestServer.start(Map.of("AUTHSESSIONS_SERVICE_DRAIN", "60s"));
        TestServer mine = server;
        server = other;
        try (Socket socket = listen()) {
            awaitStreams(1);
            other.close();
            assertThat(read(socket, 1)).isEmpty();
        } finally {
            server = mine;
        }
    }
}
