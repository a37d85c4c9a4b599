package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Handler;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An event loop that is asked for more and more")
class CongestionTest {
    private long now = 1_000_000_000;
    private long worked;
    private Handler<Void> afterTurn;

    private final Congestion congestion = new Congestion(
            work -> {
                assertThat(afterTurn).as("one note per turn").isNull();
                afterTurn = work;
            },
            () -> now,
            () -> worked);

    /** One turn in which so many requests are found, each of which takes so long; how many were refused. */
    private int turn(int requests, Duration each) {
        int refused = 0;
        for (int i = 0; i < requests; i++) {
            if (congestion.refusesNext()) {
                refused++;
            } else {
                now += each.toNanos();
                worked += each.toNanos();
            }
        }
        Handler<Void> work = afterTurn;
        afterTurn = null;
        work.handle(null);
        return refused;
    }

    @Test
    @DisplayName("refuses nothing while its turns are short, however many there are")
    void quick() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(turn(40, Duration.ofMillis(1))).isZero();
        }
    }

    @Test
    @DisplayName("refuses nothing for one turn that is long, if the next is short")
    void burst() {
        for (int i = 0; i < 100; i++) {
            assertThat(turn(400, Duration.ofMillis(1))).isZero();
            assertThat(turn(40, Duration.ofMillis(1))).isZero();
        }
    }

    @Test
    @DisplayName("refuses what is more than it gets done in a turn of 50 ms, once that has lasted for half a second")
    void overload() {
        assertThat(turn(300, Duration.ofMillis(1))).isZero();
        assertThat(turn(3_000, Duration.ofMillis(1))).isEqualTo(2_800);
        assertThat(turn(3_000, Duration.ofMillis(1))).isEqualTo(2_950);
        assertThat(turn(30, Duration.ofMillis(1))).isZero();
        assertThat(turn(300, Duration.ofMillis(1))).isZero();
    }

    @Test
    @DisplayName("refuses what it cannot get done although each request is long enough to be taken for a pause")
    void longRequests() {
        assertThat(turn(10, Duration.ofMillis(300))).isEqualTo(8);
        assertThat(turn(10, Duration.ofMillis(300))).isEqualTo(9);
    }

    @Test
    @DisplayName("refuses nobody because the process stood still for a while")
    void pause() {
        assertThat(congestion.refusesNext()).isFalse();
        now += Duration.ofSeconds(10).toNanos();
        assertThat(congestion.refusesNext()).isFalse();
        assertThat(turn(40, Duration.ofMillis(1))).isZero();
    }
}
