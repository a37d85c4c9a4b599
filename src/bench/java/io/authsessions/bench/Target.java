package io.authsessions.bench;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One peer of {@link HttpBench} under load, and what was measured of it; its server processes follow each other. */
final class Target {
    private static final int FIRST_REQUESTS = 2_000;

    final Rounds perSecond;
    final Rounds p99 = new Rounds("p99", HttpBench.PROCESSES * HttpBench.PACED_ROUNDS);
    final List<Double> rates = new ArrayList<>();
    private HttpLoad load;
    private Buffer request;
    private int requests = FIRST_REQUESTS;
    private int leadIn;
    private double seconds;
    private long answered;

    Target(Peer peer, HttpLoad load, Buffer request) {
        this.perSecond = new Rounds(peer.title(), HttpBench.PROCESSES * HttpBench.ROUNDS);
        this.load = load;
        this.request = request;
    }

    /** Goes on with another process. */
    void turnTo(HttpLoad another, Buffer itsRequest) {
        load = another;
        request = itsRequest;
        requests = FIRST_REQUESTS;
        leadIn = 0;
    }

    void takeTurn() {
        seconds += requests / load.perSecond(request, leadIn, requests);
        answered += requests;
    }

    /** The rate of all turns since the last call; a turn of the next round is as long as it should be at that rate. */
    double endRound() {
        double rate = answered / seconds;
        answered = 0;
        seconds = 0;
        requests = Math.max(1, (int) (rate * HttpBench.ROUND_SECONDS / HttpBench.TURNS));
        leadIn = (int) (rate * HttpBench.LEAD_IN_SECONDS);
        return rate;
    }

    void keepRound() {
        double rate = endRound();
        rates.add(rate);
        perSecond.add(rate);
    }

    void runPaced() {
        double half = perSecond.median() / 2;
        double[] millis = load.millis(request, half, (int) (half * HttpBench.ROUND_SECONDS * 2));
        Arrays.sort(millis);
        p99.add(millis[(int) (0.99 * (millis.length - 1))]);
    }
}
