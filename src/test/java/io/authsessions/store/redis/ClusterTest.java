package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessions;
import io.authsessions.ChildJvm;
import io.authsessions.Futures;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.Resolution;
import io.authsessions.model.ResolveOptions;
import io.authsessions.model.SessionEvent;
import io.authsessions.service.AuthSessionService;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("slow")
@DisplayName("Two JVMs on one Redis and one clustered bus")
class ClusterTest {
    @Test
    @Timeout(120)
    @DisplayName(
            "create on one and resolve on the other, and a revocation on either is seen on both: strictly at once, else"
                    + " within the lease of a copy")
    void twoJvms() throws Exception {
        String cluster = "authsessions-" + ProcessHandle.current().pid();
        String own = freePort();
        String other = freePort();
        try (LinkRedis redis = LinkRedis.started()) {
            Process child = ChildJvm.start(ClusterNode.class, cluster, other, own, redis.leastRightsUri());
            try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
                Vertx vertx = joined(cluster, own, other);
                try {
                    assertThat(out.readLine()).isEqualTo("ready");
                    bothSee(vertx, redis.leastRightsUri());
                } finally {
                    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
                }
            } finally {
                child.getOutputStream().close();
                if (!child.waitFor(20, TimeUnit.SECONDS)) {
                    child.destroyForcibly();
                }
            }
        }
    }

    /** Only the child has the service on the bus: whatever the proxy answers has come from there. */
    private static void bothSee(Vertx vertx, String redisUri) {
        AuthSessions here = Futures.get(AuthSessions.start(vertx, ClusterNode.options(redisUri)));
        List<SessionEvent> events = new CopyOnWriteArrayList<>();
        vertx.eventBus()
                .<JsonObject>localConsumer(
                        AuthSessionService.ADDRESS + ".events",
                        message -> events.add(SessionEvent.fromJson(message.body())));
        AuthSessionService there = AuthSessionService.createProxy(vertx);
        assertThat(Futures.get(there.countSessions())).isZero();

        IssuedSession first =
                Futures.get(here.service().createSession(NewSession.of("ann").withLabel("phone")));
        assertThat(session(there, first)).isEqualTo(first.session());
        assertThat(Futures.get(here.service().destroySession(first.session().id(), "revoked")))
                .isTrue();
        assertThat(reason(there, first)).isEqualTo("revoked");

        IssuedSession second =
                Futures.get(there.createSession(NewSession.of("ann").withLabel("laptop")));
        assertThat(session(here.service(), second)).isEqualTo(second.session());
        IssuedSession rotated = Futures.get(there.rotateSession(second.token()));
        assertThat(session(here.service(), rotated).id())
                .isEqualTo(second.session().id());
        assertThat(Futures.get(there.destroySession(second.session().id(), "signed_out")))
                .isTrue();
        assertThat(reason(here.service(), rotated)).isEqualTo("signed_out");

        Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(events)
                .extracting(event -> event.type().wireName() + " " + event.sessionId())
                .containsExactly(
                        "created " + first.session().id(),
                        "destroyed " + first.session().id(),
                        "created " + second.session().id(),
                        "rotated " + second.session().id(),
                        "destroyed " + second.session().id()));
        Futures.get(here.close());
    }

    private static io.authsessions.model.AuthSession session(AuthSessionService service, IssuedSession issued) {
        return Futures.get(service.resolveSession(issued.token())).session();
    }

    /** Why the session has ended, which the cached answer must come to say within the lease. */
    private static String reason(AuthSessionService service, IssuedSession issued) {
        Resolution strict = Futures.get(service.resolveSessionWith(issued.token(), new ResolveOptions(true, true)));
        assertThat(strict.session()).isNull();
        Awaitility.await()
                .atMost(Duration.ofSeconds(2))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> Futures.get(service.resolveSession(issued.token())).equals(strict));
        return strict.ended().reason();
    }

    /** Members look for each other for some seconds. */
    private static Vertx joined(String cluster, String own, String other) throws Exception {
        return ClusterNode.join(cluster, own, other)
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }

    private static String freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return String.valueOf(socket.getLocalPort());
        }
    }
}
