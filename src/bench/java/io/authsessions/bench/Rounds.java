package io.authsessions.bench;

import java.util.Arrays;
import java.util.Locale;

/** Figures of several rounds: median and quartiles. */
final class Rounds {
    private static boolean missed;

    private final String name;
    private final double[] figures;
    private int taken;

    Rounds(String name, int rounds) {
        this.name = name;
        this.figures = new double[rounds];
    }

    void add(double figure) {
        figures[taken++] = figure;
    }

    double median() {
        return quantile(0.5);
    }

    double quantile(double q) {
        double[] sorted = Arrays.copyOf(figures, taken);
        Arrays.sort(sorted);
        double at = q * (sorted.length - 1);
        int below = (int) Math.floor(at);
        int above = (int) Math.ceil(at);
        return sorted[below] + (sorted[above] - sorted[below]) * (at - below);
    }

    void print(String unit) {
        System.out.printf(
                Locale.ROOT,
                "%-46s median %12.2f %-8s quartiles %12.2f .. %12.2f  (%d rounds)%n",
                name,
                median(),
                unit,
                quantile(0.25),
                quantile(0.75),
                taken);
    }

    /** Whether no verdict so far was that a bound was missed. */
    static boolean allHeld() {
        return !missed;
    }

    static void verdict(String what, double figure, String relation, double bound) {
        boolean held = relation.equals("<=") ? figure <= bound : figure >= bound;
        String word = noted(held) ? "HELD" : "MISSED";
        System.out.printf(Locale.ROOT, "%-6s %s: %.3f %s %.3f%n", word, what, figure, relation, bound);
    }

    /** Keeps in mind for the end whether a bound was held, and says so. */
    static boolean noted(boolean held) {
        missed |= !held;
        return held;
    }
}
