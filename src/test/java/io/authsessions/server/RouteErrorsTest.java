package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.server.TestServer.Reply;
import io.authsessions.web.ProblemCode;
import io.vertx.core.Vertx;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("ASVS-16.5.1")
@DisplayName("A route that fails")
class RouteErrorsTest {
    private final Vertx vertx = Vertx.vertx();
    private String base;

    @BeforeAll
    void start() throws Exception {
        Routes routes = new Routes(vertx, new SecurityHeaders(false));
        routes.at("/fail/:status")
                .get(ctx -> ctx.fail(Integer.parseInt(ctx.pathParam("status"))))
                .only();
        routes.at("/throw")
                .get(ctx -> {
                    throw new IllegalStateException("secret");
                })
                .only();
        base = "http://127.0.0.1:"
                + TestServer.await(vertx.createHttpServer()
                                .requestHandler(routes.router())
                                .listen(0, "127.0.0.1"))
                        .actualPort();
    }

    @AfterAll
    void stop() throws Exception {
        TestServer.await(vertx.close());
    }

    @ParameterizedTest
    @CsvSource({
        "400,invalid_request",
        "401,no_credentials",
        "403,forbidden",
        "404,not_found",
        "405,method_not_allowed",
        "406,not_acceptable",
        "409,version_conflict",
        "412,version_conflict",
        "413,payload_too_large",
        "414,uri_too_long",
        "415,unsupported_media_type",
        "429,too_many_requests",
        "431,invalid_request",
        "500,internal",
        "501,internal",
        "503,overloaded"
    })
    @DisplayName("with any status is answered with the problem of that status and all headers")
    void statuses(int status, String code) throws Exception {
        Reply reply = TestServer.exchange(base + "/fail/" + status, "GET", Map.of(), new byte[0]);
        assertThat(reply.code()).isEqualTo(code);
        assertThat(ProblemCode.valueOf(code.toUpperCase(java.util.Locale.ROOT))).isNotNull();
        RestTableContract.assertHeaders(reply);
    }

    @Test
    @DisplayName("by an exception tells nothing of it")
    void thrown() throws Exception {
        Reply reply = TestServer.exchange(base + "/throw", "GET", Map.of(), new byte[0]);
        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.code()).isEqualTo("internal");
        assertThat(reply.toString()).doesNotContain("secret").doesNotContain("IllegalState");
        RestTableContract.assertHeaders(reply);
    }
}
