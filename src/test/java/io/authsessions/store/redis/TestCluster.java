package io.authsessions.store.redis;

import io.authsessions.model.SessionPolicy;
import io.authsessions.store.SessionStore;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** A Redis Cluster of primaries on loopback, used as the user with the least rights. */
final class TestCluster implements AutoCloseable {
    /** What a Cluster needs beyond {@link TestRedis#RIGHTS}, as docs/redis.md has it. */
    static final String MORE_RIGHTS = " +cluster|slots +asking";

    private static final int SLOTS = 16_384;

    private final List<LinkRedis> members = new ArrayList<>();
    private final List<LinkRedis> replicas = new ArrayList<>();
    private final Path folder;

    private final RedisRelease release;

    private TestCluster(int primaries, RedisRelease release) {
        this.release = release;
        try {
            folder = Files.createTempDirectory("authsessions-cluster");
            folder.toFile().deleteOnExit();
            for (int i = 0; i < primaries; i++) {
                members.add(start());
            }
            meet();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One of Redis 7 that serves all slots, divided among so many primaries. */
    static TestCluster of(int primaries) {
        return of(primaries, RedisRelease.REDIS_7);
    }

    /** As {@link #of(int)}, of another release. */
    static TestCluster of(int primaries, RedisRelease release) {
        release.assumeInstalled();
        return new TestCluster(primaries, release);
    }

    private LinkRedis start() {
        String file = "nodes-" + members.size() + "-" + replicas.size() + ".conf";
        LinkRedis member = LinkRedis.member(
                release,
                ("--cluster-enabled yes --cluster-node-timeout 1000 --repl-diskless-sync-delay 0 --dir " + folder
                                + " --cluster-config-file " + file)
                        .split(" "));
        member.start();
        folder.resolve(file).toFile().deleteOnExit();
        member.admin(("ACL SETUSER aus " + TestRedis.RIGHTS + MORE_RIGHTS).split(" "));
        return member;
    }

    /** One more member, which takes the place of a primary when that dies. */
    LinkRedis addReplica(int of) {
        LinkRedis replica = start();
        replicas.add(replica);
        meet(of, replica);
        String primary = id(of);
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> replica.admin("CLUSTER", "REPLICATE", primary)
                .equals("+OK"));
        ReplicatedRedis.awaitInStep(replica);
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> members.stream()
                .allMatch(member -> member.admin("CLUSTER", "NODES").contains("slave " + primary)));
        return replica;
    }

    private void meet() {
        int count = members.size();
        for (int i = 0; i < count; i++) {
            List<String> own = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
            IntStream.range(SLOTS * i / count, SLOTS * (i + 1) / count).forEach(slot -> own.add("" + slot));
            ok(i, own.toArray(String[]::new));
            meet(0, members.get(i));
        }
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> members.stream()
                .map(member -> member.admin("CLUSTER", "INFO"))
                .allMatch(info -> info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:" + count)));
    }

    private void meet(int number, LinkRedis other) {
        ok(number, "CLUSTER", "MEET", "127.0.0.1", "" + other.port(), "" + other.busPort());
    }

    LinkRedis member(int number) {
        return members.get(number);
    }

    String id(int number) {
        return members.get(number).admin("CLUSTER", "MYID");
    }

    List<Integer> ports() {
        return members.stream().map(LinkRedis::port).toList();
    }

    /** The number of the member that serves a slot at the start. */
    int owner(int slot) {
        return IntStream.range(0, members.size())
                .filter(i -> slot < SLOTS * (i + 1) / members.size())
                .findFirst()
                .orElseThrow();
    }

    /** One more primary, which serves nothing yet; its number. */
    int join() {
        LinkRedis member = start();
        members.add(member);
        meet(0, member);
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> members.stream()
                .allMatch(each -> each.admin("CLUSTER", "INFO").contains("cluster_known_nodes:" + members.size())
                        && each.admin("CLUSTER", "INFO").contains("cluster_state:ok")));
        return members.size() - 1;
    }

    /** Moves a slot with all that is in it, a few keys at a time. */
    void move(int slot, int from, int to) {
        beginMove(slot, from, to);
        try (PlainRedis source = new PlainRedis(members.get(from).port())) {
            for (List<String> keys = keysIn(source, slot); !keys.isEmpty(); keys = keysIn(source, slot)) {
                keys.forEach(key -> moveKey(key, from, to));
            }
        }
        endMove(slot, to);
    }

    private static List<String> keysIn(PlainRedis member, int slot) {
        return member.texts("CLUSTER", "GETKEYSINSLOT", "" + slot, "10");
    }

    /** Begins to move a slot: from now on each key may be on either side. */
    void beginMove(int slot, int from, int to) {
        ok(to, "CLUSTER", "SETSLOT", "" + slot, "IMPORTING", id(from));
        ok(from, "CLUSTER", "SETSLOT", "" + slot, "MIGRATING", id(to));
    }

    /** Moves one key. */
    void moveKey(String key, int from, int to) {
        String answer = members.get(from)
                .admin("MIGRATE", "127.0.0.1", "" + members.get(to).port(), key, "0", "5000");
        if (!answer.equals("+OK") && !answer.equals("+NOKEY")) {
            throw new AssertionError(answer);
        }
    }

    /** Ends the move of a slot all of whose keys have been moved. */
    void endMove(int slot, int to) {
        String id = id(to);
        ok(to, "CLUSTER", "SETSLOT", "" + slot, "NODE", id);
        for (LinkRedis member : members) {
            String answer = member.admin("CLUSTER", "SETSLOT", "" + slot, "NODE", id);
            // Who has given away its last slot follows whoever has it now, and hears of slots from there.
            if (!answer.equals("+OK") && !answer.contains("only with masters")) {
                throw new AssertionError(answer);
            }
        }
    }

    /** Sends a command that must succeed. */
    void ok(int number, String... command) {
        String answer = members.get(number).admin(command);
        if (!answer.equals("+OK")) {
            throw new AssertionError(answer);
        }
    }

    /** Where its members are, with the login of the store. */
    List<String> uris() {
        return members.stream()
                .map(member -> "redis://aus:secret@127.0.0.1:" + member.port())
                .toList();
    }

    /** A store over the sessions of one test. */
    SessionStore store(Vertx vertx, SessionPolicy policy, InstantSource clock, String space) {
        return store(vertx, policy, clock, space, new ReplicaRule(0, Duration.ofMillis(500)));
    }

    /** As {@link #store(Vertx, SessionPolicy, InstantSource, String)}; changes wait for replicas as the rule says. */
    SessionStore store(Vertx vertx, SessionPolicy policy, InstantSource clock, String space, ReplicaRule rule) {
        RedisOptions options = RedisOptions.read(TestRedis.config(space));
        ClusterLink link = new ClusterLink(vertx, options.link(), uris(), rule, clock);
        return new RedisSessionStore(vertx, link, policy, options);
    }

    @Override
    public void close() {
        members.forEach(LinkRedis::close);
        replicas.forEach(LinkRedis::close);
    }
}
