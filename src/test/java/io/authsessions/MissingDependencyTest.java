package io.authsessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An application without the optional libraries")
class MissingDependencyTest {
    /** All that only some users take. */
    private static final List<String> OPTIONAL = List.of(
            "vertx-web",
            "vertx-web-common",
            "vertx-web-client",
            "vertx-auth-common",
            "vertx-bridge-common",
            "vertx-codegen-api",
            "vertx-codegen-json",
            "vertx-redis-client",
            "jackson-databind");

    private static String outcome(String what, List<String> without) throws Exception {
        ChildJvm.Result result = ChildJvm.run(MissingDependencyProbe.class, without, what);
        assertThat(result.exitCode()).as(result.output()).isZero();
        return result.output().strip();
    }

    @ParameterizedTest
    @ValueSource(strings = {"process", "bus"})
    @DisplayName("creates, resolves and ends sessions, in process and over the bus")
    void works(String where) throws Exception {
        assertThat(outcome(where, OPTIONAL)).isEqualTo("ok alice {\"role\":\"admin\"} true null");
    }

    @Test
    @DisplayName("is told in one sentence which stores there are when it names another")
    void unknownStore() throws Exception {
        assertThat(outcome("store", List.of()))
                .matches("failed InvalidRequestException: store.type: must be one of the stores on the class path: "
                        + "([a-z]+, )*local(, [a-z]+)*");
    }

    @Test
    @DisplayName("is told in one sentence that the Redis store needs the Redis client")
    void redisNeedsItsClient() throws Exception {
        assertThat(outcome("redis", List.of("vertx-redis-client")))
                .isEqualTo("failed IllegalStateException: "
                        + "the redis store needs io.vertx:vertx-redis-client on the class path");
    }

    @Test
    @DisplayName("is told in one sentence that meta as a type needs jackson-databind, and gets it with that")
    void metaNeedsDatabind() throws Exception {
        assertThat(outcome("meta", List.of("jackson-databind")))
                .isEqualTo("failed IllegalStateException: "
                        + "meta(Class) needs com.fasterxml.jackson.core:jackson-databind on the class path");
        assertThat(outcome("meta", List.of())).isEqualTo("ok Profile[role=null]");
    }

    @Test
    @DisplayName("learns from the JVM that the handler needs vertx-web, which the handler's own type extends")
    void webNeedsVertxWeb() throws Exception {
        assertThat(outcome("web", List.of("vertx-web")))
                .isEqualTo("failed NoClassDefFoundError: io/vertx/ext/web/handler/AuthenticationHandler");
        assertThat(outcome("web", List.of())).startsWith("ok ");
    }

    @Test
    @DisplayName("is told in one sentence that the server needs vertx-web")
    void serverNeedsVertxWeb() throws Exception {
        ChildJvm.Result result =
                ChildJvm.run(io.authsessions.server.Main.class, List.of("vertx-web", "vertx-web-openapi-router"));
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output().strip())
                .isEqualTo("cannot start: the server needs io.vertx:vertx-web on the class path");
    }
}
