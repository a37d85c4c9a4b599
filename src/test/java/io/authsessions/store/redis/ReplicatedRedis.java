package io.authsessions.store.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A primary with replicas on loopback, and if need be the sentinels that watch them. All of them are of one release. */
final class ReplicatedRedis implements AutoCloseable {
    private static final Pattern PRIMARY = Pattern.compile("master_port:(\\d+)");
    static final String NAME = "main";

    /** What sentinels and replicas need beyond {@link TestRedis#RIGHTS}, as docs/redis.md has it. */
    static final String MORE_RIGHTS = " +wait";

    private final List<LinkRedis> servers = new ArrayList<>();
    private final List<LinkRedis> sentinels = new ArrayList<>();

    private final RedisRelease release;

    private ReplicatedRedis(int replicas, RedisRelease release) {
        this.release = release;
        for (int i = 0; i <= replicas; i++) {
            LinkRedis server = LinkRedis.of(release, "--repl-diskless-sync-delay", "0", "--repl-timeout", "5");
            servers.add(server);
            start(server);
            if (i > 0) {
                follow(server, servers.get(0));
            }
        }
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> info(servers.get(0))
                .contains("connected_slaves:" + replicas));
        servers.stream().skip(1).forEach(ReplicatedRedis::awaitInStep);
    }

    static ReplicatedRedis withReplicas(int replicas) {
        return withReplicas(replicas, RedisRelease.REDIS_7);
    }

    static ReplicatedRedis withReplicas(int replicas, RedisRelease release) {
        release.assumeInstalled();
        return new ReplicatedRedis(replicas, release);
    }

    LinkRedis server(int number) {
        return servers.get(number);
    }

    /** Starts sentinels that need half a second to find a primary dead. */
    ReplicatedRedis watchedBy(int count) {
        try {
            Path folder = Files.createTempDirectory("authsessions-sentinel");
            folder.toFile().deleteOnExit();
            for (int i = 0; i < count; i++) {
                Path file = folder.resolve("sentinel-" + i + ".conf");
                file.toFile().deleteOnExit();
                Files.writeString(file, """
                        sentinel monitor %1$s 127.0.0.1 %2$d %3$d
                        sentinel down-after-milliseconds %1$s 500
                        sentinel failover-timeout %1$s 3000
                        sentinel parallel-syncs %1$s 1
                        """.formatted(NAME, servers.get(0).port(), count / 2 + 1));
                LinkRedis sentinel = LinkRedis.sentinel(release, file);
                sentinels.add(sentinel);
                sentinel.start();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> sentinels.stream()
                .allMatch(sentinel -> knowsAll(sentinel, count)));
        return this;
    }

    private boolean knowsAll(LinkRedis sentinel, int count) {
        String state = sentinel.admin("INFO", "sentinel");
        return state.contains("slaves=" + (servers.size() - 1)) && state.contains("sentinels=" + count);
    }

    /** Whether more than half of the sentinels name that server as the primary: until then none can be sure of it. */
    boolean mostName(LinkRedis server) {
        return sentinels.stream().filter(sentinel -> names(sentinel, server)).count() > sentinels.size() / 2;
    }

    private static boolean names(LinkRedis sentinel, LinkRedis server) {
        try (PlainRedis asked = new PlainRedis(sentinel.port())) {
            return asked.texts("SENTINEL", "get-master-addr-by-name", NAME).contains(String.valueOf(server.port()));
        }
    }

    /** Where the sentinels are, with the login of the store. */
    List<String> sentinelUris() {
        return sentinels.stream()
                .map(sentinel -> "redis://aus:secret@127.0.0.1:" + sentinel.port())
                .toList();
    }

    /** The server that takes writes, of those that run. */
    LinkRedis primary() {
        return primaries().findFirst().orElseThrow();
    }

    /** Whether one of those that run takes writes. */
    boolean hasPrimary() {
        return primaries().findFirst().isPresent();
    }

    /** Whether one takes writes other than that, which may not be able to answer. */
    boolean hasPrimaryBut(LinkRedis former) {
        return servers.stream()
                .filter(server -> server != former && server.runs())
                .anyMatch(server -> info(server).contains("role:master"));
    }

    private Stream<LinkRedis> primaries() {
        return servers.stream().filter(LinkRedis::runs).filter(server -> info(server)
                .contains("role:master"));
    }

    /** Makes a replica of a server and waits until it has everything. */
    void follow(LinkRedis replica, LinkRedis primary) {
        replica.admin("REPLICAOF", "127.0.0.1", "" + primary.port());
    }

    static void awaitInStep(LinkRedis replica) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> info(replica).contains("master_link_status:up") && isSentTo(replica));
    }

    /** A primary sends a replica no change before that has told it how far it has come, which may take a second. */
    private static boolean isSentTo(LinkRedis replica) {
        Matcher primary = PRIMARY.matcher(info(replica));
        if (!primary.find()) {
            return false;
        }
        try (PlainRedis asked = new PlainRedis(Integer.parseInt(primary.group(1)))) {
            return Pattern.compile("port=" + replica.port() + ",state=online,offset=[1-9]")
                    .matcher(PlainRedis.text(asked.call("INFO", "replication")))
                    .find();
        }
    }

    /** Starts a server that has ended, empty. */
    static void start(LinkRedis server) {
        server.start();
        server.admin(("ACL SETUSER aus " + TestRedis.RIGHTS + MORE_RIGHTS).split(" "));
    }

    private static String info(LinkRedis server) {
        return server.admin("INFO", "replication");
    }

    @Override
    public void close() {
        sentinels.forEach(LinkRedis::close);
        servers.forEach(LinkRedis::close);
    }
}
