package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.authsessions.store.CreateOutcome;
import io.authsessions.store.EndedMarker;
import io.authsessions.store.Login;
import io.authsessions.store.SessionRecord;
import io.authsessions.store.SessionStore;
import io.authsessions.store.StoreException;
import io.authsessions.store.StoreUnderTest;
import io.authsessions.store.TestClock;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("slow")
@Tag("redis")
@DisplayName("A primary that dies before its replica has what it acknowledged")
class WaitReplicasTest {
    private static final int FAILOVERS = 20;

    private final Vertx vertx = Vertx.vertx();
    private LinkRedis primary;
    private LinkRedis replica;
    private TcpProxy clients;
    private TcpProxy replication;
    private SessionStore store;

    @BeforeEach
    void start() {
        LinkRedis.assumeInstalled();
        primary = LinkRedis.installed("--repl-diskless-sync-delay", "0");
        replica = LinkRedis.installed("--repl-diskless-sync-delay", "0");
        ReplicatedRedis.start(primary);
        ReplicatedRedis.start(replica);
        clients = TcpProxy.to(primary.port());
        replication = TcpProxy.to(primary.port());
        follow();
    }

    @AfterEach
    void end() {
        if (store != null) {
            Futures.get(store.close());
        }
        Futures.get(vertx.close());
        if (clients != null) {
            clients.close();
            replication.close();
            List.of(primary, replica).stream()
                    .filter(LinkRedis::runs)
                    .forEach(server -> assertThat(server.admin("ACL", "LOG")).isEqualTo("*0"));
            primary.close();
            replica.close();
        }
    }

    private void open(int waitReplicas) {
        open(new JsonObject().put("waitReplicas", waitReplicas).put("waitTimeout", "200ms"));
    }

    private void open(JsonObject config) {
        config.put("uri", "redis://aus:secret@127.0.0.1:" + clients.port());
        store = new RedisSessionStoreProvider().create(vertx, StoreUnderTest.POLICY, InstantSource.system(), config);
        Futures.get(store.open(event -> {}));
    }

    private void follow() {
        replication.target(primary.port());
        replication.pass();
        replica.admin("REPLICAOF", "127.0.0.1", "" + replication.port());
        ReplicatedRedis.awaitInStep(replica);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> primary.admin("INFO", "replication").contains("state=online"));
        // Only a change on the same connection makes WAIT ask the replica.
        try (PlainRedis asked = new PlainRedis(primary.port())) {
            asked.call("SET", "followed", "1");
            assertThat(asked.call("WAIT", "1", "10000")).isEqualTo(1L);
            asked.call("DEL", "followed");
        }
    }

    /** What the primary has written since the stall is lost with it; the replica takes its place. */
    private void failOver() {
        clients.target(replica.port());
        primary.kill();
        replication.cut();
        assertThat(replica.admin("REPLICAOF", "NO", "ONE")).isEqualTo("+OK");
    }

    private void begin(LinkRedis next) {
        replica = primary;
        primary = next;
        ReplicatedRedis.start(replica);
        follow();
    }

    private Login signIn() {
        StoreUnderTest maker = new StoreUnderTest(vertx, (on, policy, clock) -> store, new TestClock());
        Login login = maker.prepare("ann");
        assertThat(Futures.get(store.create(login.record()))).isEqualTo(CreateOutcome.CREATED);
        return login;
    }

    @Test
    @Tag("fault-19")
    @DisplayName(
            "loses an acknowledged destroy where nobody waits for replicas: the session is live again, as documented")
    void lost() {
        open(0);
        Login login = signIn();
        Awaitility.await().until(() -> replica.admin("DBSIZE").equals(primary.admin("DBSIZE")));
        replication.stall();
        assertThat(Futures.get(store.destroy(login.id(), null, "revoked"))).isTrue();
        failOver();
        Awaitility.await().ignoreExceptions().until(() -> Futures.get(store.find(login.id())) instanceof SessionRecord);
    }

    @Test
    @Tag("fault-19")
    @DisplayName(
            "has not acknowledged the destroy where replicas are waited for, and says that it happened on the primary")
    void notAcknowledged() {
        // A replica that has just begun to follow may need a while for its first word.
        open(new JsonObject()
                .put("waitReplicas", 1)
                .put("waitTimeout", "1s")
                .put("commandDeadline", "4s")
                .put("callDeadline", "8s"));
        Login login = signIn();
        replication.stall();
        for (int i = 0; i < 2; i++) {
            // The second finds that it has happened, which no replica has confirmed either.
            assertThat(Futures.failure(store.destroy(login.id(), null, "revoked")))
                    .isInstanceOf(StoreException.class)
                    .hasMessage(
                            "the change has happened on the primary, but too few replicas have confirmed it in time");
        }
        assertThat(Futures.get(store.find(login.id()))).isInstanceOf(EndedMarker.class);
        failOver();
        Awaitility.await().ignoreExceptions().until(() -> Futures.get(store.find(login.id())) instanceof SessionRecord);
        begin(replica);
        assertThat(Futures.get(store.destroy(login.id(), null, "revoked"))).isTrue();
    }

    @Test
    @DisplayName("holds up no read and no use while changes wait for a replica that is gone")
    void holdsUpNothing() {
        open(1);
        Login login = signIn();
        replication.stall();
        List<SessionLoad> loads = IntStream.range(0, 4)
                .mapToObj(i -> new SessionLoad(store, "user-" + i))
                .toList();
        loads.forEach(load -> vertx.runOnContext(now -> load.begin()));
        long[] times = new long[200];
        for (int i = 0; i < times.length; i++) {
            long begun = System.nanoTime();
            assertThat(Futures.get(store.find(login.id()))).isInstanceOf(SessionRecord.class);
            Futures.get(store.use(login.id(), login.hash(), store.nowMillis()));
            times[i] = System.nanoTime() - begun;
        }
        Arrays.sort(times);
        // Not the very slowest: a machine may be busy with other things for a moment, but not at one call in twenty.
        assertThat(Duration.ofNanos(times[189])).isLessThan(Duration.ofMillis(150));
        loads.forEach(load -> Futures.get(load.end()));
    }

    @Test
    @Tag("fault-19")
    @Timeout(300)
    @DisplayName("never loses an acknowledged destroy over " + FAILOVERS + " failovers where replicas are waited for")
    void neverLost() {
        open(1);
        List<SessionLoad> loads = IntStream.range(0, 4)
                .mapToObj(i -> new SessionLoad(store, "user-" + i))
                .toList();
        loads.forEach(load -> vertx.runOnContext(now -> load.begin()));
        for (int i = 0; i < FAILOVERS; i++) {
            work(loads, 200);
            replication.stall();
            work(loads, 20);
            LinkRedis next = replica;
            failOver();
            begin(next);
        }
        work(loads, 200);
        loads.forEach(load -> Futures.get(load.end()));
        loads.forEach(load -> Futures.get(load.checkLiving()));
        assertThat(loads).allSatisfy(load -> assertThat(load.wrong()).isEmpty());
        assertThat(loads.stream().mapToInt(load -> load.ended().size()).sum()).isGreaterThan(100);
        assertThat(loads.stream().mapToInt(SessionLoad::failedWrites).sum()).isGreaterThan(FAILOVERS);
    }

    private static void work(List<SessionLoad> loads, int steps) {
        long before = steps(loads);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> steps(loads) >= before + steps);
    }

    private static long steps(List<SessionLoad> loads) {
        return loads.stream().mapToLong(SessionLoad::steps).sum();
    }
}
