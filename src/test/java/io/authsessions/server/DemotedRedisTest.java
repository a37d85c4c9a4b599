package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.server.TestServer.Reply;
import io.authsessions.store.redis.BadWire;
import io.authsessions.store.redis.LinkRedis;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The old primary lives on as a replica that is cut off from the new one, and no connection to it is cut. */
@Tag("slow")
@Tag("fault-17")
@Tag("fault-19")
@DisplayName("A server whose Redis was demoted in place")
final class DemotedRedisTest {
    private static final Duration LEASE = Duration.ofSeconds(1);

    private LinkRedis old;
    private LinkRedis fresh;
    private BadWire wire;

    @BeforeEach
    void open() {
        old = LinkRedis.started();
        fresh = LinkRedis.started();
        fresh.admin("REPLICAOF", "127.0.0.1", "" + old.port());
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> fresh.admin("INFO", "replication")
                .contains("master_link_status:up"));
        wire = BadWire.to(old);
    }

    @AfterEach
    void close() {
        wire.close();
        fresh.close();
        old.close();
    }

    private ServerOnRedis server(boolean cached) throws Exception {
        return ServerOnRedis.at(wire.uri(), Map.of("AUTHSESSIONS_CACHE_ENABLED", "" + cached));
    }

    private void awaitCopied(ServerOnRedis it) {
        Awaitility.await().until(() -> fresh.admin("EXISTS", key(it)).equals(":1"));
    }

    private static String key(ServerOnRedis it) {
        return "aus:{" + it.id.substring(0, 2) + "}:s:" + it.id;
    }

    private void promoteFresh() {
        fresh.admin("REPLICAOF", "NO", "ONE");
    }

    private void demoteOld() {
        wire.lead(fresh);
        old.admin("REPLICAOF", "127.0.0.1", "1");
    }

    private static void rename(ServerOnRedis it, String label) throws Exception {
        Reply reply = it.rename(label);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    }

    private static void resolveFor(Duration time, ServerOnRedis it) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            try {
                assertThat(it.me().status()).isIn(200, 401, 503);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    @ParameterizedTest(name = "with a near cache: {0}")
    @ValueSource(booleans = {false, true})
    @DisplayName("does not go on with a session that was ended on the new primary")
    void ended(boolean cached) throws Exception {
        try (ServerOnRedis it = server(cached)) {
            awaitCopied(it);
            resolveFor(LEASE.multipliedBy(2), it);
            promoteFresh();
            demoteOld();
            try (ServerOnRedis there = ServerOnRedis.on(fresh)) {
                assertThat(there.server
                                .asAdmin("DELETE", "/v1/admin/sessions/" + it.id)
                                .status())
                        .isEqualTo(204);
            }
            resolveFor(LEASE.multipliedBy(3), it);
            ServerOnRedis.within(LEASE, () -> it.me().status() == 401);
            resolveFor(LEASE, it);
            assertThat(it.me().status()).isEqualTo(401);
        }
    }

    @ParameterizedTest(name = "with a near cache: {0}")
    @ValueSource(booleans = {false, true})
    @DisplayName("does not go on with a change that the new primary has lost, although it has a mark known from before")
    void lost(boolean cached) throws Exception {
        try (ServerOnRedis it = server(cached)) {
            awaitCopied(it);
            rename(it, "kept");
            resolveFor(LEASE.multipliedBy(2), it);
            promoteFresh();
            rename(it, "lost");
            assertThat(it.me().json().getString("label")).isEqualTo("lost");
            resolveFor(LEASE, it);
            demoteOld();
            resolveFor(LEASE.multipliedBy(3), it);
            assertThat(it.me().json().getString("label")).isEqualTo("kept");
        }
    }
}
