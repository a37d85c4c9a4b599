package io.authsessions.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.service.Loads.Loaded;
import io.authsessions.store.ChangeMarks;
import io.authsessions.store.ChangeMarks.MarkedSession;
import io.authsessions.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Reads for the near cache")
class LoadsTest {
    private static final String ID = "0D8DqJ8Wb8i6b4URnxNhDQ";

    private static final MarkedSession NOTHING = new MarkedSession(null, null);

    private final List<Promise<MarkedSession>> sent = new ArrayList<>();
    private final Entries entries = new Entries(100, () -> 0);
    private final LeaseClock clock = new LeaseClock(() -> 0, () -> Instant.EPOCH, Duration.ofSeconds(1));
    private final CachedBucket bucket = new CachedBucket(entries, new UserStamps(), clock, new CacheCounters());
    private final Loads loads = new Loads(store(), entries);

    private ChangeMarks store() {
        return (ChangeMarks) Proxy.newProxyInstance(
                ChangeMarks.class.getClassLoader(), new Class<?>[] {ChangeMarks.class}, (proxy, method, arguments) -> {
                    Promise<MarkedSession> answer = Promise.promise();
                    sent.add(answer);
                    return answer.future();
                });
    }

    private Future<Loaded> load() {
        return loads.load(ID, bucket);
    }

    @Test
    @DisplayName("never give to anyone the answer of a read that was sent before they came")
    void neverAnOlderRead() {
        Future<Loaded> first = load();
        Future<Loaded> second = load();
        Future<Loaded> third = load();
        assertThat(sent).hasSize(1);
        sent.get(0).complete(NOTHING);
        assertThat(first.succeeded()).isTrue();
        assertThat(second.isComplete()).isFalse();
        assertThat(sent).hasSize(2);
        Future<Loaded> fourth = load();
        sent.get(1).complete(NOTHING);
        assertThat(second.succeeded() && third.succeeded()).isTrue();
        assertThat(fourth.isComplete()).isFalse();
        assertThat(sent).hasSize(3);
        sent.get(2).complete(NOTHING);
        assertThat(fourth.succeeded()).isTrue();
        load();
        assertThat(sent).hasSize(4);
    }

    @Test
    @DisplayName("fail for those who shared the one that failed, and for no others")
    void failure() {
        Future<Loaded> first = load();
        Future<Loaded> second = load();
        sent.get(0).fail(new StoreException(StoreException.TIMEOUT, "late", null));
        assertThat(first.failed()).isTrue();
        assertThat(second.isComplete()).isFalse();
        sent.get(1).complete(NOTHING);
        assertThat(second.succeeded()).isTrue();
    }

    @Test
    @DisplayName("end also when what was read cannot be held, and the next begins")
    void broken() {
        bucket.read("m0", clock.now());
        Future<Loaded> first = load();
        Future<Loaded> second = load();
        sent.get(0).complete(null);
        assertThat(first.failed()).isTrue();
        assertThat(sent).hasSize(2);
        sent.get(1).complete(NOTHING);
        assertThat(second.succeeded()).isTrue();
        load();
        assertThat(sent).hasSize(3);
    }

    @Test
    @DisplayName("refuse too many who wait for the same")
    void bounded() {
        load();
        List<Future<Loaded>> waiting = new ArrayList<>();
        for (int i = 0; i < 16_400; i++) {
            waiting.add(load());
        }
        assertThat(waiting.stream().filter(Future::failed)).hasSize(16);
        assertThat(sent).hasSize(1);
    }
}
