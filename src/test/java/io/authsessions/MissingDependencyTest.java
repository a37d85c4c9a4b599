package io.authsessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.server.Main;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An application without the optional libraries")
@Execution(ExecutionMode.CONCURRENT)
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
            "caffeine",
            "vertx-micrometer-metrics",
            "micrometer-registry-prometheus",
            "jackson-databind");

    /** A JVM of its own each, and what is asked of it. */
    private enum Jvm {
        COMPLETE(List.of(), "store", "no-cache", "meta", "handler", "cors", "guard", "connections"),
        BARE(OPTIONAL, "process", "bus"),
        NO_REDIS_CLIENT(List.of("vertx-redis-client"), "redis"),
        NO_CAFFEINE(List.of("caffeine"), "cache", "no-cache"),
        NO_DATABIND(List.of("jackson-databind"), "meta"),
        NO_WEB(List.of("vertx-web"), "handler", "cors", "guard", "connections"),
        SERVER(List.of("vertx-web", "vertx-web-openapi-router"));

        private final List<String> without;
        private final String[] probes;

        Jvm(List<String> without, String... probes) {
            this.without = without;
            this.probes = probes;
        }

        private ChildJvm.Result run() throws Exception {
            return ChildJvm.run(this == SERVER ? Main.class : MissingDependencyProbe.class, without, probes);
        }
    }

    private static final int AT_A_TIME = 3;
    private static final Map<Jvm, Future<ChildJvm.Result>> RESULTS = new EnumMap<>(Jvm.class);
    private static ExecutorService starter;

    @BeforeAll
    static void startAll() {
        starter = Executors.newFixedThreadPool(AT_A_TIME);
        for (Jvm jvm : Jvm.values()) {
            RESULTS.put(jvm, starter.submit((Callable<ChildJvm.Result>) jvm::run));
        }
    }

    @AfterAll
    static void end() {
        starter.shutdownNow();
    }

    private static String outcome(Jvm jvm, String probe) throws Exception {
        ChildJvm.Result result = RESULTS.get(jvm).get();
        assertThat(result.exitCode()).as(result.output()).isZero();
        return result.output()
                .lines()
                .filter(line -> line.startsWith(probe + ": "))
                .map(line -> line.substring(probe.length() + 2))
                .collect(Collectors.joining("\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"process", "bus"})
    @DisplayName("creates, resolves and ends sessions, in process and over the bus")
    void works(String where) throws Exception {
        assertThat(outcome(Jvm.BARE, where)).isEqualTo("ok alice {\"role\":\"admin\"} true null");
    }

    @Test
    @DisplayName("is told in one sentence which stores there are when it names another")
    void unknownStore() throws Exception {
        assertThat(outcome(Jvm.COMPLETE, "store"))
                .matches("failed InvalidRequestException: store.type: must be one of the stores on the class path: "
                        + "([a-z]+, )*local(, [a-z]+)*");
    }

    @Test
    @DisplayName("is told in one sentence that the Redis store needs the Redis client")
    void redisNeedsItsClient() throws Exception {
        assertThat(outcome(Jvm.NO_REDIS_CLIENT, "redis"))
                .isEqualTo("failed IllegalStateException: "
                        + "the redis store needs io.vertx:vertx-redis-client on the class path");
    }

    @Test
    @DisplayName(
            "goes without answers from memory, or is told in one sentence that they need Caffeine if it asks for them")
    void cacheNeedsCaffeine() throws Exception {
        assertThat(outcome(Jvm.NO_CAFFEINE, "cache"))
                .isEqualTo("failed IllegalStateException: "
                        + "cache.enabled needs com.github.ben-manes.caffeine:caffeine on the class path");
        assertThat(RESULTS.get(Jvm.NO_CAFFEINE).get().output())
                .contains("to answer from memory needs com.github.ben-manes.caffeine:caffeine on the class path");
        assertThat(outcome(Jvm.NO_CAFFEINE, "no-cache")).isEqualTo("ok OFF");
        assertThat(outcome(Jvm.COMPLETE, "no-cache")).isEqualTo("ok DEGRADED");
    }

    @Test
    @DisplayName("is told in one sentence that meta as a type needs jackson-databind, and gets it with that")
    void metaNeedsDatabind() throws Exception {
        assertThat(outcome(Jvm.NO_DATABIND, "meta"))
                .isEqualTo("failed IllegalStateException: "
                        + "meta(Class) needs com.fasterxml.jackson.core:jackson-databind on the class path");
        assertThat(outcome(Jvm.COMPLETE, "meta")).isEqualTo("ok Profile[role=null]");
    }

    @ParameterizedTest
    @CsvSource({
        "handler, AuthSessionHandler",
        "cors, CorsAllowlist",
        "guard, CrossSiteGuard",
        "connections, SessionConnections"
    })
    @DisplayName("is told in one sentence that what stands in a router needs vertx-web, and gets it with that")
    void webNeedsVertxWeb(String probe, String type) throws Exception {
        assertThat(outcome(Jvm.NO_WEB, probe))
                .isEqualTo("failed IllegalStateException: " + type + " needs io.vertx:vertx-web on the class path");
        assertThat(outcome(Jvm.COMPLETE, probe)).startsWith("ok ");
    }

    @Test
    @DisplayName("is told in one sentence that the server needs vertx-web")
    void serverNeedsVertxWeb() throws Exception {
        ChildJvm.Result result = RESULTS.get(Jvm.SERVER).get();
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output().strip())
                .isEqualTo("cannot start: the server needs io.vertx:vertx-web on the class path");
    }
}
