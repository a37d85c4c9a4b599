package io.authsessions.bench;

import io.authsessions.model.NewSession;
import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionToken;
import io.authsessions.store.RecordCodec;
import io.authsessions.store.SessionRecord;
import io.authsessions.store.StoredForm;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** What one resolve computes: reading a token and comparing its secret, and reading a stored record. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBench {
    private final SecureRandom random = new SecureRandom();
    private final String id = SessionIds.create(7, 1_764_000_000_000_000L, random);
    private final SessionToken token = SessionToken.issue(id, random);
    private final SecretHash stored = token.secretHash();
    private final String presented = token.reveal();
    private final byte[] record = RecordCodec.encode(SessionRecord.create(
            id,
            stored,
            NewSession.of("user-0000001")
                    .withLabel("Chrome on Windows")
                    .withMeta(new JsonObject().put("role", "member").put("ok", true)),
            SessionPolicy.DEFAULT,
            1_764_000_000_000L));

    @Benchmark
    public SessionToken parseToken() {
        return SessionToken.parse(presented);
    }

    @Benchmark
    public boolean parseAndVerifyToken() {
        SessionToken parsed = SessionToken.parse(presented);
        return parsed != null && stored.matches(parsed.secretHash());
    }

    @Benchmark
    public StoredForm decodeRecord() {
        return RecordCodec.decode(id, record);
    }

    public static void main(String[] args) throws RunnerException, IOException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(CodecBench.class.getName())
                        .forks(2)
                        .warmupIterations(3)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(5)
                        .measurementTime(TimeValue.seconds(1))
                        .addProfiler("gc")
                        .build())
                .run();
        List<String> lines = new ArrayList<>(List.of(
                "JMH 1.37, 2 forks, 3 iterations for warming up and 5 measured, of 1 s each; ± is the 99.9 % interval.",
                "", "| what | time | | allocated |", "|---|---|---|---|"));
        for (RunResult result : results) {
            Result<?> time = result.getPrimaryResult();
            lines.add(String.format(
                    Locale.ROOT,
                    "| `%s` | %.1f ns | ± %.1f | %.0f B |",
                    time.getLabel(),
                    time.getScore(),
                    time.getScoreError(),
                    result.getSecondaryResults().get("gc.alloc.rate.norm").getScore()));
        }
        new PerformancePage("jmh", "Token and record by themselves").write(lines);
    }
}
