package io.authsessions.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.SessionKey;
import io.authsessions.service.CachedBucket.Load;
import io.authsessions.service.LeaseClock.Moment;
import io.authsessions.store.ChangeMarks.Announcement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Times are in milliseconds; a lease lasts for 1,000. */
@DisplayName("What a node knows of the changes of a bucket")
class CachedBucketTest {
    private static final String ID = "0D8DqJ8Wb8i6b4URnxNhDQ";

    private final AtomicLong now = new AtomicLong(5_000);
    private final AtomicLong wallAhead = new AtomicLong();
    private final LeaseClock clock = new LeaseClock(
            () -> TimeUnit.MILLISECONDS.toNanos(now.get()),
            () -> Instant.ofEpochMilli(now.get() + wallAhead.get()),
            Duration.ofSeconds(1));
    private final Entries entries = new Entries(100, () -> 0);
    private final CacheCounters counters = new CacheCounters();
    private final CachedBucket bucket = new CachedBucket(entries, new UserStamps(), clock, counters);

    /** The mark that Redis has. */
    private String stands = "m0";

    @BeforeEach
    void firstRound() {
        bucket.read("m0", sent(5_000));
    }

    private static Moment sent(long millis) {
        return new Moment(TimeUnit.MILLISECONDS.toNanos(millis), millis);
    }

    private void change(String previous, String mark, String... ids) {
        stands = mark;
        bucket.take(new Announcement(0, previous, mark, List.of(ids)));
    }

    private boolean leaseHolds() {
        return clock.holds(bucket.lease());
    }

    private Load begin() {
        return bucket.begin(ID);
    }

    private boolean keeps(Load load) {
        return keeps(load, stands);
    }

    private boolean keeps(Load load, String readWith) {
        return bucket.end(load, readWith, () -> entries.put(ID, new Refusal(load.epoch(), null)));
    }

    private boolean held() {
        return entries.unknown(SessionKey.of(ID), bucket.lease().epoch()) != null;
    }

    @Test
    @DisplayName("a lease counts from the sending of the read, and ends a moment before its time is over")
    void leaseFromSending() {
        now.set(5_900);
        bucket.read("m0", sent(5_100));
        now.set(6_099);
        assertThat(leaseHolds()).isTrue();
        now.set(6_100);
        assertThat(leaseHolds()).isFalse();
    }

    @Test
    @DisplayName("an older answer that comes later takes nothing away")
    void olderAnswer() {
        bucket.read("m0", sent(5_500));
        bucket.read("m0", sent(5_250));
        now.set(6_400);
        assertThat(leaseHolds()).isTrue();
    }

    @Test
    @DisplayName("a lease ends by the wall clock too, while the other stands still")
    void suspended() {
        wallAhead.set(999);
        assertThat(leaseHolds()).isTrue();
        wallAhead.set(1_000);
        assertThat(leaseHolds()).isFalse();
    }

    @Test
    @DisplayName("a change that follows removes what it names and leaves the lease and the rest")
    void followingChange() {
        keeps(begin());
        change("m0", "m1", "another");
        assertThat(held()).isTrue();
        change("m1", "m2", ID);
        assertThat(held()).isFalse();
        assertThat(leaseHolds()).isTrue();
        bucket.read("m1", sent(5_200));
        now.set(6_100);
        assertThat(leaseHolds()).as("a mark applied before the last").isTrue();
    }

    @Test
    @DisplayName("a change that does not follow drops all, and only a read gives a lease again")
    void lostMessage() {
        keeps(begin());
        change("m1", "m2", "another");
        assertThat(held()).isFalse();
        assertThat(leaseHolds()).isFalse();
        bucket.read("m0", sent(5_100));
        assertThat(leaseHolds()).isFalse();
        bucket.read("m2", sent(5_100));
        assertThat(leaseHolds()).isTrue();
        assertThat(counters.dropsByCause()).containsEntry("lost_message", 1L);
    }

    @Test
    @DisplayName("an unknown mark gives no lease but is waited for; its message proves the read that was before it")
    void messageAfterRead() {
        keeps(begin());
        bucket.read("m1", sent(5_500));
        change("m0", "m1", "another");
        assertThat(held()).isTrue();
        now.set(6_400);
        assertThat(leaseHolds()).isTrue();
    }

    @Test
    @DisplayName("a mark unknown in the third round is adopted, and all is dropped")
    void unknownMark() {
        keeps(begin());
        bucket.read("m1", sent(5_250));
        bucket.read("m2", sent(5_500));
        assertThat(held()).isTrue();
        bucket.read("m3", sent(5_750));
        assertThat(held()).isFalse();
        now.set(6_700);
        assertThat(leaseHolds()).isTrue();
        change("m2", "m3", ID);
        assertThat(leaseHolds()).as("its own message, late").isTrue();
        assertThat(counters.dropsByCause()).containsEntry("unknown_mark", 1L);
    }

    @Test
    @DisplayName("a mark that is missing drops all; a creation names without a mark")
    void missingMark() {
        keeps(begin());
        bucket.take(new Announcement(0, null, null, List.of(ID)));
        assertThat(held()).isFalse();
        keeps(begin());
        bucket.read(null, sent(5_100));
        assertThat(held()).isFalse();
        assertThat(leaseHolds()).isFalse();
        assertThat(counters.dropsByCause()).containsEntry("missing_mark", 1L);
    }

