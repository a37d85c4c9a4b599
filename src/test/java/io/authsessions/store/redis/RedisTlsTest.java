package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.authsessions.store.SessionStore;
import io.authsessions.store.StoreException;
import io.authsessions.store.StoreUnderTest;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SelfSignedCertificate;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
@Tag("redis")
@Tag("ASVS-12.3.1")
@DisplayName("A store over TLS, on a Redis that asks for a certificate of the client")
class RedisTlsTest {
    private final SelfSignedCertificate server = SelfSignedCertificate.create("localhost");
    private final SelfSignedCertificate client = SelfSignedCertificate.create("the-store");
    private final SelfSignedCertificate stranger = SelfSignedCertificate.create("a-stranger");
    private Vertx vertx;
    private LinkRedis redis;
    private SessionStore store;

    @BeforeEach
    void start() {
        LinkRedis.assumeInstalled();
        vertx = Vertx.vertx();
        redis = LinkRedis.encrypted(
                "--tls-cert-file",
                server.certificatePath(),
                "--tls-key-file",
                server.privateKeyPath(),
                "--tls-ca-cert-file",
                client.certificatePath(),
                "--tls-auth-clients",
                "yes");
        redis.start();
    }

    @AfterEach
    void end() {
        if (redis != null) {
            Futures.get(store.close());
            Futures.get(vertx.close());
            redis.close();
        }
        server.delete();
        client.delete();
        stranger.delete();
    }

    private void make(String host, JsonObject tls) {
        JsonObject config = new JsonObject()
                .put("uri", "rediss://" + host + ":" + redis.port())
                .put("commandDeadline", "4s")
                .put("callDeadline", "8s")
                .put("lazyConnect", true)
                .put("tls", tls);
        store = new RedisSessionStoreProvider().create(vertx, StoreUnderTest.POLICY, InstantSource.system(), config);
    }

    private JsonObject files(SelfSignedCertificate of) {
        return new JsonObject()
                .put("trust", server.certificatePath())
                .put("certificate", of.certificatePath())
                .put("key", of.privateKeyPath());
    }

    private void cannotBeReached() {
        assertThat(Futures.failure(store.count()))
                .isInstanceOf(StoreException.class)
                .hasMessageNotContaining(client.privateKeyPath());
    }

    @Test
    @DisplayName("works with its certificate")
    void certificate() {
        make("localhost", files(client));
        Futures.get(store.open(event -> {}));
        assertThat(Futures.get(store.count())).isZero();
    }

    @Test
    @DisplayName("does not come in without one")
    void none() {
        make("localhost", new JsonObject().put("trust", server.certificatePath()));
        cannotBeReached();
    }

    @Test
    @DisplayName("does not come in with one that the server does not trust")
    void strange() {
        make("localhost", files(stranger));
        cannotBeReached();
    }

    @Test
    @DisplayName("does not speak to a server whose certificate has another name")
    void otherName() {
        make("127.0.0.1", files(client));
        cannotBeReached();
    }
}
