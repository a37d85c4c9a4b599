package io.authsessions.service;

import static io.authsessions.Futures.failure;
import static io.authsessions.Futures.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.NewSession;
import io.authsessions.model.SessionPolicy;
import io.authsessions.store.StoreException;
import io.authsessions.store.TestClock;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fault-32")
@DisplayName("While an application blocks one event loop for three seconds")
class BlockedLoopTest {
    private static final Duration DEADLINE = Duration.ofMillis(500);
    private static final Duration BLOCKED = Duration.ofSeconds(3);

    private Vertx vertx;
    private ControlledStore controlled;
    private StoreSessionService service;
    private Context blocked;
    private Context free;

    @BeforeEach
    void open() {
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(3));
        controlled = new ControlledStore(vertx, SessionPolicy.DEFAULT, new TestClock());
        get(controlled.store().open(event -> {}));
        service =
                new StoreSessionService(vertx, controlled.store(), SessionPolicy.DEFAULT, DEADLINE, new SecureRandom());
        blocked = ((VertxInternal) vertx).createEventLoopContext();
        free = ((VertxInternal) vertx).createEventLoopContext();
    }

    @AfterEach
    void close() {
        get(vertx.close());
    }

    private static <T> Future<T> on(Context context, Supplier<Future<T>> call) {
        Promise<T> answer = Promise.promise();
        context.runOnContext(now -> call.get().onComplete(answer));
        return answer.future();
    }

    @Test
    @DisplayName("callers on the others hear in time, and those on it as soon as it is free")
    void othersGoOn() throws InterruptedException {
        String token = get(service.createSession(NewSession.of("ada"))).token();
        controlled.behave(
                (method, real) -> method.equals("find") ? Promise.promise().future() : real.get());
        Future<?> caught = on(blocked, () -> service.resolveSession(token));
        CountDownLatch spinning = new CountDownLatch(1);
        long[] freeAt = {0};
        Promise<Void> released = Promise.promise();
        blocked.runOnContext(now -> {
            spinning.countDown();
            freeAt[0] = System.nanoTime() + BLOCKED.toNanos();
            while (System.nanoTime() < freeAt[0]) {
                Thread.onSpinWait();
            }
            released.complete();
        });
        spinning.await();

        long begun = System.nanoTime();
        assertThat(Failures.detailOf(failure(on(free, () -> service.resolveSession(token)))))
                .isEqualTo(StoreException.TIMEOUT);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BLOCKED.minus(DEADLINE));
        assertThat(released.future().isComplete()).isFalse();

        assertThat(Failures.detailOf(failure(caught))).isEqualTo(StoreException.TIMEOUT);
        assertThat(Duration.ofNanos(System.nanoTime() - freeAt[0])).isLessThan(DEADLINE);
        controlled.heal();
        assertThat(get(on(blocked, () -> service.resolveSession(token))).session())
                .isNotNull();
    }
}
