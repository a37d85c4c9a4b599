package io.authsessions.store.redis;

import java.util.List;

/**
 * What came of one scenario.
 *
 * @param ends for how many destroys it was measured
 * @param remark what else is worth knowing of it
 */
record RevocationResult(int ends, double medianMillis, double largestMillis, String remark) {
    static RevocationResult of(RevocationRun run, String remark) {
        return new RevocationResult(run.ends(), run.medianMillis(), run.largestMillis(), remark + run.did());
    }

    /** Of several runs of one scenario together. */
    static RevocationResult worst(List<RevocationResult> runs) {
        return new RevocationResult(
                runs.stream().mapToInt(RevocationResult::ends).sum(),
                runs.stream().mapToDouble(RevocationResult::medianMillis).max().orElseThrow(),
                runs.stream().mapToDouble(RevocationResult::largestMillis).max().orElseThrow(),
                runs.get(runs.size() - 1).remark());
    }
}
