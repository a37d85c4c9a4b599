package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fault-7")
@DisplayName("How many commands may be under way on a connection")
class InFlightLimitTest {
    private final InFlightLimit limit = new InFlightLimit(
            RedisLinkOptions.of("redis://127.0.0.1:1", "aus:events").withMaxInFlight(1_000));

    private static PendingCommand command(Command command) {
        long now = System.nanoTime();
        return new PendingCommand(Request.cmd(command), Promise.promise(), now, now);
    }

    private void answered(int ahead, Duration waited) {
        answered(Command.PING, ahead, waited);
    }

    private void answered(Command which, int ahead, Duration waited) {
        long now = System.nanoTime();
        PendingCommand command = command(which);
        command.sent(now - waited.toNanos(), ahead);
        limit.answered(command);
    }

    @Test
    @DisplayName("is what was configured, as long as Redis is quick")
    void quick() {
        answered(900, Duration.ofMillis(100));
        assertThat(limit.value()).isEqualTo(1_000);
    }

    @Test
    @DisplayName("is as many as it answers in half a deadline while it is slow")
    void slow() {
        answered(400, Duration.ofSeconds(1));
        assertThat(limit.value()).isBetween(195, 200);
    }

    @Test
    @DisplayName("is never so few that a single wait would lock everybody out")
    void fewest() {
        answered(40, Duration.ofSeconds(10));
        assertThat(limit.value()).isEqualTo(4);
    }

    @Test
    @DisplayName("halves where so many were not answered at all, and not because of a few")
    void silent() {
        limit.silent(10);
        assertThat(limit.value()).isEqualTo(1_000);
        limit.silent(400);
        assertThat(limit.value()).isEqualTo(200);
        limit.silent(150);
        assertThat(limit.value()).isEqualTo(75);
    }

    @Test
    @DisplayName("rises from the fewest too, by commands that were sent when half as many were under way")
    void risesFromFewest() {
        answered(40, Duration.ofSeconds(10));
        answered(1, Duration.ofMillis(1));
        assertThat(limit.value()).isEqualTo(4);
        answered(2, Duration.ofMillis(100));
        assertThat(limit.value()).isBetween(9, 10);
    }

    @Test
    @DisplayName("is not judged by commands that waited for hardly any other")
    void alone() {
        answered(3, Duration.ofSeconds(1));
        assertThat(limit.value()).isEqualTo(1_000);
    }

    @Test
    @DisplayName("is not judged by how long replicas take, whom WAIT is always let through to ask")
    void replicas() {
        answered(Command.WAIT, 100, Duration.ofSeconds(1));
        assertThat(limit.value()).isEqualTo(1_000);
        assertThat(limit.admits(command(Command.PING), 1_000)).isFalse();
        assertThat(limit.admits(command(Command.WAIT), 1_000)).isTrue();
    }

    @Test
    @DisplayName("rises again with the first answer that was quick")
    void recovers() {
        answered(400, Duration.ofSeconds(1));
        answered(60, Duration.ofMillis(2));
        assertThat(limit.value()).isEqualTo(1_000);
    }
}