    @Test
    @DisplayName(
            "what is read is kept only under a lease of before, of the same epoch, and if nobody named it meanwhile")
    void loadRule() {
        assertThat(keeps(begin())).isTrue();
        Load named = begin();
        change("m0", "m1", ID);
        assertThat(keeps(named)).isFalse();
        Load dropped = begin();
        change("m5", "m6", "another");
        bucket.read("m6", sent(5_100));
        assertThat(keeps(dropped)).isFalse();
        now.set(6_200);
        Load lapsed = begin();
        bucket.read("m6", sent(6_100));
        assertThat(keeps(lapsed)).isFalse();
        assertThat(keeps(begin())).isTrue();
    }

    @Test
    @DisplayName("a creation while a read is under way leaves what was found, and not that nothing was")
    void born() {
        Load found = begin();
        Load nothing = begin();
        bucket.take(new Announcement(0, null, null, List.of(ID)));
        bucket.endUnknown(nothing, stands, () -> entries.put(ID, new Refusal(nothing.epoch(), null)));
        assertThat(held()).isFalse();
        assertThat(keeps(found)).isTrue();
    }

    @Test
    @DisplayName("nothing is kept of a session that is barred, as often as it is")
    void barred() {
        keeps(begin());
        Load before = begin();
        bucket.bar(ID);
        bucket.bar(ID);
        assertThat(held()).isFalse();
        bucket.admit(ID);
        assertThat(keeps(begin())).isFalse();
        Load between = begin();
        bucket.admit(ID);
        assertThat(keeps(before)).isFalse();
        assertThat(keeps(between)).isFalse();
        assertThat(keeps(begin())).isTrue();
    }

    @Test
    @DisplayName("what is read is kept only by a mark that is applied and was not behind when the read began")
    void readWithMark() {
        Load before = begin();
        change("m0", "m1", "another");
        assertThat(keeps(begin(), "m0")).as("from a server that is behind").isFalse();
        assertThat(keeps(before, "m0"))
                .as("that was the last when the read began")
                .isTrue();
        assertThat(keeps(begin(), "m1")).isTrue();
        assertThat(keeps(begin(), "m2")).as("whose message has yet to come").isFalse();
        assertThat(keeps(begin(), null)).isFalse();
        Load meanwhile = begin();
        change("m1", "m2", "another");
        assertThat(keeps(meanwhile, "m2")).isTrue();
    }

    @Test
    @DisplayName("the answer of a use brings a copy up to date, and makes none")
    void use() {
        Load use = begin();
        AtomicLong refreshed = new AtomicLong();
        bucket.endUse(use, refreshed::incrementAndGet);
        Load named = begin();
        change("m0", "m1", ID);
        bucket.endUse(named, refreshed::incrementAndGet);
        assertThat(refreshed).hasValue(1);
    }

    @Test
    @DisplayName("a mark that was set twice proves nothing once the second time is heard of")
    void sameMarkTwice() {
        change("m0", "m1", "another");
        change("m1", "m2", "another");
        keeps(begin());
        change("m0", "m1", "another");
        assertThat(held()).as("the same message once more").isTrue();
        change("m2", "m1", "another");
        assertThat(held()).isFalse();
        assertThat(leaseHolds()).isFalse();
        assertThat(counters.dropsByCause()).containsEntry("lost_message", 1L);
    }

    @Test
    @DisplayName("an older mark that is read after a newer one was announced drops all: a failover has lost changes")
    void olderMark() {
        now.set(5_100);
        change("m0", "m1", "another");
        keeps(begin());
        assertThat(bucket.read("m0", sent(5_100))).isTrue();
        assertThat(held()).as("the read may have been before the message").isTrue();
        assertThat(bucket.read("m0", sent(5_101))).isTrue();
        assertThat(held()).isFalse();
        assertThat(keeps(begin(), "m0")).isTrue();
        assertThat(counters.dropsByCause()).containsEntry("older_mark", 1L);
    }

    @Test
    @DisplayName("only a mark that is applied proves something now; when it last did is known through all drops")
    void proof() {
        assertThat(bucket.read("m0", sent(5_100))).isTrue();
        assertThat(bucket.read("m1", sent(5_200))).isFalse();
        assertThat(bucket.provenAtNanos()).isEqualTo(sent(5_100).nanos());
        change("m0", "m1", "another");
        assertThat(bucket.provenAtNanos()).isEqualTo(sent(5_200).nanos());
        assertThat(bucket.read(null, sent(5_300))).isFalse();
        assertThat(bucket.provenAtNanos()).isEqualTo(sent(5_200).nanos());
    }

    @Test
    @DisplayName("of a mark so old that it is forgotten nothing is proven, and nothing contradicts it")
    void manyChanges() {
        for (int i = 0; i < 200; i++) {
            change("m" + i, "m" + (i + 1), "another");
        }
        assertThat(leaseHolds()).isTrue();
        assertThat(bucket.read("m73", sent(5_000))).as("of the last 128").isTrue();
        assertThat(bucket.read("m72", sent(5_000))).isFalse();
        change("m72", "m73", "another");
        assertThat(leaseHolds()).isTrue();
    }
}
