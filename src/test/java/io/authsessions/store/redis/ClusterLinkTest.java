package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.authsessions.store.StoreException;
import io.authsessions.store.redis.RedisCommands.Share;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
@Tag("redis")
@DisplayName("A link to a Cluster")
class ClusterLinkTest {
    private static final Script BOTH =
            RedisLinkTest.script("return {redis.call('INCR', KEYS[1]), redis.call('INCR', KEYS[2])}");

    private static TestCluster cluster;

    private Vertx vertx;
    private ClusterLink link;

    @BeforeAll
    static void start() {
        cluster = TestCluster.of(3);
    }

    @AfterAll
    static void end() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void open() {
        vertx = Vertx.vertx();
        List<String> uris = List.of(cluster.member(0).uri(), cluster.member(2).uri());
        RedisLinkOptions options =
                RedisLinkOptions.of(uris.get(0), "aus:events").withConnectTimeout(Duration.ofSeconds(2));
        link = new ClusterLink(
                vertx, options, uris, new ReplicaRule(0, Duration.ofMillis(500)), InstantSource.system());
        Awaitility.await().until(() -> Futures.settled(link.send(get("aus:x"))).succeeded());
    }

    @AfterEach
    void close() {
        Futures.get(link.close());
        Futures.get(vertx.close());
    }

    private static int slot(String key) {
        return SlotMap.slotOf(key.getBytes(StandardCharsets.UTF_8));
    }

    private static Request set(String key, String value) {
        return Request.cmd(Command.SET).arg(key).arg(value);
    }

    private static Request get(String key) {
        return Request.cmd(Command.GET).arg(key);
    }

    /** A key in a slot that the first member serves, and that no other test uses. */
    private static String keyOfFirst(String name) {
        return IntStream.range(0, 1_000)
                .mapToObj(i -> "aus:{" + name + i + "}:")
                .filter(key -> cluster.owner(slot(key)) == 0)
                .findFirst()
                .orElseThrow();
    }

    private static long calls(String command) {
        long calls = 0;
        for (int i = 0; i < 3; i++) {
            Matcher stat = Pattern.compile("cmdstat_" + Pattern.quote(command) + ":calls=(\\d+)")
                    .matcher(cluster.member(i).admin("INFO", "COMMANDSTATS"));
            calls += stat.find() ? Long.parseLong(stat.group(1)) : 0;
        }
        return calls;
    }

