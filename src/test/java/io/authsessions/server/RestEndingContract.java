package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.server.TestServer.Reply;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Renewing, ending and telling of sessions over HTTP, whatever store is under it; runs once per store. */
abstract class RestEndingContract extends SignedInContract {
    @Test
    @DisplayName("a rotated token opens the same session, and the old one still does for the grace")
    void rotate() throws Exception {
        signIn();
        Reply rotated = server.asUser(token, "POST", "/v1/session/rotate");
        assertThat(rotated.status()).isEqualTo(200);
        String next = rotated.json().getString("token");
        assertThat(next).isNotEqualTo(token);
        assertThat(rotated.json().getJsonObject("session").getString("id")).isEqualTo(id);
        assertThat(server.asUser(token, "POST", "/v1/session/rotate").json().getString("token"))
                .isEqualTo(next);
        assertThat(server.asUser(next, "GET", "/v1/session").status()).isEqualTo(200);
        assertThat(server.asUser(token, "GET", "/v1/session").status()).isEqualTo(200);
    }

    @Test
    @DisplayName("after re-authentication the old token is dead at once")
    @Tag("ASVS-7.2.4")
    void reauthenticate() throws Exception {
        signIn();
        Reply fresh = server.asAdmin(
                "POST",
                "/v1/admin/sessions/reauthenticate",
                Map.of("Content-Type", JSON),
                ("{\"token\":\"" + token + "\"}").getBytes(StandardCharsets.UTF_8));
        assertThat(fresh.status()).isEqualTo(200);
        assertThat(fresh.json().getJsonObject("session").getString("id")).isEqualTo(id);
        assertThat(server.asUser(token, "GET", "/v1/session").status()).isEqualTo(401);
        assertThat(server.asUser(fresh.json().getString("token"), "GET", "/v1/session")
                        .status())
                .isEqualTo(200);
    }

    @Test
    @DisplayName("all other sessions end at one word, and without the word none does")
    @Tag("ASVS-7.4.3")
    void endOthers() throws Exception {
        signIn();
        String other = server.signIn(user).getString("token");
        server.signIn(user);
        for (String query : new String[] {"", "?except=", "?except=" + id, "?except=current&except=current"}) {
            assertThat(server.asUser(token, "DELETE", "/v1/sessions" + query).status())
                    .isEqualTo(400);
        }
        assertThat(server.asUser(token, "DELETE", "/v1/sessions?except=current").json())
                .isEqualTo(new JsonObject().put("ended", 2).put("more", false));
        assertThat(server.asUser(token, "GET", "/v1/session").status()).isEqualTo(200);
        assertThat(server.asUser(other, "GET", "/v1/session").header("WWW-Authenticate"))
                .contains("revoked");
    }

    @Test
    @DisplayName("all older sessions end, and no other; without confirmation none does")
    @Tag("fault-4")
    @Tag("ASVS-7.4.5")
    void endOlder() throws Exception {
        signIn();
        String created = server.asUser(token, "GET", "/v1/session").json().getString("createdAt");
        String path = "/v1/admin/sessions?createdBefore=";
        for (String query : new String[] {
            created, created + "&confirm=yes", "now&confirm=all", "&confirm=all", "2026-13-01T00:00:00Z&confirm=all"
        }) {
            assertThat(server.asAdmin("DELETE", path + query).status())
                    .as(query)
                    .isEqualTo(400);
        }
        assertThat(server.asAdmin("DELETE", path + created + "&confirm=all").status())
                .isEqualTo(200);
        assertThat(server.asUser(token, "GET", "/v1/session").status()).isEqualTo(200);
        Instant later = Instant.parse(created).plus(1, ChronoUnit.MILLIS);
        JsonObject result =
                server.asAdmin("DELETE", path + later + "&confirm=all").json();
        while (result.getBoolean("more")) {
            result = server.asAdmin("DELETE", path + later + "&confirm=all").json();
        }
        assertThat(server.asUser(token, "GET", "/v1/session").status()).isEqualTo(401);
    }

    @Test
    @DisplayName("a proxy that asks is told who it is, in characters that a header can hold, whatever is asked about")
    void verify() throws Exception {
        String name = "ü /%:a-" + UUID.randomUUID();
        JsonObject issued = server.signIn(name);
        for (String line : new String[] {
            "GET /v1/verify",
            "POST /v1/verify/",
            "PROPFIND /v1/verify/a/b%2fc?token=x&limit=0&limit=%zz",
            "OPTIONS /v1/verify/x"
        }) {
            Reply reply = TestServer.parse(TestServer.raw(
                    server.server().publicUri(),
                    line + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer "
                            + issued.getString("token") + "\r\n\r\n"));
            assertThat(reply.status()).as(line).isEqualTo(204);
            assertThat(reply.header("X-Auth-User-Id")).isEqualTo(name.replace("ü /%:", "%C3%BC%20%2F%25%3A"));
            assertThat(reply.header("X-Auth-Session-Id"))
                    .isEqualTo(issued.getJsonObject("session").getString("id"));
        }
        Reply none = server.anonymous("PUT", "/v1/verify");
        assertThat(none.status()).isEqualTo(401);
        assertThat(none.header("X-Auth-User-Id")).isEmpty();
    }

    @Test
    @DisplayName("the counts and the metrics know how many sessions live, and no names")
    void counts() throws Exception {
        signIn();
        JsonObject stats = server.asAdmin("GET", "/v1/admin/stats").json();
        assertThat(stats.getLong("sessions")).isPositive();
        assertThat(stats.getJsonObject("events").getLong("created")).isPositive();
        Reply metrics = server.asAdmin("GET", "/metrics");
        assertThat(metrics.body())
                .contains("authsessions_sessions ")
                .contains("authsessions_events_total{type=\"created\"}")
                .containsPattern("vertx_http_server_requests_total\\{code=\"200\",local=\"[^\"]+\"\\}")
                .doesNotContain(user)
                .doesNotContain(id)
                .doesNotContain("/v1/");
    }
}
