package io.authsessions.bench;

import io.authsessions.OpenLoop;
import io.authsessions.OpenLoop.Answer;
import io.authsessions.OpenLoop.Ask;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A server process that is asked over HTTP for as much as it can do, and then for ten times as much, whatever it answers:
 * once without the near cache on a Redis that can do a known number of reads a second, once on the local store, where its
 * processor is what there is too little of. Ends with exit code 1 if a bound was missed.
 */
final class OverloadBench {
    private static final int REDIS_CAPACITY = 400;
    /** Of one GET of a session. */
    private static final int GET_BYTES = 53;

    private static final int LISTED = 200;
    private static final int META_CHARACTERS = 1_000;
    private static final int SETTLE_SECONDS = 2;
    private static final double DEADLINE_MILLIS = 2_000;
    private static final double LIVE_MILLIS = 250;

    private OverloadBench() {}

    /**
     * What a round came to.
     *
     * @param strange answers that are neither good nor 503, and what was not answered at all
     */
    private record Round(double goodput, double p99, long strange) {}

    public static void main(String[] arguments) throws Exception {
        ofRedis();
        ofProcessor();
        System.exit(Rounds.allHeld() ? 0 : 1);
    }

    private static void ofRedis() throws Exception {
        System.out.println("Redis is what there is too little of");
        try (BenchRedis redis = new BenchRedis();
                SlowLane lane = new SlowLane(URI.create(redis.uri()).getPort());
                ServerProcess server = new ServerProcess(Map.of(
                        "AUTHSESSIONS_CACHE_ENABLED", "false",
                        "AUTHSESSIONS_STORE_TYPE", "redis",
                        "AUTHSESSIONS_STORE_REDIS_URI", lane.uri()))) {
            String token = server.signIn(new JsonObject().put("userId", "ada"));
            Ask ask = Ask.get("/v1/session", Map.of("Authorization", "Bearer " + token));
            round(server, ask, REDIS_CAPACITY * 4, 6, "warm-up");
            lane.limit(REDIS_CAPACITY * GET_BYTES);
            double peak = Math.max(
                    round(server, ask, REDIS_CAPACITY * 9 / 10, 8, "0.9 x").goodput(),
                    round(server, ask, REDIS_CAPACITY * 3 / 2, 8, "1.5 x").goodput());
            tenfold(server, ask, peak);
        }
    }

    /** Looks at the memory of a server until it is asked how much it was at most. */
    private static final class Watch {
        private final Thread thread = new Thread(this::look, "memory");
        private final ServerProcess server;
        private volatile double most;
        private volatile boolean ended;

        Watch(ServerProcess server) {
            this.server = server;
            thread.start();
        }

        private void look() {
            try {
                while (!ended) {
                    most = Math.max(most, server.residentMegabytes());
                    TimeUnit.MILLISECONDS.sleep(100);
                }
            } catch (Exception e) {
                // A bound that cannot be measured is missed.
                most = Double.NaN;
            }
        }

        double most() throws InterruptedException {
            ended = true;
            thread.join();
            return most;
        }
    }

