package io.authsessions.bench;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A GET through the handler, answered from the near cache, through a proxy of the event bus and with one read of Redis, against the {@link Peer peers}:
 * Redis, server and load each in a process of their own, rounds interleaved. Then the time that answers take at half of
 * each peer's own median rate. Writes docs/performance.md; with names of peers as arguments it only prints, of those.
 */
public final class HttpBench {
    static final int ROUNDS = Integer.getInteger("bench.rounds", 5);
    static final int PACED_ROUNDS = Integer.getInteger("bench.pacedRounds", 2);
    /** Each compiles itself anew: one process may be lucky or unlucky for all of its life. */
    static final int PROCESSES = Integer.getInteger("bench.processes", 5);

    private static final int WARM_UPS = Integer.getInteger("bench.warmUps", 12);
    /** After a minute a use is recorded for the first time, which is then compiled anew; that is to be over. */
    private static final double WARM_SECONDS = 80;

    static final double ROUND_SECONDS = Double.parseDouble(System.getProperty("bench.seconds", "0.8"));
    /** The peers take turns so often in a round: what slows the machine for a while slows them alike. */
    static final int TURNS = 16;
    /**
     * The beginning of a turn, which does not count. The other servers have run since this one's last turn, and its code
     * and data have left the processor's caches: until they are back, a request takes longer, and more so the more memory
     * it touches. A server under load has no such pauses.
     */
    static final double LEAD_IN_SECONDS = 0.01;

    private static final int CONNECTIONS = 64;

    private final Map<Peer, Target> targets = new EnumMap<>(Peer.class);
    private final Random order = new Random(1);
    private final List<Peer> peers;
    private final int warmUps;

    private HttpBench(List<Peer> peers) {
        this.peers = peers;
        this.warmUps = Math.max(WARM_UPS, (int) Math.ceil(WARM_SECONDS / (peers.size() * ROUND_SECONDS)));
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Vertx vertx = Vertx.vertx();
        HttpBench bench = new HttpBench(args.length == 0 ? List.of(Peer.values()) : named(args));
        try {
            bench.measure(vertx);
        } finally {
            vertx.close().await();
        }
        if (args.length == 0) {
            new PerformancePage("http", "HTTP: a GET through the handler").write(bench.page());
        } else {
            bench.page().forEach(System.out::println);
        }
        System.exit(Rounds.allHeld() ? 0 : 1);
    }

    private static List<Peer> named(String[] names) {
        return Stream.of(names).map(Peer::valueOf).toList();
    }

    /** The rows of these peers, printed only. */
    static void print(Vertx vertx, Peer... peers) throws IOException, InterruptedException {
        HttpBench bench = new HttpBench(List.of(peers));
        bench.measure(vertx);
        bench.page().forEach(System.out::println);
    }

    /** What one ratio of the design must reach. */
    private record Aim(Peer ours, Peer other, double atLeast) {}

    private static final List<Aim> AIMS = List.of(
            new Aim(Peer.CACHED, Peer.AUTHENTICATION, 0.97),
            new Aim(Peer.CACHED, Peer.NOTHING, 0.88),
            new Aim(Peer.PROXY, Peer.BUS, 0.90),
            new Aim(Peer.UNCACHED, Peer.HMGET, 0.95),
            new Aim(Peer.UNCACHED, Peer.VERTX_WEB_REDIS, 3));

    private void measure(Vertx vertx) throws IOException, InterruptedException {
        for (int process = 0; process < PROCESSES; process++) {
            measureOnce(vertx);
        }
    }

    private void measureOnce(Vertx vertx) throws IOException, InterruptedException {
        List<Process> servers = new ArrayList<>();
        try (BenchRedis redis = new BenchRedis()) {
            for (Peer peer : peers) {
                Process server = serverOf(peer, redis.uri());
                servers.add(server);
                aim(vertx, server.inputReader(StandardCharsets.UTF_8));
            }
            rounds();
        } finally {
            for (Process server : servers) {
                server.getOutputStream().close();
                if (!server.waitFor(10, TimeUnit.SECONDS)) {
                    server.destroyForcibly();
                }
            }
        }
    }

