package io.authsessions.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;

/** How often which side of a race came first: what shows that the sides collide. Of one thread. */
final class RaceTally {
    private static final int ENOUGH = 2_000;

    private final Map<String, int[]> firsts = new TreeMap<>();

    void count(String kind, boolean leftFirst) {
        firsts.computeIfAbsent(kind, k -> new int[2])[leftFirst ? 0 : 1]++;
    }

    /** Where there were too few races for chance to be ruled out, nothing is asked. */
    void assertBothOrders() {
        firsts.forEach((kind, first) -> {
            if (first[0] + first[1] >= ENOUGH) {
                assertThat(first).as("%s: how often each side came first", kind).doesNotContain(0);
            }
        });
    }

    /** All on one line: each kind with the number of its races, and how often its left and its right side came first. */
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder();
        firsts.forEach((kind, first) -> line.append(line.isEmpty() ? "" : "; ")
                .append(String.format("%s %,d (%,d : %,d)", kind, first[0] + first[1], first[0], first[1])));
        return line.toString();
    }
}
