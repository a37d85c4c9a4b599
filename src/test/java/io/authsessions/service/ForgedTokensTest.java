package io.authsessions.service;

import static io.authsessions.Futures.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.Resolution;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionToken;
import io.authsessions.secrets.RunRecorder;
import io.authsessions.store.SessionStore;
import io.authsessions.store.TestClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Through the whole service, over a store that counts how often it is asked. */
@DisplayName("Forged tokens")
@Isolated("it weighs the heap, on which nobody else may work meanwhile")
class ForgedTokensTest {
    private static final int SIZE = 2_000;
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final Duration UNKNOWN_FOR = Duration.ofSeconds(30);

    private final SecureRandom random = new SecureRandom();
    private final Vertx vertx = Vertx.vertx();
    private final AtomicLong millis = new AtomicLong(1_000_000);
    private final SessionPolicy policy = SessionPolicy.DEFAULT;
    private final ControlledStore controlled = new ControlledStore(vertx, policy, new TestClock());
    private final SessionStore store = controlled.store();
    private NearCache near;
    private StoreSessionService service;

    @BeforeEach
    void open() {
        get(store.open(event -> {}));
        near = new NearCache(
                vertx,
                new WrittenMarks(store),
                store.buckets(),
                new CacheOptions(true, SIZE, LEASE),
                () -> Instant.ofEpochMilli(millis.get()),
                () -> TimeUnit.MILLISECONDS.toNanos(millis.get()));
        service = new StoreSessionService(vertx, store, near, policy, Duration.ofSeconds(5), random);
        get(near.start());
    }

    @AfterEach
    void close() {
        near.stop();
        get(service.close(Duration.ofMillis(100)));
        get(store.close());
        get(vertx.close());
    }

    private long reads() {
        return controlled.called.stream().filter("find"::equals).count();
    }

    private List<IssuedSession> heldSessions(int count) {
        List<IssuedSession> sessions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sessions.add(get(service.createSession(NewSession.of("user-" + i))));
        }
        sessions.forEach(each -> get(service.resolveSession(each.token())));
        controlled.called.clear();
        return sessions;
    }

    private String unknown() {
        String id = SessionIds.create(random.nextInt(store.buckets()), random.nextInt(1_000_000), random);
        return SessionToken.issue(id, random).reveal();
    }

    private void refused(String token) {
        Future<Resolution> resolve = service.resolveSession(token);
        assertThat((resolve.isComplete() ? resolve.result() : get(resolve)).session())
                .isNull();
    }

    @Test
    @DisplayName("ten of them cost one read each in 100,000 requests, while their entries live, and then one again")
    void tenForgedTokens() {
        tenForgedTokens(100_000);
    }

    @Test
    @Tag("slow")
    @DisplayName("ten of them cost one read each in a million requests, while their entries live, and then one again")
    void tenForgedTokensForLong() {
        tenForgedTokens(1_000_000);
    }

    private void tenForgedTokens(int requests) {
        List<IssuedSession> sessions = heldSessions(5);
        List<String> forged = new ArrayList<>();
        for (IssuedSession session : sessions) {
            forged.add(unknown());
            forged.add(SessionToken.issue(session.session().id(), random).reveal());
        }
        for (int i = 0; i < requests; i++) {
            refused(forged.get(i % forged.size()));
        }
        assertThat(reads()).isEqualTo(forged.size());
        assertThat(near.meters().hits()).isGreaterThanOrEqualTo(requests - forged.size());
        sessions.forEach(each ->
                assertThat(get(service.resolveSession(each.token())).session()).isNotNull());
        assertThat(reads()).as("of the sessions themselves").isEqualTo(forged.size());

        near.stop();
        millis.addAndGet(UNKNOWN_FOR.toMillis());
        get(near.start());
        forged.forEach(this::refused);
        forged.forEach(this::refused);
        assertThat(reads()).as("of the five unknown ids once more").isEqualTo(forged.size() + 5);
    }

    @Test
    @DisplayName("a hundred thousand of ids that there are not push out no living session, and take no more memory")
    void distinctIds() {
        RunRecorder.withoutNoting(() -> distinct(100_000));
    }

    @Test
    @Tag("slow")
    @DisplayName("ten million of ids that there are not push out no living session, and take no more memory")
    void manyDistinctIds() {
        RunRecorder.withoutNoting(() -> distinct(10_000_000));
    }

    private void distinct(int count) {
        List<IssuedSession> sessions = heldSessions(SIZE);
        for (int i = 0; i < SIZE / 10; i++) {
            refused(unknown());
        }
        long before = heldBytes();
        for (int i = 0; i < count; i++) {
            refused(unknown());
            if (i % 1_000 == 0) {
                controlled.called.clear();
            }
        }
        controlled.called.clear();
        long grown = heldBytes() - before;
        System.out.println("forged: " + count + " distinct ids, heap grew by " + grown / 1024 + " KiB; "
                + near.entries().unknownSize() + " unknown ids held, "
                + near.entries().size() + " sessions");
        assertThat(near.entries().unknownSize()).isLessThanOrEqualTo(SIZE / 10);
        assertThat(near.entries().size()).isEqualTo(SIZE);
        assertThat(grown).as("bytes").isLessThan(2_000_000);
        sessions.forEach(each ->
                assertThat(get(service.resolveSession(each.token())).session()).isNotNull());
        assertThat(reads()).as("of living sessions").isZero();
    }

    private static long heldBytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(
                    least,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }
}