    /** The first and the last processor that this process may use; they must be two. */
    private static int[] processors() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("Cpus_allowed_list:")) {
                int[] numbers = Pattern.compile("[0-9]+")
                        .matcher(line)
                        .results()
                        .mapToInt(number -> Integer.parseInt(number.group()))
                        .toArray();
                if (numbers.length > 1) {
                    return new int[] {numbers[0], numbers[numbers.length - 1]};
                }
            }
        }
        throw new IOException("two processors are needed, one for the server and one for the load");
    }

    /** Server and load have a processor each, so that the load takes nothing from the server. */
    private static void ofProcessor() throws Exception {
        System.out.println("The processor is what there is too little of");
        try (ServerProcess server = new ServerProcess(Map.of("AUTHSESSIONS_STORE_TYPE", "local"))) {
            int[] processors = processors();
            pin(server.pid(), processors[0]);
            pin(ProcessHandle.current().pid(), processors[1]);
            JsonObject session = new JsonObject()
                    .put("userId", "ada")
                    .put("meta", new JsonObject().put("text", "x".repeat(META_CHARACTERS)));
            String token = server.signIn(session);
            for (int i = 1; i < LISTED; i++) {
                server.signIn(session);
            }
            Ask ask = Ask.get("/v1/sessions?limit=" + LISTED, Map.of("Authorization", "Bearer " + token));
            round(server, ask, 50, 8, "warm-up");
            tenfold(server, ask, peak(server, ask));
        }
    }

    /** The most good answers a second at any load, which grows until they are much fewer than was asked for. */
    private static double peak(ServerProcess server, Ask ask) throws Exception {
        double peak = 0;
        for (int perSecond = 80; ; perSecond = perSecond * 3 / 2) {
            double goodput =
                    round(server, ask, perSecond, 5, "to find the peak").goodput();
            peak = Math.max(peak, goodput);
            if (goodput < perSecond * 0.8) {
                return peak;
            }
        }
    }

    private static void tenfold(ServerProcess server, Ask ask, double peak) throws Exception {
        int perSecond = (int) (peak * 10);
        Round first = round(server, ask, perSecond, 12, "10 x");
        double resident = server.residentMegabytes();
        double live = server.liveMegabytes();
        Watch watch = new Watch(server);
        Round second = round(server, ask, perSecond, 12, "10 x again");
        double during = watch.most();
        double residentAfter = server.residentMegabytes();
        double liveAfter = server.liveMegabytes();
        Round after = round(server, ask, (int) (peak * 0.9), 6, "0.9 x after it");
        System.out.printf(
                Locale.ROOT,
                "memory of the server: resident %.0f MB, at most %.0f MB during the second time, then %.0f MB%n",
                resident,
                during,
                residentAfter);
        Rounds.verdict(
                "goodput at ten times the load, of the peak",
                Math.min(first.goodput(), second.goodput()) / peak,
                ">=",
                0.8);
        Rounds.verdict("p99 of what is served then, ms", Math.max(first.p99(), second.p99()), "<=", DEADLINE_MILLIS);
        Rounds.verdict(
                "answers but 200 and 503, and none at all",
                first.strange() + second.strange() + after.strange(),
                "<=",
                0);
        Rounds.verdict(
                "resident memory during the second time, of that after the first", during / resident, "<=", 1.25);
        Rounds.verdict("live heap after the second time, MB more than after the first", liveAfter - live, "<=", 4);
        Rounds.verdict("goodput after it, of the peak", after.goodput() / peak, ">=", 0.8);
    }

    /** What became of what was asked for once the load had lasted for a while. */
    private static Round round(ServerProcess server, Ask ask, int perSecond, int seconds, String name)
            throws Exception {
        try (OpenLoop load = new OpenLoop(server.publicUri());
                OpenLoop live = new OpenLoop(server.publicUri())) {
            long begun = System.nanoTime();
            load.begin(perSecond, number -> ask);
            live.begin(20, number -> Ask.get("/health/live", Map.of()));
            TimeUnit.SECONDS.sleep(seconds);
            load.end();
            live.end();
            long end = System.nanoTime();
            while (load.open() > 0 && System.nanoTime() - end < TimeUnit.SECONDS.toNanos(4)) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            long from = begun + TimeUnit.SECONDS.toNanos(SETTLE_SECONDS);
            List<Answer> answers = since(from, load);
            List<Answer> good =
                    answers.stream().filter(answer -> answer.status() == 200).toList();
            long strange = load.open()
                    + load.answers().stream()
                            .filter(answer -> answer.status() != 200 && answer.status() != 503)
                            .count();
            Round round = new Round(good.size() / ((end - from) / 1e9), p99(good), strange);
            tell(name, perSecond, answers, round, p99(since(from, live)), load.open());
            if (name.startsWith("10 x")) {
                Rounds.verdict("p99 of /health/live meanwhile, ms", p99(since(from, live)), "<=", LIVE_MILLIS);
            }
            return round;
        }
    }

    private static List<Answer> since(long from, OpenLoop load) {
        return load.answers().stream().filter(answer -> answer.sentAt() >= from).toList();
    }

    private static double p99(List<Answer> answers) {
        double[] millis = answers.stream().mapToDouble(Answer::millis).sorted().toArray();
        return millis.length == 0 ? Double.NaN : millis[millis.length * 99 / 100];
    }

    private static void tell(
            String name, int perSecond, List<Answer> answers, Round round, double live, int unanswered) {
        Map<String, Long> others = answers.stream()
                .filter(answer -> answer.status() != 200)
                .collect(Collectors.groupingBy(answer -> answer.status() + " " + answer.code(), Collectors.counting()));
        System.out.printf(
                Locale.ROOT,
                "%-16s offered %6d/s good %6.0f/s p99 of good %5.0f ms, of all %5.0f ms, of /health/live %4.0f ms;"
                        + " others %s, unanswered %d%n",
                name,
                perSecond,
                round.goodput(),
                round.p99(),
                p99(answers),
                live,
                others,
                unanswered);
    }

    /** Keeps a process, with all its threads, on one processor. */
    private static void pin(long pid, int processor) throws IOException, InterruptedException {
        int code = new ProcessBuilder("taskset", "-a", "-c", "-p", "" + processor, "" + pid)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("taskset failed");
        }
    }
}
