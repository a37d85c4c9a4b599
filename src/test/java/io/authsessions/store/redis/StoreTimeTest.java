package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.store.TestClock;
import java.time.InstantSource;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("The time by the clock of Redis")
class StoreTimeTest {
    private static final long MILLI = 1_000_000;
    private static final long REDIS = 1_800_000_000_000L;

    private final StoreTime time = StoreTime.of(InstantSource.system());

    /** TIME answered in the middle of a round trip of two milliseconds. */
    private void learn(long redisMillis, long nanoTime) {
        time.learn(redisMillis * 1000, nanoTime - MILLI, nanoTime + MILLI);
    }

    @Test
    @DisplayName("is that of this machine before Redis has been heard of")
    void before() {
        long now = InstantSource.system().millis();
        assertThat(time.nowMillis(System.nanoTime())).isBetween(now, now + 1_000);
    }

    @Test
    @Tag("fault-22")
    @DisplayName("goes on from what Redis said, whatever this machine's clock says")
    void goesOn() {
        learn(REDIS, 0);
        assertThat(time.redisMillis(0)).isEqualTo(REDIS);
        assertThat(time.redisMillis(500 * MILLI)).isEqualTo(REDIS + 500);
    }

    @Test
    @DisplayName("is not moved by the noise of a round trip")
    void noise() {
        learn(REDIS, 0);
        time.learn((REDIS + 1_300) * 1000, 1_000 * MILLI, 1_400 * MILLI);
        assertThat(time.redisMillis(1_500 * MILLI)).isEqualTo(REDIS + 1_500);
    }

    @Test
    @DisplayName("stands still rather than step back by a little")
    void standsStill() {
        learn(REDIS, 0);
        learn(REDIS + 900, 1_000 * MILLI);
        assertThat(time.redisMillis(1_001 * MILLI)).isEqualTo(REDIS + 1_001);
        assertThat(time.redisMillis(1_050 * MILLI)).isEqualTo(REDIS + 1_001);
        assertThat(time.redisMillis(1_200 * MILLI)).isEqualTo(REDIS + 1_101);
    }

    @Test
    @Tag("fault-22")
    @DisplayName("follows Redis where its clock was set back")
    void setBack() {
        learn(REDIS, 0);
        learn(REDIS - 3_600_000, 1_000 * MILLI);
        assertThat(time.redisMillis(1_000 * MILLI)).isEqualTo(REDIS - 3_600_000 + 1);
    }

    @Test
    @Tag("fault-22")
    @DisplayName("follows Redis where its clock was set forward")
    void setForward() {
        learn(REDIS, 0);
        learn(REDIS + 3_600_000, 1_000 * MILLI);
        assertThat(time.redisMillis(1_000 * MILLI)).isEqualTo(REDIS + 3_600_000 - 1);
    }

    @Test
    @DisplayName("is that of a clock that was given, whatever Redis says")
    void given() {
        TestClock clock = new TestClock();
        StoreTime fixed = StoreTime.of(clock);
        fixed.learn(REDIS * 1000, 0, MILLI);
        assertThat(fixed.nowMillis(System.nanoTime())).isEqualTo(clock.millis());
    }

    @Property
    @Label("never goes backwards, whatever the round trips of one server with a steady clock")
    void monotonous(@ForAll @Size(min = 2, max = 50) List<@IntRange(min = 0, max = 900) Integer> delays) {
        StoreTime steady = StoreTime.of(InstantSource.system());
        long nano = 0;
        long last = Long.MIN_VALUE;
        for (int i = 0; i + 1 < delays.size(); i += 2) {
            long sentAt = nano;
            long answeredAt = sentAt + delays.get(i) * MILLI;
            long receivedAt = answeredAt + delays.get(i + 1) * MILLI;
            steady.learn(REDIS * 1000 + answeredAt / 1000, sentAt, receivedAt);
            for (nano = receivedAt; nano < receivedAt + 100 * MILLI; nano += 7 * MILLI) {
                long now = steady.redisMillis(nano);
                assertThat(now).isGreaterThanOrEqualTo(last);
                last = now;
            }
        }
        assertThat(Math.abs(last - REDIS - nano / MILLI)).isLessThanOrEqualTo(908);
    }
}
