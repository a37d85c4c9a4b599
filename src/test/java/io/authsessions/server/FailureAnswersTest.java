package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.FailureCode;
import io.authsessions.model.SessionToken;
import io.authsessions.service.AuthSessionService;
import io.authsessions.service.Failures;
import io.authsessions.store.StoreException;
import io.authsessions.web.AuthSessionHandler;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every route over a service that does nothing but fail. */
final class FailureAnswersTest {
    private static final String SECRET = "driver said zq7SECRETzq7";
    private static final String KEY = "an-admin-key";
    private static final String ID = "0".repeat(22);
    private static final String TOKEN =
            SessionToken.issue(ID, new SecureRandom()).reveal();
    private static final List<String> PUBLIC = List.of(
            "GET /v1/session",
            "DELETE /v1/session",
            "POST /v1/session/rotate",
            "GET /v1/sessions",
            "DELETE /v1/sessions?except=current",
            "PATCH /v1/sessions/" + ID + " application/json {\"label\":\"a\"}",
            "DELETE /v1/sessions/" + ID,
            "PUT /v1/verify",
            "GET /v1/verify/a");
    private static final List<String> ADMIN = List.of(
            "GET /v1/admin/sessions",
            "GET /v1/admin/sessions?userId=a",
            "POST /v1/admin/sessions application/json {\"userId\":\"a\"}",
            "GET /v1/admin/sessions/" + ID,
            "DELETE /v1/admin/sessions/" + ID,
            "PATCH /v1/admin/sessions/" + ID + " application/merge-patch+json {\"meta\":{\"a\":1}}",
            "POST /v1/admin/sessions/reauthenticate application/json {\"token\":\"" + TOKEN + "\"}",
            "DELETE /v1/admin/sessions?createdBefore=2026-01-01T00:00:00Z&confirm=all",
            "DELETE /v1/admin/users/a/sessions",
            "POST /v1/admin/introspect application/x-www-form-urlencoded token=" + TOKEN);

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        TestServer.await(vertx.close());
    }

    @Test
    @DisplayName("while the store is silent every route answers 503 with Retry-After, never 401")
    @Tag("fault-5")
    void unavailable() throws Exception {
        List<HttpResponse<String>> replies =
                askAll(Future.failedFuture(Failures.of(FailureCode.UNAVAILABLE, StoreException.TIMEOUT, SECRET)));
        assertThat(replies).hasSize(PUBLIC.size() + ADMIN.size()).allSatisfy(reply -> {
            assertThat(reply.statusCode()).as(reply.request().toString()).isEqualTo(503);
            assertThat(reply.headers().firstValue("Retry-After")).isPresent();
            assertThat(reply.headers().firstValue("Set-Cookie")).isEmpty();
            assertThat(reply.body()).contains("\"store_timeout\"").doesNotContain("zq7SECRETzq7");
        });
    }

    @Test
    @DisplayName("a fault of ours is 500 on every route, and tells nothing but the id of the incident")
    @Tag("ASVS-16.5.1")
    void fault() throws Exception {
        assertThat(askAll(Future.failedFuture(new IllegalStateException(SECRET))))
                .allSatisfy(reply -> {
                    assertThat(reply.statusCode())
                            .as(reply.request().toString())
                            .isEqualTo(500);
                    assertThat(reply.body())
                            .contains("\"internal\"")
                            .contains("urn:authsessions:incident:")
                            .doesNotContain("zq7SECRETzq7")
                            .doesNotContain("IllegalState");
                });
    }

    private List<HttpResponse<String>> askAll(Future<?> answer) throws Exception {
        AuthSessionService service = (AuthSessionService) Proxy.newProxyInstance(
                AuthSessionService.class.getClassLoader(),
                new Class<?>[] {AuthSessionService.class},
                (proxy, method, arguments) -> answer);
        Routes routes = new Routes(vertx, new SecurityHeaders(false));
        KnownTokens known = new KnownTokens();
        AuthSessionHandler handler = AuthSessionHandler.create(service);
        ForwardAuth.mount(routes, RoutingContext::next, handler);
        new PublicApi(service, PublicApi.Doors.of(handler), known).mount(routes);
        new AdminApi(
                        service,
                        new AdminKeyGuard.Holders(new AdminKeys(List.of(KEY)), IntrospectionClients.none()),
                        known,
                        new EndOlder(service, System::nanoTime),
                        () -> {})
                .mount(routes);
        int port = TestServer.await(
                        vertx.createHttpServer().requestHandler(routes.router()).listen(0, "127.0.0.1"))
                .actualPort();
        List<HttpResponse<String>> replies = new java.util.ArrayList<>();
        for (String line : PUBLIC) {
            replies.add(ask(port, line, TOKEN));
        }
        for (String line : ADMIN) {
            replies.add(ask(port, line, KEY));
        }
        return replies;
    }

    private static HttpResponse<String> ask(int port, String line, String credential) throws Exception {
        String[] words = line.split(" ", -1);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + words[1]))
                .header("Authorization", "Bearer " + credential);
        if (words.length == 4) {
            request.header("Content-Type", words[2]).method(words[0], HttpRequest.BodyPublishers.ofString(words[3]));
        } else {
            request.method(words[0], HttpRequest.BodyPublishers.noBody());
        }
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
