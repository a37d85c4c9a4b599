package io.authsessions.web;

import static io.authsessions.web.WebServer.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.OpenAPIContract;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("As a security handler of an OpenAPI router, the session handler")
class OpenApiSecurityTest {
    private final FakeSessionService service = new FakeSessionService();
    private final AuthSessionHandler handler = AuthSessionHandler.create(service);

    private static JsonObject contract(JsonArray security) {
        JsonObject operation = new JsonObject()
                .put("operationId", "me")
                .put("security", security)
                .put("responses", new JsonObject().put("200", new JsonObject().put("description", "who asks")));
        JsonObject scheme = new JsonObject().put("type", "http").put("scheme", "bearer");
        return new JsonObject()
                .put("openapi", "3.1.0")
                .put("info", new JsonObject().put("title", "test").put("version", "1"))
                .put("paths", new JsonObject().put("/me", new JsonObject().put("get", operation)))
                .put("components", new JsonObject().put("securitySchemes", new JsonObject().put("session", scheme)));
    }

    private WebServer serve(JsonArray security) {
        Vertx vertx = Vertx.vertx();
        OpenAPIContract contract = await(OpenAPIContract.from(vertx, contract(security)));
        RouterBuilder builder = RouterBuilder.create(vertx, contract);
        builder.security("session").httpHandler(handler.asBearerSecurity());
        builder.getRoute("me").addHandler(WebServer::sayWho);
        Router router = builder.createRouter();
        return new WebServer(vertx, router);
    }

    @Test
    @DisplayName("lets good tokens pass and answers the others itself")
    void required() {
        JsonArray security = new JsonArray().add(new JsonObject().put("session", new JsonArray()));
        try (WebServer server = serve(security)) {
            RawHttp.Answer good = RawHttp.get(server.port(), "/me", "Authorization: Bearer " + service.tokenOf("ada"));
            assertThat(good.body()).startsWith("ada ");
            RawHttp.Answer none = RawHttp.get(server.port(), "/me");
            assertThat(none.status()).isEqualTo(401);
            assertThat(none.code()).isEqualTo("no_credentials");
            assertThat(none.headers("WWW-Authenticate")).containsExactly("Bearer realm=\"authsessions\"");
        }
    }

    @Test
    @DisplayName("shares a route with anonymous requests where the contract says so")
    void optional() {
        JsonArray security = new JsonArray()
                .add(new JsonObject().put("session", new JsonArray()))
                .add(new JsonObject());
        try (WebServer server = serve(security)) {
            String bearer = "Authorization: Bearer " + service.tokenOf("ada");
            assertThat(RawHttp.get(server.port(), "/me", bearer).body()).startsWith("ada ");
            assertThat(RawHttp.get(server.port(), "/me").body()).isEqualTo("anonymous");
        }
    }

    @Test
    @DisplayName("refuses scopes, rather than passing over them")
    void scopes() {
        assertThatThrownBy(() -> handler.asBearerSecurity().withScope("admin"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> handler.asBearerSecurity().withScopes(List.of("admin")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> handler.asBearerSecurity().scopeDelimiter(","))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
