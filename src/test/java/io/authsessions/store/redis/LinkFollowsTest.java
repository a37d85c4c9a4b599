package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fault-17")
@DisplayName("A link whose name leads to another server, while connections to the old one live on")
class LinkFollowsTest {
    private LinkRedis old;
    private LinkRedis fresh;
    private TcpProxy proxy;
    private Vertx vertx;
    private RedisLink link;

    @BeforeEach
    void open() {
        old = LinkRedis.started();
        fresh = LinkRedis.started();
        old.admin("SET", "k", "old");
        fresh.admin("SET", "k", "fresh");
        proxy = TcpProxy.to(old.port());
        vertx = Vertx.vertx();
        link = new RedisLink(
                vertx,
                RedisLinkOptions.of(proxy.uri(), "aus:events").withCommandDeadline(Duration.ofMillis(400)),
                InstantSource.system());
        Awaitility.await().until(() -> "old".equals(read()));
        Awaitility.await().until(this::writes);
    }

    @AfterEach
    void close() {
        Futures.get(link.close());
        Futures.get(vertx.close());
        proxy.close();
        old.close();
        fresh.close();
    }

    /** What is read, or null where nothing can be. */
    private String read() {
        var answer = Futures.settled(link.send(Request.cmd(Command.GET, "k")));
        return answer.failed() ? null : String.valueOf(answer.result());
    }

    private boolean writes() {
        return Futures.settled(link.send(Request.cmd(Command.SET, "other", "v")))
                .succeeded();
    }

    private void demote() {
        proxy.target(fresh.port());
        old.admin("REPLICAOF", "127.0.0.1", "1");
    }

    private void reachesFresh() {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(1))
                .until(this::writes);
        for (int i = 0; i < 20; i++) {
            assertThat(read()).isEqualTo("fresh");
        }
    }

    @Test
    @DisplayName("reads where it writes, once the old server has refused a change as a replica")
    void demoted() {
        demote();
        reachesFresh();
    }

    @Test
    @DisplayName("reads where it writes, once the old server stood still and another connection led elsewhere")
    void stoodStill() {
        old.signal("STOP");
        proxy.target(fresh.port());
        Awaitility.await().until(this::writes);
        old.signal("CONT");
        reachesFresh();
    }

    @Test
    @Tag("fault-18")
    @DisplayName("reads where it writes, once the old server has refused a change since it lost its replicas")
    void lostReplicas() {
        proxy.target(fresh.port());
        old.admin("CONFIG", "SET", "min-replicas-to-write", "1");
        reachesFresh();
    }

    @Test
    @DisplayName("fails what is under way to the old server, rather than to take its word")
    void underWay() {
        old.admin("CLIENT", "PAUSE", "200", "ALL");
        Future<Response> read = link.send(Request.cmd(Command.GET, "k"));
        proxy.target(fresh.port());
        proxy.cutOnce();
        assertThat(RedisLink.outcomeUnknown(Futures.failure(read))).isTrue();
        reachesFresh();
    }

    @Test
    @DisplayName("subscribes anew, and announces a gap")
    void feed() {
        List<String> heard = new CopyOnWriteArrayList<>();
        Futures.get(link.open(message -> heard.add(message.payload().toString()), () -> heard.add("gap")));
        demote();
        reachesFresh();
        Awaitility.await().until(() -> heard.contains("gap"));
        fresh.admin("PUBLISH", "aus:events", "news");
        Awaitility.await().until(() -> heard.contains("news"));
    }

    @Test
    @DisplayName("connects to no replica, and says so, until it is one no longer")
    void replica() {
        old.admin("REPLICAOF", "127.0.0.1", "1");
        Awaitility.await().until(() -> read() == null);
        assertThat(RedisLink.refusedWith(
                        Futures.failure(link.send(Request.cmd(Command.GET, "k"))), ErrorReply.READONLY))
                .isTrue();
        old.admin("REPLICAOF", "NO", "ONE");
        Awaitility.await()
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(1))
                .until(() -> "old".equals(read()));
    }

    @Test
    @Tag("slow")
    @DisplayName("finds out within some seconds, although nobody changes anything")
    void nobodyWrites() {
        demote();
        Awaitility.await().atMost(Duration.ofSeconds(4)).until(() -> "fresh".equals(read()));
    }
}
