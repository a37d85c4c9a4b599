package io.authsessions.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.NewSession;
import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPolicy;
import io.authsessions.store.ListQuery.Position;
import io.authsessions.store.SessionRecord;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a list costs")
class BucketCostTest {
    private static final long NOW = 1_750_000_000_000L;
    private static final int OWN = 10;
    private static final int FEW = 100;
    private static final int MANY = 20_000;
    private static final SecretHash HASH = SecretHash.fromBytes(new byte[SecretHash.BYTES]);

    private final AtomicLong visited = new AtomicLong();
    private final Random random = new Random(1);

    /** An index that counts the entries which are taken from it, one by one. */
    private NavigableSet<SessionRecord> counting(Comparator<SessionRecord> order) {
        return counting(new TreeSet<>(order));
    }

    @SuppressWarnings("unchecked")
    private NavigableSet<SessionRecord> counting(NavigableSet<SessionRecord> index) {
        return (NavigableSet<SessionRecord>) Proxy.newProxyInstance(
                NavigableSet.class.getClassLoader(), new Class<?>[] {NavigableSet.class}, (proxy, method, args) -> {
                    try {
                        Object result = method.invoke(index, args);
                        if (result instanceof NavigableSet<?> part) {
                            return counting((NavigableSet<SessionRecord>) part);
                        }
                        return result instanceof Iterator<?> entries ? counting(entries) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private <T> Iterator<T> counting(Iterator<T> entries) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return entries.hasNext();
            }

            @Override
            public T next() {
                visited.incrementAndGet();
                return entries.next();
            }
        };
    }

    private SessionRecord record(String userId, int age) {
        String id = SessionIds.create(0, (NOW - age) * 1_000, random);
        return SessionRecord.create(id, HASH, NewSession.of(userId), SessionPolicy.DEFAULT, NOW - age);
    }

    /** How many entries are visited where ann's sessions stand among those of others. */
    private long costAmong(int others, Function<Bucket, List<SessionRecord>> list, int expected) {
        HeldSessions held = new HeldSessions();
        Bucket bucket = new Bucket(held, new EndedMarkers(held), new AtomicLong(), this::counting);
        Step step = new Step(NOW, SessionPolicy.DEFAULT, 10, () -> "event");
        IntStream.range(0, others).forEach(i -> bucket.add(step, record(i % 2 == 0 ? "aaa" + i : "bbb" + i, i)));
        IntStream.range(0, OWN).forEach(i -> bucket.add(step, record("ann", i * 5)));
        visited.set(0);
        assertThat(list.apply(bucket)).hasSize(expected);
        return visited.get();
    }

    private void assertSameCost(Function<Bucket, List<SessionRecord>> list, int expected, int most) {
        long few = costAmong(FEW, list, expected);
        assertThat(costAmong(MANY, list, expected)).isEqualTo(few).isBetween(1L, (long) most);
    }

    @Test
    @DisplayName("is for a user's sessions their number, however many there are of others")
    void ofUser() {
        assertSameCost(bucket -> bucket.ofUser("ann"), OWN, OWN + 1);
        assertSameCost(bucket -> bucket.usedOfUser("ann", null, NOW, 50), OWN, OWN + 1);
        assertSameCost(bucket -> bucket.usedOfUser("ann", null, NOW, 3), 3, 4);
        Position middle = new Position(NOW - 20, "z".repeat(SessionIds.LENGTH));
        assertSameCost(bucket -> bucket.usedOfUser("ann", middle, NOW, 3), 3, 4);
    }

    @Test
    @DisplayName("is for a page of all sessions the length of the page")
    void ofAll() {
        assertSameCost(bucket -> bucket.used(null, NOW, 50), 50, 51);
        Position middle = new Position(NOW - 20, "z".repeat(SessionIds.LENGTH));
        assertSameCost(bucket -> bucket.used(middle, NOW, 50), 50, 51);
    }

    @Test
    @DisplayName("is for the sweeper what it ends in a slice")
    void expired() {
        long much = NOW + SessionPolicy.DEFAULT.absoluteTimeout().toMillis();
        assertSameCost(bucket -> bucket.expired(much, 20), 20, 21);
        assertSameCost(bucket -> bucket.expired(NOW, 20), 0, 1);
    }

    @Test
    @DisplayName("is not made uneven by ids that fall into few parts of the map")
    void parts() {
        int[] sizes = new int[HeldSessions.PARTS];
        int share = 400;
        for (int i = 0; i < share * HeldSessions.PARTS; i++) {
            sizes[HeldSessions.partOf(SessionIds.create(i % 256, NOW * 1_000 + i, random))]++;
        }
        assertThat(IntStream.of(sizes)).allMatch(size -> size > share / 2 && size < share * 2);
    }
}
