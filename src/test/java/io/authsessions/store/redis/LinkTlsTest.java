package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.authsessions.LogCapture;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.SelfSignedCertificate;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

@Tag("ASVS-12.3.1")
@DisplayName("A link over TLS")
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = LogCapture.LOCK, mode = ResourceAccessMode.READ)
class LinkTlsTest {
    private final SelfSignedCertificate certificate = SelfSignedCertificate.create("localhost");
    private Vertx vertx;
    private LinkRedis redis;
    private TcpProxy proxy;
    private RedisLink link;

    @BeforeEach
    void open() {
        vertx = Vertx.vertx();
        redis = LinkRedis.started();
        proxy = TcpProxy.withTls(redis.port(), certificate);
    }

    @AfterEach
    void close() {
        Futures.get(link.close());
        Futures.get(vertx.close());
        proxy.close();
        redis.close();
        certificate.delete();
    }

    private RedisLink link(String host, NetClientOptions net) {
        RedisLinkOptions options = RedisLinkOptions.of("rediss://" + host + ":" + proxy.port(), "aus:events")
                .withConnectTimeout(Duration.ofSeconds(5))
                .withCommandDeadline(Duration.ofSeconds(5))
                .withNet(net);
        return new RedisLink(vertx, options, InstantSource.system());
    }

    @Test
    @DisplayName("works with a server whose certificate is trusted")
    void trusted() {
        link = link("localhost", new NetClientOptions().setTrustOptions(certificate.trustOptions()));
        assertThat(Futures.get(link.send(Request.cmd(Command.PING)))).hasToString("PONG");
    }

    @Test
    @DisplayName("sends nothing to a server whose certificate is not trusted")
    void notTrusted() {
        link = link("localhost", new NetClientOptions());
        assertThat(RedisLink.notSent(Futures.failure(link.send(Request.cmd(Command.PING)))))
                .isTrue();
    }

    @Test
    @DisplayName("sends nothing to a server with a certificate of another name")
    void otherName() {
        link = link("127.0.0.1", new NetClientOptions().setTrustOptions(certificate.trustOptions()));
        assertThat(RedisLink.notSent(Futures.failure(link.send(Request.cmd(Command.PING)))))
                .isTrue();
    }
}
