package io.authsessions.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionKey;
import io.authsessions.service.CachedBucket.Load;
import io.authsessions.service.LeaseClock.Moment;
import io.authsessions.store.ChangeMarks.Announcement;
import io.authsessions.store.SessionRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The events of the model in service.protocol at random, and the real code of a node; each walk by its seed. */
@DisplayName("A node over a long random walk of changes, losses, failovers, loads, reads and resolves")
@Execution(ExecutionMode.CONCURRENT)
class CachedBucketWalkTest {
    private static final long LEASE = 1_000;
    private static final int STEPS = 20_000;
    private static final int WALKS = 40;
    private static final int MOST_UNDER_WAY = 12;

    /** What the walk does wrong on behalf of the node, to see that it would be noticed. */
    private enum Fault {
        NONE,
        COPY_BEFORE_LEASE,
        LEASE_FROM_REPLY,
        MARK_READ_ANYWHERE,
        LOAD_WITH_MARK_OF_PRIMARY,
        USE_KEPT_AS_A_LOAD,
        SAME_MARK_TWICE
    }

    private final class Walk {
        private final Fault fault;
        private final Random random;
        private final ArrayDeque<Announcement> feed = new ArrayDeque<>();
        private final ServersOfAWalk redis;
        private final LeaseClock clock;
        private final Entries entries = new Entries(100, () -> 0);
        private final CachedBucket bucket;
        private final List<Runnable> answers = new ArrayList<>();
        private long now = 1_000_000;
        private boolean broken;

        Walk(Fault fault, long seed) {
            this.fault = fault;
            this.random = new Random(seed);
            this.redis = new ServersOfAWalk(random, fault == Fault.SAME_MARK_TWICE, 3, feed::add);
            this.clock = new LeaseClock(
                    () -> TimeUnit.MILLISECONDS.toNanos(now),
                    () -> Instant.ofEpochMilli(now),
                    Duration.ofMillis(LEASE));
            this.bucket = new CachedBucket(entries, new UserStamps(), clock, counters);
        }

        boolean breaksTheBound() {
            for (int step = 0; step < STEPS && !broken; step++) {
                step();
            }
            return broken;
        }

        private void step() {
            int what = random.nextInt(100);
            if (answers.size() > MOST_UNDER_WAY) {
                answers.remove(random.nextInt(answers.size())).run();
            } else if (what < 8) {
                now += random.nextInt(250);
            } else if (what < 11) {
                redis.change(now);
            } else if (what < 24 && !feed.isEmpty()) {
                bucket.take(feed.removeFirst());
            } else if (what == 24 && random.nextInt(4) == 0) {
                feed.clear();
            } else if (what == 25 && random.nextInt(8) == 0) {
                redis.loseMark();
            } else if (what == 26 && random.nextInt(8) == 0) {
                redis.failOver();
            } else if (what < 38) {
                load();
            } else if (what < 41) {
                use();
            } else if (what < 47) {
                readMark();
            } else if (what < 70) {
                resolve();
            } else if (!answers.isEmpty()) {
                answers.remove(random.nextInt(answers.size())).run();
            }
        }

        private void load() {
            String id = redis.anyId();
            Load load = bucket.begin(id);
            later(() -> {
                ServersOfAWalk.Server server = redis.any();
                SessionRecord record = server.session(id);
                String mark = server.mark();
                later(() -> {
                    String taken = fault == Fault.LOAD_WITH_MARK_OF_PRIMARY
                            ? redis.primary().mark()
                            : mark;
                    keep(load, id, record, taken);
                });
            });
        }

        private void keep(Load load, String id, SessionRecord record, String mark) {
            if (record == null) {
                bucket.endUnknown(load, mark, () -> entries.put(id, new Refusal(load.epoch(), null)));
            } else if (bucket.end(load, mark, () -> entries.put(Copy.of(record, load.epoch(), load.stamp())))) {
                count("kept");
            }
        }

        private void use() {
            String id = redis.anyId();
            Load load = bucket.begin(id);
            later(() -> {
                SessionRecord record = redis.any().use(id, now);
                later(() -> {
                    if (fault == Fault.USE_KEPT_AS_A_LOAD && record != null) {
                        bucket.endUse(load, () -> entries.put(Copy.of(record, load.epoch(), load.stamp())));
                    } else {
                        bucket.endUse(load, record == null ? null : () -> entries.refresh(record, load.epoch()));
                    }
                });
            });
        }

        private void readMark() {
            Moment sent = clock.now();
            later(() -> {
                String mark = (fault == Fault.MARK_READ_ANYWHERE ? redis.any() : redis.primary()).mark();
                redis.setMissingMark();
                later(() -> bucket.read(mark, fault == Fault.LEASE_FROM_REPLY ? clock.now() : sent));
            });
        }

        private void resolve() {
            SecretHash token = redis.anyToken();
            String id = redis.idOf(token);
            long begunAt = now;
            if (fault == Fault.COPY_BEFORE_LEASE) {
                Copy any = entries.session(SessionKey.of(id), bucket.lease().epoch());
                later(() -> answer(token, any, bucket.lease(), begunAt));
                return;
            }
            Lease lease = bucket.lease();
            later(() -> answer(token, entries.session(SessionKey.of(id), lease.epoch()), lease, begunAt));
        }

        private void answer(SecretHash token, Copy copy, Lease lease, long begunAt) {
            if (copy == null
                    || copy.epoch() != lease.epoch()
                    || !copy.record().secretHash().matches(token)
                    || !clock.holds(lease)) {
                return;
            }
            count("hits");
            Long ended = redis.endedAt(token);
            broken |= ended != null && begunAt - ended > LEASE;
            if (ended != null && begunAt > ended) {
                count("stale within the bound");
            }
        }

        private void later(Runnable answer) {
            answers.add(answer);
        }
    }

    private final CacheCounters counters = new CacheCounters();
    private final Map<String, Integer> seen = new TreeMap<>();

    private void count(String what) {
        seen.merge(what, 1, Integer::sum);
    }

    @Test
    @DisplayName("never answers by a token that was ended longer ago than a lease")
    void keepsTheBound() {
        for (long seed = 1; seed <= WALKS; seed++) {
            assertThat(new Walk(Fault.NONE, seed).breaksTheBound())
                    .as("the walk of seed %d broke the bound", seed)
                    .isFalse();
        }
        System.out.println("walk: " + WALKS * STEPS + " steps, " + seen + ", drops " + counters.dropsByCause());
        assertThat(seen.get("hits")).isGreaterThan(1_000);
        assertThat(seen.get("stale within the bound")).isPositive();
        assertThat(counters.dropsByCause())
                .allSatisfy((cause, count) -> assertThat(count).as(cause).isPositive());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    @DisplayName("would answer so, and be seen, if any one thing was done wrong")
    void notices(Fault fault) {
        long seed = 1;
        while (seed <= 20 * WALKS && !new Walk(fault, seed).breaksTheBound()) {
            seed++;
        }
        System.out.println("walk: " + fault + " noticed in walk " + seed);
        assertThat(seed).isLessThanOrEqualTo(20 * WALKS);
    }
}
