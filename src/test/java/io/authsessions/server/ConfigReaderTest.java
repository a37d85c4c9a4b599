package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigReaderTest {
    @TempDir
    Path directory;

    @Test
    @DisplayName("without a file and variables, both listeners are on loopback and sessions are local")
    void defaults() throws Exception {
        ServerConfig config = ConfigReader.read(null, Map.of("PATH", "/bin"));

        assertThat(config.http()).isEqualTo(new ServerConfig.Address("127.0.0.1", 8080));
        assertThat(config.admin()).isEqualTo(new ServerConfig.Address("127.0.0.1", 8081));
        assertThat(config.adminKeys()).isEmpty();
        assertThat(config.sessions().storeType()).isEqualTo("local");
        assertThat(config.sessions().policy()).isEqualTo(io.authsessions.model.SessionPolicy.DEFAULT);
    }

    @Test
    @DisplayName("the file goes over what is built in, the environment over the file")
    void precedence() throws Exception {
        Path file = write("{\"http\":{\"port\":1,\"host\":\"localhost\"},\"policy\":{\"touchInterval\":\"5s\","
                + "\"idleTimeout\":\"1h\"}}");
        ServerConfig config = ConfigReader.read(
                file,
                Map.of(
                        "AUTHSESSIONS_HTTP_PORT", "2",
                        "AUTHSESSIONS_POLICY_TOUCH_INTERVAL", "500ms",
                        "AUTHSESSIONS_ADMIN_KEY", "one",
                        "AUTHSESSIONS_ADMIN_KEYS", "two,three"));

        assertThat(config.http()).isEqualTo(new ServerConfig.Address("localhost", 2));
        assertThat(config.sessions().policy().touchInterval()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.sessions().policy().idleTimeout()).isEqualTo(Duration.ofHours(1));
        assertThat(config.adminKeys()).containsExactly("one", "two", "three");
    }

    @Test
    @DisplayName("each variable has its own key, and each key can be set by its default")
    void everyVariable() throws Exception {
        assertThat(ConfigKeys.ALL.values().stream().map(ConfigKey::variable)).doesNotHaveDuplicates();
        for (ConfigKey key : ConfigKeys.ALL.values()) {
            Object fallback = key.fallback();
            if (fallback != null && !(fallback instanceof io.vertx.core.json.JsonArray)) {
                ConfigReader.read(null, Map.of(key.variable(), fallback.toString()));
            }
        }
        assertThat(ConfigKeys.ALL.get("admin.keyFile").variable()).isEqualTo("AUTHSESSIONS_ADMIN_KEY_FILE");
    }

    @Test
    @DisplayName("all mistakes are listed at once, with their places and without their values")
    void allMistakes() throws Exception {
        Path file = write("{\"http\":{\"port\":70000,\"prot\":1},\"admin\":5,\"polcy\":{},"
                + "\"policy\":{\"idleTimeout\":\"60\",\"touchInterval\":\"2h\",\"onLimit\":\"explode-now\"}}");
        List<String> mistakes = mistakes(
                file,
                Map.of(
                        "AUTHSESSIONS_HTTP_HOST", "",
                        "AUTHSESSIONS_ADMIN_PORT", "80a",
                        "AUTHSESSIONS_ADMIN_KEY", "a secret",
                        "AUTHSESSIONS_HTPP_PORT", "1",
                        "AUTHSESSIONS_SERVICE_DEADLINE", "1ms"));

        for (String start : List.of(
                "http.port: ",
                "http.prot: ",
                "admin: ",
                "polcy: ",
                "policy.idleTimeout: ",
                "policy.touchInterval: ",
                "policy.onLimit: ",
                "http.host: ",
                "admin.port: ",
                "admin.key: ",
                "AUTHSESSIONS_HTPP_PORT: ",
                "service.deadline: ")) {
            assertThat(mistakes)
                    .as(start)
                    .filteredOn(line -> line.startsWith(start))
                    .hasSize(1);
        }
        assertThat(mistakes).hasSize(12);
        assertThat(String.join("\n", mistakes))
                .doesNotContain("a secret")
                .doesNotContain("80a")
                .doesNotContain("explode");
    }

    @Test
    @DisplayName("the section of a store that is not chosen is checked in form, and otherwise left alone")
    void otherStore() throws Exception {
        Path file = write("{\"store\":{\"type\":\"local\",\"redis\":{\"prefix\":\"other\",\"lazyConnect\":true}}}");
        assertThat(ConfigReader.read(file, Map.of()).sessions().storeConfig().getString("name"))
                .isEqualTo("authsessions.store");
        Map<String, String> redis = Map.of(
                "AUTHSESSIONS_STORE_TYPE", "redis",
                "AUTHSESSIONS_STORE_REDIS_URI", "rediss://app:hidden-word@redis.example:6380",
                "AUTHSESSIONS_STORE_REDIS_BUCKETS", "1024");
        ServerConfig config = ConfigReader.read(file, redis);
        assertThat(config.sessions().storeConfig())
                .isEqualTo(new io.vertx.core.json.JsonObject()
                        .put("mode", "standalone")
                        .put("uri", "rediss://app:hidden-word@redis.example:6380")
                        .put("uris", new io.vertx.core.json.JsonArray())
                        .put("waitReplicas", 0)
                        .put("waitTimeout", "500ms")
                        .put("prefix", "other")
                        .put("buckets", 1024L)
                        .put("commandDeadline", "1s")
                        .put("callDeadline", "2s")
                        .put("maxInFlight", 1024)
                        .put("lazyConnect", true));
        assertThat(config.toString() + config.sessions()).doesNotContain("hidden-word");
        assertThat(mistakes(
                        null,
                        Map.of(
                                "AUTHSESSIONS_STORE_REDIS_URI", "http://app:hidden-word@host",
                                "AUTHSESSIONS_STORE_REDIS_PREFIX", "a b",
                                "AUTHSESSIONS_STORE_REDIS_BUCKETS", "0",
                                "AUTHSESSIONS_STORE_REDIS_LAZY_CONNECT", "yes")))
                .hasSize(4)
                .noneMatch(line -> line.contains("hidden-word"));
    }

    @Test
    @DisplayName("a Cluster is named in the environment with commas between its members")
    void cluster() throws Exception {
        Map<String, String> cluster = Map.of(
                "AUTHSESSIONS_STORE_TYPE", "redis",
                "AUTHSESSIONS_STORE_REDIS_MODE", "cluster",
                "AUTHSESSIONS_STORE_REDIS_URIS", "redis://app:hidden-word@a:1,redis://b:2");
        ServerConfig config = ConfigReader.read(null, cluster);
        assertThat(config.sessions().storeConfig().getJsonArray("uris"))
                .containsExactly("redis://app:hidden-word@a:1", "redis://b:2");
        assertThat(config.toString() + config.sessions()).doesNotContain("hidden-word");
        assertThat(mistakes(null, with(cluster, "AUTHSESSIONS_STORE_REDIS_URIS", "redis://a:1,hidden-word")))
                .hasSize(1)
                .noneMatch(line -> line.contains("hidden-word"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"{\"http\":{\"port\":1,\"port\":2}}", "[]", "{\"http\":{}} x", "{'http':{}}", "''"})
    @DisplayName("a file that is not one JSON object is a mistake")
    void malformedFile(String text) throws Exception {
        assertThat(mistakes(write(text), Map.of())).hasSize(1);
    }

    @Test
    @DisplayName("a file that is not there is a mistake")
    void missingFile() {
        assertThat(mistakes(directory.resolve("none.json"), Map.of()))
                .singleElement()
                .asString()
                .contains("cannot be read");
    }

    @Test
    @DisplayName("beyond loopback the admin listener needs a key, and a long one")
    void adminKeyBeyondLoopback() throws Exception {
        Map<String, String> open = Map.of(
                "AUTHSESSIONS_ADMIN_HOST",
                "0.0.0.0",
                "AUTHSESSIONS_ADMIN_KEY_FILE",
                directory.resolve("none").toString());
        assertThat(mistakes(null, open)).singleElement().asString().startsWith("admin.key: is required");
        assertThat(mistakes(null, with(open, "AUTHSESSIONS_ADMIN_KEY", "short")))
                .singleElement()
                .asString()
                .startsWith("admin.key: must have at least");
        assertThat(ConfigReader.read(null, with(open, "AUTHSESSIONS_ADMIN_KEY", "0123456789abcdef"))
                        .adminKeys())
                .hasSize(1);
    }

    @Test
    @DisplayName("the two listeners never share a port, on which requests would go to either")
    void onePort() {
        assertThat(mistakes(null, Map.of("AUTHSESSIONS_HTTP_PORT", "9000", "AUTHSESSIONS_ADMIN_PORT", "9000")))
                .singleElement()
                .asString()
                .startsWith("admin.port: ");
    }

    @Test
    @DisplayName("a configuration that is printed shows no key")
    void noKeysInText() throws Exception {
        ServerConfig config = ConfigReader.read(null, Map.of("AUTHSESSIONS_ADMIN_KEY", "hidden-key"));
        assertThat(config.toString()).doesNotContain("hidden-key");
        assertThat(new AdminKeys(config.adminKeys()).toString()).doesNotContain("hidden-key");
    }

    private static Map<String, String> with(Map<String, String> map, String name, String value) {
        Map<String, String> all = new java.util.HashMap<>(map);
        all.put(name, value);
        return all;
    }

    private static List<String> mistakes(Path file, Map<String, String> environment) {
        ConfigException e = catchThrowableOfType(ConfigException.class, () -> ConfigReader.read(file, environment));
        assertThat(e).isNotNull();
        return e.mistakes();
    }

    private Path write(String text) throws Exception {
        return Files.writeString(directory.resolve("conf.json"), text);
    }
}
