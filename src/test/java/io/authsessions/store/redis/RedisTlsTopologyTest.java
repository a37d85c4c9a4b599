package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.authsessions.store.SessionStore;
import io.authsessions.store.StoreUnderTest;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SelfSignedCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
@Tag("redis")
@Tag("ASVS-12.3.1")
@DisplayName("A store over TLS")
class RedisTlsTopologyTest {
    private static final int SLOTS = 16_384;

    private final SelfSignedCertificate certificate = SelfSignedCertificate.create("localhost");
    private final List<LinkRedis> servers = new ArrayList<>();

    @TempDir
    private Path folder;

    private Vertx vertx;
    private SessionStore store;

    @BeforeEach
    void begin() {
        LinkRedis.assumeInstalled();
        vertx = Vertx.vertx();
    }

    @AfterEach
    void end() {
        if (store != null) {
            Futures.get(store.close());
        }
        if (vertx != null) {
            Futures.get(vertx.close());
        }
        servers.forEach(LinkRedis::close);
        certificate.delete();
    }

    private List<String> tls(String... more) {
        List<String> settings = new ArrayList<>(List.of(
                "--tls-cert-file",
                certificate.certificatePath(),
                "--tls-key-file",
                certificate.privateKeyPath(),
                "--tls-ca-cert-file",
                certificate.certificatePath(),
                "--tls-auth-clients",
                "no"));
        settings.addAll(List.of(more));
        return settings;
    }

    private LinkRedis started(LinkRedis server) {
        servers.add(server);
        server.start();
        return server;
    }

    private SessionStore store(JsonObject config) {
        config.put("tls", new JsonObject().put("trust", certificate.certificatePath()))
                .put("commandDeadline", "4s")
                .put("callDeadline", "8s");
        return new RedisSessionStoreProvider().create(vertx, StoreUnderTest.POLICY, InstantSource.system(), config);
    }

    private JsonObject sentinelConfig(LinkRedis sentinel, String password) {
        return new JsonObject()
                .put("mode", "sentinel")
                .put("uris", new JsonArray().add("rediss://localhost:" + sentinel.port()))
                .put("masterName", ReplicatedRedis.NAME)
                .put("sentinelUser", "watcher")
                .put("sentinelPassword", password);
    }

    private LinkRedis sentinelOf(LinkRedis primary) throws IOException {
        Path file = folder.resolve("sentinel.conf");
        Files.writeString(file, """
                sentinel resolve-hostnames yes
                sentinel announce-hostnames yes
                sentinel monitor %s localhost %d 1
                user default off
                user watcher on >sentinel-secret -@all +hello +auth +ping +sentinel|get-master-addr-by-name
                """.formatted(ReplicatedRedis.NAME, primary.port()));
        return started(LinkRedis.encryptedSentinel(
                file, tls("--tls-replication", "yes").toArray(String[]::new)));
    }

    @Test
    @DisplayName("finds its primary by a sentinel that has users of its own, and only with the right password")
    void sentinel() throws IOException {
        LinkRedis primary = started(LinkRedis.encrypted(tls().toArray(String[]::new)));
        LinkRedis sentinel = sentinelOf(primary);
        SessionStore wrong = store(sentinelConfig(sentinel, "wrong-password"));
        assertThat(Futures.failure(wrong.open(event -> {})))
                .hasMessageContaining("cannot be reached")
                .hasMessageNotContaining("password");
        Futures.get(wrong.close());
        store = store(sentinelConfig(sentinel, "sentinel-secret"));
        Futures.get(store.open(event -> {}));
        assertThat(Futures.get(store.count())).isZero();
    }

    private LinkRedis member(int number) {
        List<String> settings = tls(
                "--tls-port",
                "" + LinkRedis.freePort(),
                "--tls-cluster",
                "yes",
                "--cluster-enabled",
                "yes",
                "--cluster-node-timeout",
                "2000",
                "--cluster-config-file",
                folder.resolve("nodes-" + number + ".conf").toString(),
                "--cluster-announce-hostname",
                "localhost",
                "--cluster-preferred-endpoint-type",
                "hostname");
        LinkRedis member = started(LinkRedis.member(RedisRelease.REDIS_7, settings.toArray(String[]::new)));
        int half = SLOTS / 2;
        assertThat(member.admin("CLUSTER", "ADDSLOTSRANGE", "" + number * half, "" + ((number + 1) * half - 1)))
                .isEqualTo("+OK");
        return member;
    }

    private static int tlsPort(LinkRedis member) {
        try (PlainRedis admin = new PlainRedis(member.port())) {
            return Integer.parseInt(admin.texts("CONFIG", "GET", "tls-port").get(1));
        }
    }

    @Test
    @DisplayName("finds the members of a Cluster by the names that their certificates have")
    void cluster() {
        LinkRedis first = member(0);
        LinkRedis second = member(1);
        first.admin("CLUSTER", "MEET", "127.0.0.1", "" + tlsPort(second), "" + second.busPort());
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> servers.stream()
                .map(member -> member.admin("CLUSTER", "INFO"))
                .allMatch(info -> info.contains("cluster_state:ok")));
        // The name of a member comes to the others a little later than its slots.
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> servers.stream()
                .allMatch(member -> member.admin("CLUSTER", "NODES").split(",localhost").length == 3));
        store = store(new JsonObject()
                .put("mode", "cluster")
                .put("uris", new JsonArray().add("rediss://localhost:" + tlsPort(first))));
        Futures.get(store.open(event -> {}));
        assertThat(Futures.get(store.count())).isZero();
        assertThat(Futures.get(store.sweep())).isNotNull();
    }
}
