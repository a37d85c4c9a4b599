package io.authsessions.store;

import io.authsessions.model.SessionEvent;
import io.authsessions.model.SessionPolicy;
import io.authsessions.secrets.RunRecorder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** The stores that a test has open over the same sessions, one of which it works with, and what they announce. */
abstract class OpenStores {
    /** Makes a store over the storage of one test. */
    public interface Factory {
        /** Makes a store; all that one test makes see the same sessions. */
        SessionStore create(Vertx vertx, SessionPolicy policy, InstantSource clock);
    }

    /** The policy of a test that asks for no other. */
    public static final SessionPolicy POLICY = SessionPolicy.builder()
            .idleTimeout(Duration.ofHours(1))
            .absoluteTimeout(Duration.ofHours(24))
            .touchInterval(Duration.ofSeconds(60))
            .rotationGrace(Duration.ofSeconds(30))
            .endedRetention(Duration.ofHours(2))
            .build();

    /** How long a store may take in a test. */
    static final long DEADLINE_SECONDS = 20;

    private final Vertx vertx;
    private final Factory factory;
    private final TestClock clock;
    private final Queue<SessionEvent> events = new ConcurrentLinkedQueue<>();
    private final List<SessionStore> opened = new ArrayList<>();
    private SessionPolicy policy;
    private SessionStore store;

    OpenStores(Vertx vertx, Factory factory, TestClock clock, SessionPolicy policy) {
        this.vertx = vertx;
        this.factory = factory;
        this.clock = clock;
        this.policy = policy;
        this.store = another(policy);
    }

    /** From now on with that policy. */
    final void reopen(SessionPolicy newPolicy) {
        policy = newPolicy;
        await(store.close());
        store = another(policy);
    }

    /** From now on with a consumer of events of the test's own. */
    public void consumeWith(Consumer<SessionEvent> consumer) {
        await(store.close());
        store = factory.create(vertx, policy, clock);
        await(store.open(consumer));
        opened.add(store);
    }

    /** One more store over the same sessions; its events come here too. */
    public SessionStore another(SessionPolicy itsPolicy) {
        SessionStore another = factory.create(vertx, itsPolicy, clock);
        await(another.open(event -> {
            RunRecorder.event(event.toString());
            events.add(event);
        }));
        opened.add(another);
        return another;
    }

    /** All events so far. */
    final Queue<SessionEvent> heard() {
        return events;
    }

    /** Closes all stores. */
    public void close() {
        opened.forEach(each -> await(each.close()));
    }

    /** The store. */
    public SessionStore store() {
        return store;
    }

    /** Its policy. */
    public SessionPolicy policy() {
        return policy;
    }

    /** Its clock. */
    public TestClock clock() {
        return clock;
    }

    /** What time the store has. */
    public long now() {
        return store.nowMillis();
    }

    /** Moves the time. */
    public void pass(Duration by) {
        clock.advance(by);
    }

    /** The value of a future that must come in time and must not fail. */
    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            RunRecorder.failure(e);
            throw new AssertionError("the store failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** How a future fails, in time. */
    public static Throwable failure(Future<?> future) {
        return await(future.<Throwable>map(value -> new AssertionError("did not fail"))
                .recover(Future::succeededFuture));
    }
}
