package io.authsessions.examples;

import static io.authsessions.Futures.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.authsessions.model.SessionUtils;
import io.authsessions.service.AuthSessionService;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The example application")
class ExampleApplicationTest {
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient();

    @AfterEach
    void stop() {
        get(vertx.close());
    }

    /** An answer. */
    private record Answer(int status, JsonObject body) {}

    private Answer ask(int port, HttpMethod method, String path, Map<String, String> headers) {
        return get(Futures.on(vertx, () -> client.request(method, port, "127.0.0.1", path)
                .compose(request -> {
                    headers.forEach(request::putHeader);
                    return request.send();
                })
                .compose(response ->
                        response.body().map(body -> new Answer(response.statusCode(), new JsonObject(body))))));
    }

    @Test
    @DisplayName("signs in, knows the user by the token, and no longer when the session has ended")
    void works() {
        int port = get(ExampleApplication.start(vertx));

        String token = ask(port, HttpMethod.POST, "/sign-in", Map.of()).body().getString("token");
        Map<String, String> bearer = Map.of("Authorization", SessionUtils.getAuthTokenForSessionId(token));

        assertThat(ask(port, HttpMethod.GET, "/me", bearer))
                .isEqualTo(
                        new Answer(200, new JsonObject().put("userId", "alice").put("role", "admin")));
        assertThat(ask(port, HttpMethod.GET, "/me", Map.of()).status()).isEqualTo(401);
        assertThat(get(AuthSessionService.createProxy(vertx).destroySessionByToken(token, "signed_out")))
                .isTrue();
        assertThat(ask(port, HttpMethod.GET, "/me", bearer).status()).isEqualTo(401);
    }

    /** What a browser is told. */
    private record Page(String setCookie, String text) {}

    private Page send(int port, HttpMethod method, String path, String cookie) {
        return get(Futures.on(vertx, () -> client.request(method, port, "127.0.0.1", path)
                .compose(request -> request.putHeader("Origin", "https://app.example.com")
                        .putHeader("Cookie", cookie)
                        .send())
                .compose(response ->
                        response.body().map(body -> new Page(response.getHeader("Set-Cookie"), body.toString())))));
    }

    @Test
    @DisplayName("signs a browser in and out by its cookie")
    void browser() {
        int port = get(ExampleApplication.start(vertx));

        String set = send(port, HttpMethod.POST, "/login", "a=b").setCookie();
        assertThat(set.contains("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=2"))
                .isTrue();
        String cookie = set.substring(0, set.indexOf(';'));
        assertThat(send(port, HttpMethod.GET, "/home", cookie).text()).isEqualTo("welcome");
        assertThat(send(port, HttpMethod.POST, "/logout", cookie).setCookie())
                .startsWith("__Host-session=;")
                .endsWith("Max-Age=0");
        assertThat(send(port, HttpMethod.GET, "/home", cookie).text()).isEqualTo("please sign in");
    }
}
