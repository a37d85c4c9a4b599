package io.authsessions.bench;

import java.util.Arrays;
import java.util.Locale;

/** Figures of several rounds: median and quartiles. */
final class Rounds {
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

    static void verdict(String what, double figure, String relation, double bound) {
        boolean held = relation.equals("<=") ? figure <= bound : figure >= bound;
        System.out.printf(
                Locale.ROOT, "%-6s %s: %.3f %s %.3f%n", held ? "HELD" : "MISSED", what, figure, relation, bound);
    }
}
