package io.authsessions.server;

import static io.authsessions.server.ServerOnRedis.assertUnavailable;
import static io.authsessions.server.ServerOnRedis.begin;
import static io.authsessions.server.ServerOnRedis.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.ChildJvm;
import io.authsessions.LogCapture;
import io.authsessions.server.TestServer.Reply;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("fault-32")
@DisplayName("A server on the local store")
final class LocalFaultsTest {
    private static final Pattern LISTENING = Pattern.compile("listening public=(\\S+) admin=(\\S+)");
    private static final int BRIEF = 150;

    private String publicUri;
    private String adminUri;

    @Test
    @DisplayName("that is full refuses new sessions, tells the operator once, and ends none of those there are")
    void full() throws Exception {
        try (LogCapture log = LogCapture.start();
                TestServer server = TestServer.start(Map.of("AUTHSESSIONS_STORE_LOCAL_MAX_SESSIONS", "3"))) {
            List<String> tokens = new ArrayList<>();
            for (String user : new String[] {"ann", "bob", "cid"}) {
                tokens.add(server.signIn(user).getString("token"));
            }
            for (int i = 0; i < 3; i++) {
                assertUnavailable(server.create("{\"userId\":\"dan\"}"), ServerOnRedis.UNAVAILABLE);
            }
            for (String token : tokens) {
                assertThat(server.asUser(token, "GET", "/v1/session").status()).isEqualTo(200);
            }
            assertThat(log.lines().stream().filter(line -> line.contains("no room")))
                    .hasSize(1);
            assertThat(server.asUser(tokens.get(0), "DELETE", "/v1/session").status())
                    .isEqualTo(204);
            assertThat(server.create("{\"userId\":\"dan\"}").status()).isEqualTo(201);
        }
    }

    @Test
    @Timeout(60)
    @DisplayName(
            "whose process stood still answers what came meanwhile, keeps its sessions, and sweeps those whose time it was")
    void processStoodStill() throws Exception {
        Process process = ChildJvm.start(
                Main.class,
                Map.of(
                        "AUTHSESSIONS_HTTP_PORT", "0",
                        "AUTHSESSIONS_ADMIN_PORT", "0",
                        "AUTHSESSIONS_SERVICE_SWEEP_INTERVAL", "100ms",
                        "AUTHSESSIONS_ADMIN_KEY", TestServer.ADMIN_KEY));
        try {
            Matcher line = LISTENING.matcher(
                    process.inputReader(StandardCharsets.UTF_8).readLine());
            assertThat(line.matches()).isTrue();
            publicUri = line.group(1);
            adminUri = line.group(2);
            String token = create(new JsonObject().put("userId", "ada"));
            for (int i = 0; i < BRIEF; i++) {
                create(new JsonObject().put("userId", "eve").put("absoluteTimeoutMillis", 2_000));
            }
            signal(process, "STOP");
            CompletableFuture<Reply> meanwhile = begin(() -> me(token));
            // Held up for as long as those sessions live.
            assertThat(process.waitFor(2, TimeUnit.SECONDS)).isFalse();
            assertThat(meanwhile).isNotDone();
            signal(process, "CONT");
            assertThat(meanwhile.get(5, TimeUnit.SECONDS).status()).isEqualTo(200);
            within(Duration.ofSeconds(2), () -> count() == 1);
            assertThat(me(token).status()).isEqualTo(200);
        } finally {
            signal(process, "CONT");
            process.destroyForcibly();
        }
    }

    private Reply me(String token) throws Exception {
        return TestServer.exchange(
                publicUri + "/v1/session", "GET", Map.of("Authorization", "Bearer " + token), new byte[0]);
    }

    private String create(JsonObject request) throws Exception {
        Reply reply = TestServer.exchange(
                adminUri + "/v1/admin/sessions",
                "POST",
                Map.of("Authorization", "Bearer " + TestServer.ADMIN_KEY, "Content-Type", "application/json"),
                request.encode().getBytes(StandardCharsets.UTF_8));
        assertThat(reply.status()).as(reply.body()).isEqualTo(201);
        return reply.json().getString("token");
    }

    private long count() throws Exception {
        Map<String, String> key = Map.of("Authorization", "Bearer " + TestServer.ADMIN_KEY);
        return TestServer.exchange(adminUri + "/v1/admin/sessions?limit=500", "GET", key, new byte[0])
                .json()
                .getJsonArray("items")
                .size();
    }

    private static void signal(Process process, String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
    }
}
