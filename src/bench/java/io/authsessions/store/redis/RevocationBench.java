package io.authsessions.store.redis;

import io.authsessions.bench.PerformancePage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How long a session that one process has ended is still good in another, with what connects them disturbed in each way
 * that there is. Prints a line for each scenario, exits with 1 if one missed the bound, and after all of them writes its section
 * of docs/performance.md. Arguments: names of scenarios;
 * all without.
 */
public final class RevocationBench {
    private static final double BOUND_MILLIS = 1_000;
    private static final double HEALTHY_MEDIAN_MILLIS = 5;
    private static final int FEWEST_ENDS = 20_000;

    private final Map<String, Supplier<RevocationResult>> scenarios = new LinkedHashMap<>();
    private final List<String> table = new ArrayList<>(List.of(
            "Milliseconds from the return of a destroy on one node to the begin of the last resolve on another, in a process of",
            "its own, that was still answered with the session; the bound is 1,000. Negative: before the destroy had returned.",
            "",
            "| what happens meanwhile | destroys | median | largest |",
            "|---|---|---|---|"));
    private boolean missed;
    private int ends;

    private RevocationBench() {
        RevocationScenarios run = new RevocationScenarios();
        scenarios.put("healthy", run::healthy);
        scenarios.put("cut", () -> run.feed(TcpProxy.FeedFault.CUT));
        scenarios.put("held", () -> run.feed(TcpProxy.FeedFault.HELD));
        scenarios.put("mute", () -> run.feed(TcpProxy.FeedFault.MUTE));
        scenarios.put("late", () -> run.feed(TcpProxy.FeedFault.LATE));
        scenarios.put("lossy", () -> run.feed(TcpProxy.FeedFault.LOSING));
        scenarios.put("redis-stopped", run::redisStopped);
        scenarios.put("flooded", run::flooded);
        scenarios.put("node-stopped", run::nodeStopped);
        scenarios.put("resharded", run::resharded);
        scenarios.put("failover", run::failover);
        scenarios.put("failover-of-stopped", run::failoverOfStopped);
        scenarios.put("roles-changed", run::rolesChanged);
    }

    public static void main(String[] names) throws IOException {
        RevocationBench bench = new RevocationBench();
        List<String> wanted = names.length == 0 ? List.copyOf(bench.scenarios.keySet()) : List.of(names);
        if (!bench.scenarios.keySet().containsAll(wanted)) {
            System.err.println("scenarios: " + String.join(", ", bench.scenarios.keySet()));
            System.exit(2);
        }
        if (!RedisRelease.REDIS_7.isInstalled()) {
            System.err.println(
                    "failovers and Clusters need redis-server on the path (Debian: apt-get install redis-server)");
            System.exit(2);
        }
        System.out.printf(
                "milliseconds from the return of a destroy to the begin of the last resolve elsewhere that was good; "
                        + "Java %s, %d processors%n",
                Runtime.version(), Runtime.getRuntime().availableProcessors());
        wanted.forEach(bench::run);
        if (names.length == 0) {
            bench.say(bench.ends >= FEWEST_ENDS, bench.ends + " destroys in all, at least " + FEWEST_ENDS);
            new PerformancePage("revocation", "How long an ended session is still good elsewhere").write(bench.table);
        }
        System.exit(bench.missed ? 1 : 0);
    }

    private void run(String name) {
        long begunAt = System.nanoTime();
        RevocationResult result;
        try {
            result = scenarios.get(name).get();
        } catch (RuntimeException | AssertionError e) {
            System.out.printf("%-20s failed: %s%n", name, e);
            missed = true;
            table.add("| %s | not measured | | |".formatted(name.replace('-', ' ')));
            return;
        }
        ends += result.ends();
        System.out.printf(
                "%-20s %,6d destroys  median %8.2f  largest %8.2f  in %.0f s  %s%n",
                name,
                result.ends(),
                result.medianMillis(),
                result.largestMillis(),
                (System.nanoTime() - begunAt) / 1e9,
                result.remark());
        table.add("| %s | %,d | %.1f | %.1f |"
                .formatted(name.replace('-', ' '), result.ends(), result.medianMillis(), result.largestMillis()));
        List<String> bounds = new ArrayList<>(List.of("never more than 1 s"));
        boolean held = result.largestMillis() <= BOUND_MILLIS;
        if (name.equals("healthy")) {
            bounds.add("median below 5 ms");
            held &= result.medianMillis() < HEALTHY_MEDIAN_MILLIS;
        }
        say(held, name + ": " + String.join(", ", bounds));
    }

    private void say(boolean held, String what) {
        missed |= !held;
        System.out.println((held ? "HELD    " : "MISSED  ") + what);
    }
}