    @Test
    @DisplayName("finds the primary of each key, reads the map once for all, and reads many keys as one")
    void routes() {
        long before = calls("cluster|slots");
        Request mget = Request.cmd(Command.MGET);
        List<Future<Response>> sets = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            sets.add(link.send(set("aus:{r" + i + "}", "v" + i)));
            mget.arg("aus:{r" + i + "}");
        }
        sets.forEach(Futures::get);
        Response values = Futures.get(link.send(mget.arg("aus:none")));
        assertThat(values.size()).isEqualTo(201);
        assertThat(values.get(200)).isNull();
        assertThat(values.get(77)).hasToString("v77");
        assertThat(calls("cluster|slots") - before).isLessThanOrEqualTo(2);
    }

    @Test
    @DisplayName("groups keys by the primary that serves them")
    void groups() {
        Futures.get(link.send(get("aus:x")));
        List<Buffer> keys = IntStream.range(0, 60)
                .mapToObj(i -> Buffer.buffer("aus:{g" + i + "}"))
                .toList();
        List<List<Buffer>> groups =
                link.byPrimary(keys).stream().map(RedisCommands.Share::keys).toList();
        assertThat(groups).hasSize(3);
        assertThat(groups.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(keys);
        for (List<Buffer> group : groups) {
            assertThat(group.stream().map(key -> cluster.owner(slot(key.toString()))))
                    .hasSize(group.size())
                    .containsOnly(cluster.owner(slot(group.get(0).toString())));
        }
    }

    @Test
    @DisplayName("gives a way to one primary that no redirection leads elsewhere, and learns where the slot is")
    void onlyTo() {
        String key = keyOfFirst("only");
        Futures.get(link.send(set(key, "0")));
        Share share = link.byPrimary(List.of(Buffer.buffer(key))).get(0);
        assertThat(Futures.get(share.way().apply(get(key)))).hasToString("0");
        cluster.beginMove(slot(key), 0, 1);
        cluster.moveKey(key, 0, 1);
        assertThat(RedisLink.refusedWith(Futures.failure(share.way().apply(get(key))), ErrorReply.ASK))
                .isTrue();
        cluster.endMove(slot(key), 1);
        assertThat(RedisLink.refusedWith(Futures.failure(share.way().apply(get(key))), ErrorReply.MOVED))
                .isTrue();
        Awaitility.await().ignoreExceptions().until(() -> Futures.get(
                        link.byPrimary(List.of(Buffer.buffer(key))).get(0).way().apply(get(key)))
                .toString()
                .equals("0"));
    }

    @Test
    @Tag("fault-20")
    @DisplayName("follows a slot to the server to which it has moved, and runs each command once")
    void moved() {
        String key = keyOfFirst("moved");
        Futures.get(link.send(set(key, "0")));
        cluster.beginMove(slot(key), 0, 1);
        cluster.moveKey(key, 0, 1);
        cluster.endMove(slot(key), 1);
        List<Future<Response>> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            calls.add(link.eval(RedisFaultTest.INCREMENT, List.of(Buffer.buffer(key)), List.of()));
        }
        assertThat(calls.stream().map(call -> Futures.get(call).toInteger()))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, 50).boxed().toList());
    }

    @Test
    @Tag("fault-20")
    @DisplayName("finds each key on its side while its slot is on the move, and what is on neither on none")
    void ask() {
        String tag = keyOfFirst("ask");
        Futures.get(link.send(set(tag + "stays", "stays")));
        Futures.get(link.send(set(tag + "goes", "goes")));
        cluster.beginMove(slot(tag), 0, 2);
        cluster.moveKey(tag + "goes", 0, 2);
        for (int i = 0; i < 20; i++) {
            assertThat(Futures.get(link.send(get(tag + "stays")))).hasToString("stays");
            assertThat(Futures.get(link.send(get(tag + "goes")))).hasToString("goes");
            assertThat(Futures.get(link.send(get(tag + "none")))).isNull();
        }
        Response many = Futures.get(link.send(
                Request.cmd(Command.MGET).arg(tag + "stays").arg(tag + "goes").arg(tag + "none")));
        assertThat(many.get(0)).hasToString("stays");
        assertThat(many.get(1)).hasToString("goes");
        assertThat(many.get(2)).isNull();
        cluster.moveKey(tag + "stays", 0, 2);
        cluster.endMove(slot(tag), 2);
        assertThat(Futures.get(link.send(get(tag + "stays")))).hasToString("stays");
    }

    @Test
    @Tag("fault-20")
    @DisplayName(
            "changes nothing where the keys of a script are apart, tries until the deadline, and works once they meet")
    void apart() {
        String tag = keyOfFirst("apart");
        List<Buffer> keys = List.of(Buffer.buffer(tag + "a"), Buffer.buffer(tag + "b"));
        assertThat(Futures.get(link.eval(BOTH, keys, List.of())).get(1).toInteger())
                .isEqualTo(1);
        cluster.beginMove(slot(tag), 0, 1);
        cluster.moveKey(tag + "a", 0, 1);
        long begun = System.nanoTime();
        Throwable failure = Futures.failure(link.eval(BOTH, keys, List.of()));
        assertThat(failure).isInstanceOf(StoreException.class);
        assertThat(RedisLink.refusedWith(failure, ErrorReply.TRYAGAIN)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isBetween(Duration.ofMillis(900), Duration.ofMillis(1_100));
        assertThat(Futures.get(link.send(get(tag + "a")))).hasToString("1");
        assertThat(Futures.get(link.send(get(tag + "b")))).hasToString("1");
        Future<Response> waiting = link.eval(BOTH, keys, List.of());
        cluster.moveKey(tag + "b", 0, 1);
        assertThat(Futures.get(waiting).get(0).toInteger()).isEqualTo(2);
        cluster.endMove(slot(tag), 1);
        assertThat(Futures.get(link.eval(BOTH, keys, List.of())).get(1).toInteger())
                .isEqualTo(3);
    }

    @Test
    @Tag("fault-20")
    @DisplayName("refuses keys of different slots in one script")
    void crossSlot() {
        Throwable failure = Futures.failure(
                link.eval(BOTH, List.of(Buffer.buffer("aus:{1}"), Buffer.buffer("aus:{2}")), List.of()));
        assertThat(RedisLink.refusedWith(failure, ErrorReply.CROSSSLOT)).isTrue();
    }

    @Test
    @Tag("fault-20")
    @DisplayName("fails within the deadline while nobody serves a slot, and works as soon as somebody does")
    void nobody() {
        String key = keyOfFirst("nobody");
        Futures.get(link.send(set(key, "v")));
        for (int i = 0; i < 3; i++) {
            cluster.ok(i, "CLUSTER", "DELSLOTS", "" + slot(key));
        }
        Throwable failure = Futures.failure(link.send(get(key)));
        assertThat(failure).isInstanceOf(StoreException.class);
        assertThat(RedisLink.outcomeUnknown(failure)).isFalse();
        cluster.ok(0, "CLUSTER", "ADDSLOTS", "" + slot(key));
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> Futures.settled(link.send(get(key)))
                .succeeded());
        Awaitility.await().until(() -> IntStream.range(0, 3)
                .allMatch(i -> cluster.member(i).admin("CLUSTER", "INFO").contains("cluster_state:ok")));
    }

    @Test
    @Tag("fault-12")
    @DisplayName("gives a script to each server that does not know it")
    void unknownScripts() {
        for (int i = 0; i < 30; i++) {
            cluster.member(i % 3).admin("SCRIPT", "FLUSH");
            List<Buffer> key = List.of(Buffer.buffer("aus:{script" + i + "}"));
            assertThat(Futures.get(link.eval(RedisFaultTest.INCREMENT, key, List.of()))
                            .toInteger())
                    .isEqualTo(1);
        }
    }

    @Test
    @DisplayName("hears on the feed what any member publishes, and moves on with a gap when its member is lost")
    void feed() {
        List<String> heard = new CopyOnWriteArrayList<>();
        Futures.get(link.open(message -> heard.add(message.payload().toString()), () -> heard.add("gap")));
        for (int i = 0; i < 3; i++) {
            cluster.member(i).admin("PUBLISH", "aus:events", "from " + i);
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(heard).containsExactlyInAnyOrder("from 0", "from 1", "from 2"));
        for (int i = 0; i < 3; i++) {
            cluster.member(i).admin("CLIENT", "KILL", "TYPE", "pubsub");
        }
        Awaitility.await().until(() -> heard.contains("gap"));
        cluster.member(1).admin("PUBLISH", "aus:events", "after");
        Awaitility.await().until(() -> heard.contains("after"));
    }

    @Test
    @DisplayName("has the time that most primaries have")
    void time() {
        Futures.get(link.open(message -> {}, () -> {}));
        Awaitility.await().untilAsserted(() -> assertThat(link.nowMillis())
                .isCloseTo(System.currentTimeMillis(), org.assertj.core.data.Offset.offset(50L)));
        assertThat(link.redisMillis(Buffer.buffer("aus:{x}")) - link.nowMillis())
                .isBetween(-100L, 100L);
    }
}
