package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A failure that is kept back until nothing can happen any more")
class HeldFailuresTest {
    private final Vertx vertx = Vertx.vertx();
    private final HeldFailures failures = new HeldFailures(vertx);

    @AfterEach
    void close() {
        Futures.get(vertx.close());
    }

    private Future<Object> keptBack(Duration time) {
        return failures.tellAfter(System.nanoTime() + time.toNanos(), new IllegalStateException("it failed"));
    }

    @Test
    @DisplayName("is told also when the verticle that called has been undeployed meanwhile")
    void undeployed() {
        Promise<Future<Object>> kept = Promise.promise();
        String verticle = Futures.get(vertx.deployVerticle(new VerticleBase() {
            @Override
            public Future<?> start() {
                kept.complete(keptBack(Duration.ofMillis(300)));
                return Future.succeededFuture();
            }
        }));
        Futures.get(vertx.undeploy(verticle));
        assertThat(Futures.failure(Futures.get(kept.future()))).hasMessage("it failed");
    }

    @Test
    @DisplayName("is told at once when it is late already, and when all ends")
    void atOnce() {
        assertThat(keptBack(Duration.ofMillis(-1)).failed()).isTrue();
        Future<Object> far = keptBack(Duration.ofHours(1));
        assertThat(far.isComplete()).isFalse();
        failures.close();
        assertThat(Futures.failure(far)).hasMessage("it failed");
        assertThat(keptBack(Duration.ofHours(1)).failed()).isTrue();
    }
}
