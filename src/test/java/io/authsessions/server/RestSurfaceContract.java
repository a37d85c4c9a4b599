package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.server.TestServer.Reply;
import io.vertx.core.json.JsonObject;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Changing sessions over HTTP, whatever store is under it; runs once per store. */
abstract class RestSurfaceContract extends SignedInContract {
    @ParameterizedTest
    @ValueSource(strings = {JSON, MERGE_PATCH})
    @DisplayName("a person renames a session, and takes its name away by null")
    void rename(String type) throws Exception {
        signIn();
        Reply renamed = patch("/v1/sessions/" + id, type, "{\"label\":\"Bücherei\"}");
        assertThat(renamed.status()).isEqualTo(200);
        assertThat(renamed.json().getString("label")).isEqualTo("Bücherei");
        assertThat(renamed.header("ETag")).isEqualTo("\"" + renamed.json().getInteger("version") + "\"");
        assertThat(server.asUser(token, "GET", "/v1/session").header("ETag")).isEqualTo(renamed.header("ETag"));
        Reply unnamed = patch("/v1/sessions/" + id, type, "{\"label\":null}");
        assertThat(unnamed.json().getValue("label")).isNull();
        Reply nothing = patch("/v1/sessions/" + id, type, "{}");
        assertThat(nothing.json()).isEqualTo(unnamed.json());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"label\":\"x\",\"userId\":\"admin\",\"roles\":[\"admin\"]}",
                "{\"meta\":{}}",
                "{\"__proto__\":{}}",
                "{\"label\":5}",
                "{\"label\":\"a\\r\\nSet-Cookie: x\"}",
                "{\"label\":\"\\u0000\"}",
                "{\"label\":\"\\u001b[31m\"}",
                "{\"label\":\"\\u202e\"}",
                "{\"label\":\"\\u2066\"}",
                "{\"label\":\"\\u200b\"}",
                "{\"label\":\"\\ufeff\"}",
                "{\"label\":\"\\ud800\"}"
            })
    @DisplayName("a person changes nothing but the label, and that to harmless text")
    @Tag("corpus-28")
    @Tag("corpus-50")
    @Tag("corpus-51")
    @Tag("ASVS-8.2.3")
    void labelOnly(String body) throws Exception {
        signIn();
        JsonObject before = server.asAdmin("GET", "/v1/admin/sessions/" + id).json();
        Reply refused = patch("/v1/sessions/" + id, JSON, body);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.code()).isEqualTo("invalid_request");
        assertThat(server.asAdmin("GET", "/v1/admin/sessions/" + id).json().getInteger("version"))
                .isEqualTo(before.getInteger("version"));
    }

    @Test
    @DisplayName("a label keeps 128 characters, in normal form C")
    @Tag("corpus-53")
    void labelForm() throws Exception {
        signIn();
        assertThat(patch("/v1/sessions/" + id, JSON, "{\"label\":\"" + "x".repeat(128) + "\"}")
                        .status())
                .isEqualTo(200);
        assertThat(patch("/v1/sessions/" + id, JSON, "{\"label\":\"e\\u0301\"}")
                        .json()
                        .getString("label"))
                .isEqualTo("\u00e9");
    }

    @Test
    @DisplayName("an operator merges meta member by member, or puts another in its place")
    void meta() throws Exception {
        signIn();
        String path = "/v1/admin/sessions/" + id;
        assertThat(patch(path, MERGE_PATCH, "{\"meta\":{\"a\":null,\"c\":3}}")
                        .json()
                        .getJsonObject("meta"))
                .isEqualTo(new JsonObject().put("b", 2).put("c", 3));
        assertThat(patch(path, JSON, "{\"meta\":{\"d\":4}}").json().getJsonObject("meta"))
                .isEqualTo(new JsonObject().put("d", 4));
        Reply gone = patch(path, MERGE_PATCH, "{\"meta\":null,\"label\":\"new\"}");
        assertThat(gone.json().getJsonObject("meta")).isEqualTo(new JsonObject());
        assertThat(gone.json().getString("label")).isEqualTo("new");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "*; 200",
                "V; 200",
                "\"x\", V; 200",
                "\"999\",,V ,; 200",
                "\"999\"; 412",
                "W/V; 412",
                "\"999\", W/V; 412",
                "\"a,b\"; 412",
                "1; 400",
                "\"1; 400",
                "V V; 400",
                "*, V; 400",
                "w/V; 400",
                ",; 400"
            })
    @DisplayName("If-Match is compared strongly, with any of the tags that it lists")
    void ifMatch(String header, int status) throws Exception {
        signIn();
        String tag = server.asAdmin("GET", "/v1/admin/sessions/" + id).header("ETag");
        for (String path : new String[] {"/v1/sessions/" + id, "/v1/admin/sessions/" + id}) {
            Reply reply = patch(path, JSON, "{}", "If-Match", header.replace("V", tag));
            assertThat(reply.status()).as(reply.body()).isEqualTo(status);
            if (status == 412) {
                assertThat(reply.code()).isEqualTo("version_conflict");
            }
        }
    }

    @Test
    @DisplayName("of two changes of one version the second is stale and changes nothing")
    void lostUpdate() throws Exception {
        signIn();
        String tag = server.asUser(token, "GET", "/v1/session").header("ETag");
        assertThat(patch("/v1/sessions/" + id, JSON, "{\"label\":\"one\"}", "If-Match", tag)
                        .status())
                .isEqualTo(200);
        assertThat(patch("/v1/sessions/" + id, JSON, "{\"label\":\"two\"}", "If-Match", tag)
                        .status())
                .isEqualTo(412);
        assertThat(server.asUser(token, "GET", "/v1/session").json().getString("label"))
                .isEqualTo("one");
    }

    @Test
    @DisplayName("somebody else's session cannot be renamed, and looks like none, whatever the condition")
    @Tag("corpus-32")
    void foreign() throws Exception {
        signIn();
        String foreignId = server.signIn("user-" + UUID.randomUUID())
                .getJsonObject("session")
                .getString("id");
        Reply none = patch("/v1/sessions/" + Sample.UNKNOWN_ID, JSON, "{\"label\":\"x\"}");
        assertThat(none.status()).isEqualTo(404);
        assertThat(patch("/v1/sessions/" + foreignId, JSON, "{\"label\":\"x\"}").body())
                .isEqualTo(none.body());
        assertThat(patch("/v1/sessions/" + foreignId, JSON, "{\"label\":\"x\"}", "If-Match", "\"999\"")
                        .body())
                .isEqualTo(none.body());
    }
}
