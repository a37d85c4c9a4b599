package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.server.TestServer.Reply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every server does over HTTP, whatever store is under it; runs once per store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class HttpContract {
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";
    protected TestServer server;

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

    /** The store may be shared between tests; users are not. */
    protected static String someUser() {
        return "user-" + UUID.randomUUID();
    }

    @Test
    @DisplayName("signing in answers 201 with the session, its token, and where it is found")
    void signIn() throws Exception {
        String user = someUser();
        Reply reply = server.create(new JsonObject()
                .put("userId", user)
                .put("label", "Chrome on macOS")
                .put("meta", new JsonObject().put("role", "x"))
                .put("client", new JsonObject().put("ip", "192.0.2.1").put("userAgent", "UA"))
                .encode());

        assertThat(reply.status()).isEqualTo(201);
        JsonObject session = reply.json().getJsonObject("session");
        assertThat(session.fieldNames())
                .containsExactly(
                        "id",
                        "userId",
                        "label",
                        "meta",
                        "createdAt",
                        "lastUsedAt",
                        "authenticatedAt",
                        "expiresAt",
                        "version",
                        "client");
        assertThat(session.getString("userId")).isEqualTo(user);
        assertThat(session.getString("label")).isEqualTo("Chrome on macOS");
        assertThat(session.getJsonObject("meta").getString("role")).isEqualTo("x");
        assertThat(session.getJsonObject("client").getString("ip")).isEqualTo("192.0.2.1");
        for (String time : List.of("createdAt", "lastUsedAt", "authenticatedAt", "expiresAt")) {
            assertThat(session.getString(time)).matches(TIME);
        }
        assertThat(reply.header("Location")).isEqualTo("/v1/admin/sessions/" + session.getString("id"));
        assertThat(reply.json().getString("token")).matches("aus1_[0-9A-Za-z]{22}_[0-9A-Za-z]{49}");
        assertThat(server.asAdmin("GET", reply.header("Location")).json()).isEqualTo(session);
    }

    @Test
    @DisplayName("label and client are null where there is none, and meta is an empty object")
    void absentFields() throws Exception {
        JsonObject session = server.signIn(someUser()).getJsonObject("session");

        assertThat(session.containsKey("label")).isTrue();
        assertThat(session.getValue("label")).isNull();
        assertThat(session.containsKey("client")).isTrue();
        assertThat(session.getValue("client")).isNull();
        assertThat(session.getJsonObject("meta")).isEqualTo(new JsonObject());
    }

    @Test
    @DisplayName("a token shows its session, and nothing after signing out")
    void currentSession() throws Exception {
        JsonObject issued = server.signIn(someUser());
        String token = issued.getString("token");
        String id = issued.getJsonObject("session").getString("id");

        assertThat(server.asUser(token, "GET", "/v1/session").json().getString("id"))
                .isEqualTo(id);
        Reply signedOut = server.asUser(token, "DELETE", "/v1/session");
        assertThat(signedOut.status()).isEqualTo(204);
        assertThat(signedOut.body()).isEmpty();
        Reply after = server.asUser(token, "GET", "/v1/session");
        assertThat(after.status()).isEqualTo(401);
        assertThat(after.code()).isEqualTo("invalid_token");
        assertThat(after.header("WWW-Authenticate")).contains("invalid_token").contains("signed_out");
        assertThat(server.asAdmin("GET", "/v1/admin/sessions/" + id).status()).isEqualTo(404);
    }

    @Test
    @Tag("ASVS-7.5.2")
    @DisplayName("a list holds the caller's own sessions only, and marks the current one")
    void ownList() throws Exception {
        String user = someUser();
        String token = server.signIn(user).getString("token");
        server.signIn(user);
        server.signIn(someUser());

        JsonArray items = server.asUser(token, "GET", "/v1/sessions").json().getJsonArray("items");
        assertThat(items).hasSize(2);
        List<Boolean> current = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            assertThat(items.getJsonObject(i).getString("userId")).isEqualTo(user);
            current.add(items.getJsonObject(i).getBoolean("current"));
        }
        assertThat(current).containsExactlyInAnyOrder(true, false);
    }

    @ParameterizedTest
    @CsvSource({"used", "created"})
    @DisplayName("pages lead from one to the next and end with a next of null")
    void pages(String order) throws Exception {
        String user = someUser();
        String token = server.signIn(user).getString("token");
        for (int i = 0; i < 4; i++) {
            server.signIn(user);
        }
        List<String> seen = new ArrayList<>();
        String cursor = "";
        for (int i = 0; i < 10 && cursor != null; i++) {
            JsonObject page = server.asUser(token, "GET", "/v1/sessions?limit=2&order=" + order + cursor)
                    .json();
            assertThat(page.containsKey("next")).isTrue();
            page.getJsonArray("items").forEach(item -> seen.add(((JsonObject) item).getString("id")));
            cursor = page.getString("next") == null ? null : "&cursor=" + page.getString("next");
        }
        assertThat(cursor).isNull();
        assertThat(seen).hasSize(5).doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("one may end one's own session; a foreign one looks exactly like none")
    @Tag("ASVS-8.2.1")
    void endOne() throws Exception {
        String user = someUser();
        String token = server.signIn(user).getString("token");
        JsonObject other = server.signIn(user);
        JsonObject foreign = server.signIn(someUser());
        String otherId = other.getJsonObject("session").getString("id");
        String foreignId = foreign.getJsonObject("session").getString("id");

        assertThat(server.asUser(token, "DELETE", "/v1/sessions/" + otherId).status())
                .isEqualTo(204);
        Reply gone = server.asUser(token, "DELETE", "/v1/sessions/" + otherId);
        Reply notMine = server.asUser(token, "DELETE", "/v1/sessions/" + foreignId);
        assertThat(gone.status()).isEqualTo(404);
        assertThat(notMine).isEqualTo(gone);
        assertThat(server.asUser(foreign.getString("token"), "GET", "/v1/session")
                        .status())
                .isEqualTo(200);
        assertThat(server.asUser(other.getString("token"), "GET", "/v1/session").status())
                .isEqualTo(401);
    }

    @Test
    @DisplayName("introspection tells a living token in whole seconds, and nothing of any other")
    void introspection() throws Exception {
        String user = someUser();
        JsonObject issued = server.signIn(user);
        JsonObject session = issued.getJsonObject("session");

        JsonObject active = server.introspect("token=" + issued.getString("token") + "&token_type_hint=access_token")
                .json();
        assertThat(active)
                .isEqualTo(new JsonObject()
                        .put("active", true)
                        .put("sub", user)
                        .put("sid", session.getString("id"))
                        .put("token_type", "Bearer")
                        .put("iat", seconds(session, "createdAt"))
                        .put("exp", seconds(session, "expiresAt"))
                        .put("auth_time", seconds(session, "authenticatedAt")));
        server.asUser(issued.getString("token"), "DELETE", "/v1/session");
        String withPair = "aus1_" + "0".repeat(22) + "_%F0%9F%98%80" + "0".repeat(47);
        for (String token : List.of(issued.getString("token"), "nonsense", "%20", withPair)) {
            Reply reply = server.introspect("token=" + token + "&touch=false");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.body()).isEqualTo("{\"active\":false}");
        }
    }

    @Test
    @DisplayName("an operator lists the sessions of a user and ends all but one")
    void operator() throws Exception {
        String user = someUser() + "/ü *";
        String path = "/v1/admin/users/"
                + user.replace("/", "%2F").replace("ü", "%C3%BC").replace(" ", "%20") + "/sessions";
        String kept = server.signIn(user).getJsonObject("session").getString("id");
        server.signIn(user);
        String bystander = server.signIn(someUser()).getString("token");

        assertThat(server.asAdmin("DELETE", path + "?except=" + kept).json())
                .isEqualTo(new JsonObject().put("ended", 1).put("more", false));
        JsonArray left = server.asAdmin(
                        "GET",
                        "/v1/admin/sessions?userId="
                                + java.net.URLEncoder.encode(user, java.nio.charset.StandardCharsets.UTF_8))
                .json()
                .getJsonArray("items");
        assertThat(left).hasSize(1);
        assertThat(left.getJsonObject(0).getString("id")).isEqualTo(kept);
        assertThat(server.asAdmin("DELETE", path).json().getInteger("ended")).isEqualTo(1);
        assertThat(server.asAdmin("DELETE", path).json().getInteger("ended")).isZero();
        assertThat(server.asUser(bystander, "GET", "/v1/session").status()).isEqualTo(200);
    }

    @Test
    @DisplayName("an operator ends one session, once")
    void endById() throws Exception {
        JsonObject issued = server.signIn(someUser());
        String path = "/v1/admin/sessions/" + issued.getJsonObject("session").getString("id");

        assertThat(server.asAdmin("DELETE", path).status()).isEqualTo(204);
        assertThat(server.asAdmin("DELETE", path).status()).isEqualTo(404);
        assertThat(server.asUser(issued.getString("token"), "GET", "/v1/session")
                        .header("WWW-Authenticate"))
                .contains("revoked");
    }

    @Test
    @DisplayName("a session may live as long as its creator says, up to the policy's ceiling")
    void ownLifetime() throws Exception {
        JsonObject session = server.create("{\"userId\":\"" + someUser() + "\",\"absoluteTimeoutMillis\":60000}")
                .json()
                .getJsonObject("session");
        assertThat(seconds(session, "expiresAt") - seconds(session, "createdAt"))
                .isEqualTo(60);
        Reply tooLong = server.create("{\"userId\":\"x\",\"absoluteTimeoutMillis\":99999999999999}");
        assertThat(tooLong.status()).isEqualTo(400);
        assertThat(tooLong.json().getJsonArray("errors").getJsonObject(0).getString("field"))
                .isEqualTo("absoluteTimeoutMillis");
    }

    private static long seconds(JsonObject session, String field) {
        return Instant.parse(session.getString(field)).getEpochSecond();
    }
}
