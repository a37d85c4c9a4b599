package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessions;
import io.authsessions.AuthSessions.CacheStatus;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.Futures;
import io.authsessions.model.NewSession;
import io.authsessions.model.SessionPolicy;
import io.authsessions.service.CacheOptions;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Sessions that a worker began, or asks for, and that is then busy")
class WorkerCallersTest {
    private final CountDownLatch free = new CountDownLatch(1);
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        free.countDown();
        Futures.get(vertx.close());
    }

    /** Runs something on a worker, which does nothing more until the test ends; completes when it is busy. */
    private Future<Void> occupy(Context worker, Runnable first) {
        Promise<Void> busy = Promise.promise();
        worker.runOnContext(now -> {
            first.run();
            busy.complete();
            try {
                assertThat(free.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        return busy.future();
    }

    @Test
    @DisplayName("are proven to be current while it is busy, and after its verticle has been undeployed")
    void marksAreRead() {
        AuthSessionsOptions options = AuthSessionsOptions.defaults()
                .withStore("redis", TestRedis.config("worker"))
                .withCache(new CacheOptions(true, 100, Duration.ofMillis(400)));
        AtomicReference<AuthSessions> started = new AtomicReference<>();
        AtomicReference<Context> worker = new AtomicReference<>();
        String id = Futures.get(vertx.deployVerticle(
                new VerticleBase() {
                    @Override
                    public Future<?> start() {
                        worker.set(context);
                        return AuthSessions.start(vertx, options).onSuccess(started::set);
                    }
                },
                new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
        AuthSessions sessions = started.get();
        try {
            Futures.get(occupy(worker.get(), () -> {}));
            awaitProof(sessions);
            free.countDown();
            Futures.get(vertx.undeploy(id));
            awaitProof(sessions);
            assertThat(sessions.cacheStatus()).isEqualTo(CacheStatus.UP);
        } finally {
            Futures.get(sessions.close());
        }
    }

    /** Of two rounds that began from now on: of one that was waiting already, nothing follows. */
    private static void awaitProof(AuthSessions sessions) {
        for (int i = 0; i < 2; i++) {
            long begun = System.nanoTime();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(5))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> sessions.cacheMeters().markRoundAgeMillis()
                            < TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
        }
    }

    @Test
    @DisplayName("are read for all others who ask for the same one at the same time")
    void readsAreShared() {
        try (CachedSessions it = new CachedSessions(SessionPolicy.DEFAULT, 1_000)) {
            String token =
                    Futures.get(it.service.createSession(NewSession.of("ann"))).token();
            Context worker = ((VertxInternal) it.vertx).createWorkerContext();
            AtomicInteger heardElsewhere = new AtomicInteger();
            List<Future<?>> asked = new ArrayList<>();
            Futures.get(occupy(worker, () -> {
                for (int i = 0; i < 2; i++) {
                    // Also at once, if a read is over before this one asks; but nowhere else.
                    asked.add(it.service.resolveSession(token).onComplete(done -> {
                        if (!Context.isOnWorkerThread()) {
                            heardElsewhere.incrementAndGet();
                        }
                    }));
                }
            }));
            assertThat(Futures.get(it.service.resolveSession(token)).session()).isNotNull();
            free.countDown();
            asked.forEach(Futures::get);
            assertThat(heardElsewhere).hasValue(0);
        }
    }
}
