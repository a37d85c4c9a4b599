package io.authsessions.server;

import io.authsessions.server.TestServer.Reply;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** A server on some store and a session of a user of its own for each test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SignedInContract {
    static final String JSON = "application/json";
    static final String MERGE_PATCH = "application/merge-patch+json";

    TestServer server;
    String user;
    String token;
    String id;

    /** The variables that choose the store. */
    protected abstract Map<String, String> environment();

    @BeforeAll
    void start() throws Exception {
        server = TestServer.start(environment());
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
    }

    void signIn() throws Exception {
        user = "user-" + UUID.randomUUID();
        JsonObject issued = server.create("{\"userId\":\"" + user + "\",\"label\":\"old\",\"meta\":{\"a\":1,\"b\":2}}")
                .json();
        token = issued.getString("token");
        id = issued.getJsonObject("session").getString("id");
    }

    Reply patch(String path, String type, String body, String... headers) throws Exception {
        boolean admin = path.startsWith("/v1/admin");
        Map<String, String> all = new HashMap<>();
        all.put("Content-Type", type);
        all.put("Authorization", "Bearer " + (admin ? TestServer.ADMIN_KEY : token));
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], headers[i + 1]);
        }
        String base = admin ? server.server().adminUri() : server.server().publicUri();
        return server.send(base, "PATCH", path, all, body.getBytes(StandardCharsets.UTF_8));
    }
}