    /** Each has a process of its own, as whoever uses it has: what is compiled for one is not shaped by the others. */
    private static Process serverOf(Peer peer, String redisUri) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xms512m",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path")));
        String more = System.getProperty("bench.server");
        if (more != null) {
            command.addAll(List.of(more.split(" ")));
        }
        command.addAll(List.of(PeerServer.class.getName(), redisUri, peer.name()));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private void aim(Vertx vertx, BufferedReader out) throws IOException {
        HttpClient client = vertx.createHttpClient();
        for (String line = out.readLine(); line != null && !line.equals("ready"); line = out.readLine()) {
            String[] told = line.split(" ");
            if (!told[0].equals("peer")) {
                // What Java says by itself, as of a recording that begins.
                continue;
            }
            Peer peer = Peer.valueOf(told[1]);
            int port = Integer.parseInt(told[2]);
            HttpLoad load = new HttpLoad(port, CONNECTIONS);
            vertx.deployVerticle(load).await();
            Buffer request = HttpLoad.get("/", "authorization", "Bearer " + told[3]);
            if (peer.takesCookie()) {
                String cookie = cookie(client, port, null);
                if (cookie == null || cookie(client, port, cookie) != null) {
                    throw new IllegalStateException("vertx-web does not know the session that is to be measured");
                }
                request = HttpLoad.get("/", "cookie", cookie);
            }
            Target known = targets.get(peer);
            if (known == null) {
                targets.put(peer, new Target(peer, load, request));
            } else {
                known.turnTo(load, request);
            }
        }
    }

    /** The session that vertx-web begins for who brings none or an unknown one; null for who brings a known one. */
    private static @Nullable String cookie(HttpClient client, int port, @Nullable String cookie) {
        String set = client.request(HttpMethod.GET, port, "127.0.0.1", "/")
                .map(request -> cookie == null ? request : request.putHeader(HttpHeaders.COOKIE, cookie))
                .compose(HttpClientRequest::send)
                .map(response -> response.getHeader(HttpHeaders.SET_COOKIE))
                .await();
        return set == null ? null : set.substring(0, set.indexOf(';'));
    }

    private void rounds() {
        List<Target> turns = new ArrayList<>(targets.values());
        for (int warmUp = 0; warmUp < warmUps; warmUp++) {
            takeTurns(turns);
            turns.forEach(Target::endRound);
        }
        for (int round = 0; round < ROUNDS; round++) {
            takeTurns(turns);
            turns.forEach(Target::keepRound);
        }
        for (int round = 0; round < PACED_ROUNDS; round++) {
            Collections.shuffle(turns, order);
            turns.forEach(Target::runPaced);
        }
    }

    /** In an order that is another each time, so that none always has the same one before it. */
    private void takeTurns(List<Target> turns) {
        for (int turn = 0; turn < TURNS; turn++) {
            Collections.shuffle(turns, order);
            turns.forEach(Target::takeTurn);
        }
    }

    private List<String> page() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%d connections, one request under way on each. Redis, the load and each peer's server (one event loop) are"
                        + " processes of their own. %d processes of each peer, one after the other; in each, %d rounds of"
                        + " about %.1f s after %d for warming up, and in each round %d turns of every peer, each after"
                        + " %.0f ms that do not count, while the server's memory comes into the processor's caches. The p99 is that"
                        + " of answers at half of the peer's own median rate, counted from when a request was due: median"
                        + " of %d rounds.",
                CONNECTIONS,
                PROCESSES,
                ROUNDS,
                ROUND_SECONDS,
                warmUps,
                TURNS,
                LEAD_IN_SECONDS * 1000,
                PROCESSES * PACED_ROUNDS));
        lines.add("");
        lines.add("| peer | requests/s, median | quartiles | of the bare route | p99 at half load |");
        lines.add("|---|---|---|---|---|");
        targets.forEach((peer, target) -> lines.add(String.format(
                Locale.ROOT,
                "| %s | %,.0f | %,.0f – %,.0f | %.2f | %.2f ms |",
                peer.title(),
                target.perSecond.median(),
                target.perSecond.quantile(0.25),
                target.perSecond.quantile(0.75),
                targets.containsKey(Peer.NOTHING) ? ratio(peer, Peer.NOTHING).median() : Double.NaN,
                target.p99.median())));
        lines.add("");
        lines.add("| ratio, round by round | median | quartiles | must be | |");
        lines.add("|---|---|---|---|---|");
        AIMS.stream()
                .filter(aim -> targets.containsKey(aim.ours()) && targets.containsKey(aim.other()))
                .forEach(aim -> lines.add(row(aim)));
        return lines;
    }

    private String row(Aim aim) {
        Rounds ratio = ratio(aim.ours(), aim.other());
        return String.format(
                Locale.ROOT,
                "| %s / %s | %.3f | %.3f – %.3f | ≥ %.2f | %s |",
                aim.ours().title(),
                aim.other().title(),
                ratio.median(),
                ratio.quantile(0.25),
                ratio.quantile(0.75),
                aim.atLeast(),
                Rounds.noted(ratio.median() >= aim.atLeast()) ? "held" : "missed");
    }

    private Rounds ratio(Peer ours, Peer other) {
        Rounds ratio = new Rounds("", PROCESSES * ROUNDS);
        for (int round = 0; round < PROCESSES * ROUNDS; round++) {
            ratio.add(targets.get(ours).rates.get(round)
                    / targets.get(other).rates.get(round));
        }
        return ratio;
    }
}
