package io.authsessions.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.LogCapture;
import io.authsessions.store.SessionStore;
import io.authsessions.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The sweeper")
class SweeperTest {
    private static final long INTERVAL = 1_000;

    /** The delays of all timers that were set, and the one that has not fired. */
    private final List<Long> delays = new ArrayList<>();

    private Handler<Long> timer;
    private int cancelled;

    private int slices;
    private Supplier<Future<Boolean>> answer = () -> Future.succeededFuture(false);

    private final Vertx vertx = (Vertx) Proxy.newProxyInstance(
            Vertx.class.getClassLoader(), new Class<?>[] {Vertx.class}, (p, method, args) -> switch (method.getName()) {
                case "setTimer" -> setTimer((Long) args[0], args[1]);
                case "cancelTimer" -> ++cancelled > 0;
                default -> throw new AssertionError(method.getName());
            });
    private final SessionStore store = (SessionStore) Proxy.newProxyInstance(
            SessionStore.class.getClassLoader(), new Class<?>[] {SessionStore.class}, (p, method, args) -> {
                assertThat(method.getName()).isEqualTo("sweep");
                slices++;
                return answer.get();
            });
    private LogCapture logs;

    @SuppressWarnings("unchecked")
    private long setTimer(long delay, Object handler) {
        assertThat(timer).as("one timer at a time").isNull();
        delays.add(delay);
        timer = (Handler<Long>) handler;
        return delays.size();
    }

    private void fire() {
        Handler<Long> due = timer;
        timer = null;
        due.handle((long) delays.size());
    }

    private long lastDelay() {
        return delays.get(delays.size() - 1);
    }

    private long warnings() {
        return logs.lines().stream()
                .filter(line -> line.startsWith("WARNING") && line.contains("swept"))
                .count();
    }

    private Sweeper start(RandomGenerator random) {
        Sweeper sweeper = new Sweeper(vertx, store, Duration.ofMillis(INTERVAL), random);
        sweeper.start();
        return sweeper;
    }

    /** The random source that always gives the least, or the most, of what it is asked for. */
    private static RandomGenerator always(boolean most) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new AssertionError("without a bound");
            }

            @Override
            public long nextLong(long bound) {
                return most ? bound - 1 : 0;
            }
        };
    }

    @BeforeEach
    void listen() {
        logs = LogCapture.start();
    }

    @AfterEach
    void stopListening() {
        logs.close();
    }

    @Test
    @DisplayName("rests from one half of its interval to one and a half, so that nodes do not march in step")
    void jitter() {
        start(always(false));
        assertThat(lastDelay()).isEqualTo(INTERVAL / 2);
        timer = null;
        start(always(true));
        assertThat(lastDelay()).isEqualTo(INTERVAL / 2 + INTERVAL);
        assertThat(slices).isZero();
    }

    @Test
    @DisplayName("never asks for a timer of no time, however short its interval")
    void shortInterval() {
        new Sweeper(vertx, store, Duration.ofMillis(1), always(false)).start();
        assertThat(lastDelay()).isEqualTo(1);
    }

    @Test
    @DisplayName("sweeps slice by slice with a pause of a millisecond while there is more, then rests")
    void slices() {
        start(always(false));
        answer = () -> Future.succeededFuture(slices < 3);
        fire();
        assertThat(lastDelay()).isEqualTo(1);
        fire();
        assertThat(lastDelay()).isEqualTo(1);
        fire();
        assertThat(lastDelay()).isEqualTo(INTERVAL / 2);
        assertThat(slices).isEqualTo(3);
        fire();
        assertThat(slices).isEqualTo(4);
    }

    @Test
    @DisplayName("begins no slice before the one under way has ended")
    void oneAtATime() {
        Promise<Boolean> slow = Promise.promise();
        answer = slow::future;
        start(always(false));
        fire();
        assertThat(timer).isNull();
        slow.complete(true);
        assertThat(timer).isNotNull();
        assertThat(lastDelay()).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "goes on after a store that fails or throws, at its usual pace, and says so once until it is well again")
    void goesOn() {
        start(always(false));
        answer = () -> Future.failedFuture(new StoreException(StoreException.UNAVAILABLE, "down", null));
        fire();
        assertThat(lastDelay()).isEqualTo(INTERVAL / 2);
        answer = () -> {
            throw new IllegalStateException("broken");
        };
        fire();
        fire();
        assertThat(lastDelay()).isEqualTo(INTERVAL / 2);
        assertThat(warnings()).isEqualTo(1);
        answer = () -> Future.succeededFuture(true);
        fire();
        assertThat(lastDelay()).isEqualTo(1);
        answer = () -> Future.failedFuture(new StoreException(StoreException.UNAVAILABLE, "down", null));
        fire();
        assertThat(warnings()).isEqualTo(2);
        assertThat(slices).isEqualTo(5);
    }

    @Test
    @DisplayName("stops at once: its timer is cancelled, and one that fires all the same does nothing")
    void stops() {
        Sweeper sweeper = start(always(false));
        sweeper.stop();
        assertThat(cancelled).isEqualTo(1);
        fire();
        assertThat(slices).isZero();
        assertThat(timer).isNull();
    }

    @Test
    @DisplayName("stopped during a slice begins no other")
    void stopsDuringSlice() {
        Promise<Boolean> slow = Promise.promise();
        answer = slow::future;
        Sweeper sweeper = start(always(false));
        fire();
        sweeper.stop();
        slow.complete(true);
        assertThat(timer).isNull();
    }
}
