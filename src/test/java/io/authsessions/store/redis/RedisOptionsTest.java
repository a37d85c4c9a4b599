package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.authsessions.model.FieldError;
import io.authsessions.model.InvalidRequestException;
import io.authsessions.store.SessionStoreProvider;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The configuration of the Redis store")
class RedisOptionsTest {
    @Test
    @DisplayName("has a default for everything")
    void defaults() {
        RedisOptions options = RedisOptions.read(new JsonObject());
        assertThat(options)
                .isEqualTo(new RedisOptions(
                        new RedisServers(
                                RedisServers.Mode.STANDALONE,
                                List.of("redis://127.0.0.1:6379"),
                                "",
                                new Sentinels.SentinelLogin(null, null),
                                TlsFiles.NONE),
                        "aus",
                        256,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        1024,
                        new ReplicaRule(0, Duration.ofMillis(500)),
                        false));
    }

    @Test
    @DisplayName("names sentinels and what they call the primary, or members of a Cluster")
    void modes() {
        JsonObject sentinel = new JsonObject()
                .put("mode", "sentinel")
                .put("uris", new JsonArray().add("redis://app:hunter2@s1:26379").add("redis://s2:26379"))
                .put("masterName", "main")
                .put("sentinelPassword", "hunter3");
        RedisServers servers = RedisOptions.read(sentinel).servers();
        assertThat(servers.mode()).isEqualTo(RedisServers.Mode.SENTINEL);
        assertThat(servers.masterName()).isEqualTo("main");
        assertThat(RedisOptions.read(sentinel).toString() + servers + servers.sentinelLogin())
                .doesNotContain("hunter");
        assertThat(errors(sentinel.copy().putNull("masterName"))).containsExactly("masterName");
        assertThat(errors(sentinel.copy().putNull("uris"))).containsExactly("uris");
        assertThat(errors(sentinel.copy().put("mode", "cluster"))).containsExactly("masterName");
        assertThat(errors(new JsonObject()
                        .put("mode", "cluster")
                        .put("uris", new JsonArray().add("redis://a").add("rediss://b"))))
                .containsExactly("uris");
        assertThat(errors(new JsonObject().put("uris", new JsonArray().add("redis://a"))))
                .containsExactly("uris");
        assertThat(errors(new JsonObject().put("mode", "other"))).containsExactly("mode");
    }

    @Test
    @DisplayName("takes files for TLS only where there is TLS and the files are there")
    void tls() {
        JsonObject files = new JsonObject().put("trust", "pom.xml");
        assertThat(RedisOptions.read(new JsonObject().put("uri", "rediss://a").put("tls", files))
                        .link()
                        .net()
                        .getHostnameVerificationAlgorithm())
                .isEqualTo("HTTPS");
        assertThat(errors(new JsonObject().put("tls", files))).containsExactly("tls");
        assertThat(errors(new JsonObject()
                        .put("uri", "rediss://a")
                        .put("tls", new JsonObject().put("certificate", "no/such.pem"))))
                .containsExactlyInAnyOrder("tls", "tls.certificate");
    }

    @Test
    @DisplayName("lets replicas take no longer than half of what a command may take")
    void replicas() {
        assertThat(RedisOptions.read(new JsonObject().put("waitReplicas", 1)).replicas())
                .isEqualTo(new ReplicaRule(1, Duration.ofMillis(500)));
        assertThat(errors(new JsonObject().put("waitReplicas", 1).put("waitTimeout", "501ms")))
                .containsExactly("waitTimeout");
        assertThat(errors(new JsonObject().put("commandDeadline", "100ms"))).isEmpty();
    }

    private static List<String> errors(JsonObject config) {
        try {
            RedisOptions.read(config);
            return List.of();
        } catch (InvalidRequestException e) {
            return e.errors().stream().map(FieldError::field).toList();
        }
    }

    @Test
    @DisplayName("is read whole, and every mistake is told at once, without what stood there")
    void mistakes() {
        JsonObject wrong = new JsonObject()
                .put("uri", "http://user:hunter2@host")
                .put("prefix", "a{b}")
                .put("buckets", 0)
                .put("commandDeadline", "5s")
                .put("callDeadline", "1s")
                .put("maxInFlight", 1.5)
                .put("lazyConnect", "yes")
                .put("other", 1);
        InvalidRequestException mistake =
                catchThrowableOfType(InvalidRequestException.class, () -> RedisOptions.read(wrong));
        assertThat(mistake.errors())
                .extracting(FieldError::field)
                .containsExactlyInAnyOrder(
                        "uri", "prefix", "buckets", "callDeadline", "maxInFlight", "lazyConnect", "");
        assertThat(mistake).hasMessageNotContaining("hunter2");
    }

    @Test
    @DisplayName("tells its password to nobody")
    void password() {
        RedisOptions options =
                RedisOptions.read(new JsonObject().put("uri", "rediss://aus:hunter2@redis.example:6380"));
        assertThat(options.toString()).doesNotContain("hunter2");
        assertThat(options.link().toString()).doesNotContain("hunter2");
    }

    @Test
    @DisplayName("is that of the store of type redis, which all nodes share")
    void provider() {
        assertThat(ServiceLoader.load(SessionStoreProvider.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .filter(provider -> provider.type().equals("redis"))
                        .map(SessionStoreProvider::shared))
                .containsExactly(true);
    }

    @Test
    @DisplayName("is documented with the rights that the tests have")
    void documentedRights() throws Exception {
        String page = Files.readString(Path.of("docs/redis.md"));
        assertThat(page)
                .contains("ACL SETUSER aus " + TestRedis.RIGHTS)
                .contains("`" + TestCluster.MORE_RIGHTS.strip() + "`")
                .contains("`" + ReplicatedRedis.MORE_RIGHTS.strip() + "`");
    }
}
