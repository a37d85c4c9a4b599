package io.authsessions.store.redis;

import static io.authsessions.store.StoreUnderTest.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.PageRequest.Order;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPolicy.OnLimit;
import io.authsessions.store.CreateOutcome;
import io.authsessions.store.EndedMarker;
import io.authsessions.store.Login;
import io.authsessions.store.StoreException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Indices that say something else than the records: only what the records say counts. */
@DisplayName("A limit of sessions per user, in Redis,")
class RedisLimitTest {
    private final StoreInRedis redis = new StoreInRedis();

    @AfterEach
    void close() {
        redis.close();
    }

    private void limited(int most, OnLimit onLimit) {
        redis.it.with(policy -> policy.maxSessionsPerUser(most).onLimit(onLimit));
    }

    private void lose(List<Login> logins) {
        logins.forEach(login -> redis.raw.call("DEL", redis.session(login)));
    }

    private void assertIndexed(Login any, List<String> ids) {
        for (String index : List.of(redis.user(any), redis.in(any, "x"), redis.in(any, "r"))) {
            assertThat(redis.raw.texts("ZRANGE", index, 0, -1)).as(index).containsExactlyInAnyOrderElementsOf(ids);
        }
    }

    @Test
    @DisplayName("refuses nobody for a session whose record Redis has lost, and takes it out of the indices")
    void lostIsNoReasonToRefuse() {
        limited(1, OnLimit.REJECT);
        lose(List.of(redis.it.signIn("ann")));
        Login next = redis.it.signIn("ann");
        assertIndexed(next, List.of(next.id()));
        assertThat(redis.it.create(redis.it.prepare("ann"))).isEqualTo(CreateOutcome.LIMIT_REACHED);
    }

    @Test
    @DisplayName("ends nobody for a session whose record Redis has lost")
    void lostIsNoReasonToEvict() {
        for (OnLimit onLimit : List.of(OnLimit.EVICT_LEAST_RECENTLY_USED, OnLimit.EVICT_OLDEST)) {
            String user = onLimit.name();
            limited(2, onLimit);
            Login living = redis.it.signIn(user);
            lose(List.of(redis.it.signIn(user)));
            Login next = redis.it.signIn(user);
            assertThat(redis.it.isGood(living)).isTrue();
            assertThat(redis.it.idsOf(user)).containsExactly(next.id(), living.id());
        }
    }

    @Test
    @DisplayName("that was lowered ends as many as there are too many, also where most are lost")
    void lowered() {
        List<Login> older = redis.it.signIn("ann", 2);
        lose(redis.it.signIn("ann", 230));
        limited(3, OnLimit.EVICT_LEAST_RECENTLY_USED);
        Login next = redis.it.signIn("ann");
        assertThat(older).allMatch(redis.it::isGood);
        assertIndexed(next, List.of(older.get(0).id(), older.get(1).id(), next.id()));
        lose(redis.it.signIn("bob", 230));
        redis.it.signIn("bob");
        limited(3, OnLimit.REJECT);
        redis.it.signIn("bob", 2);
        assertThat(redis.it.create(redis.it.prepare("bob"))).isEqualTo(CreateOutcome.LIMIT_REACHED);
    }

    @Test
    @DisplayName(
            "that was lowered far below what there is refuses, or ends those used least recently, as the policy has it")
    void loweredFar() {
        List<Login> logins = redis.it.signIn("ann", 230);
        limited(3, OnLimit.REJECT);
        assertThat(redis.it.create(redis.it.prepare("ann"))).isEqualTo(CreateOutcome.LIMIT_REACHED);
        assertThat(redis.it.count()).isEqualTo(230);
        limited(3, OnLimit.EVICT_OLDEST);
        Login last = redis.it.signIn("ann");
        assertThat(redis.it.idsOf("ann"))
                .containsExactly(
                        last.id(), logins.get(229).id(), logins.get(228).id());
        assertThat(redis.it.eventsOf(logins.get(0))).containsExactly("created", "destroyed limit");
    }

    @Test
    @DisplayName("ends no session of which only the index says that it is over, and corrects the index")
    void overByTheIndexAlone() {
        List<Login> logins = redis.it.signIn("ann", 270);
        logins.forEach(login -> redis.raw.call("ZADD", redis.in(login, "x"), 1, login.id()));
        limited(160, OnLimit.REJECT);
        assertThat(redis.it.create(redis.it.prepare("ann"))).isEqualTo(CreateOutcome.LIMIT_REACHED);
        assertThat(logins).allMatch(redis.it::isGood);
        limited(269, OnLimit.EVICT_LEAST_RECENTLY_USED);
        redis.it.signIn("ann");
        assertThat(redis.it.find(logins.get(1))).isInstanceOf(EndedMarker.class);
        assertThat(redis.it.isGood(logins.get(2))).isTrue();
        assertThat(redis.it.count()).isEqualTo(269);
    }

    @Test
    @DisplayName("counts an index entry of another user's session for neither, and leaves that session its place")
    void ofAnotherUser() {
        limited(2, OnLimit.EVICT_LEAST_RECENTLY_USED);
        Login ann = redis.it.signIn("ann");
        int bucket = SessionIds.bucketOf(ann.id());
        String neighbour = IntStream.range(0, 100_000)
                .mapToObj(i -> "user-" + i)
                .filter(user -> SessionIds.bucketOfUser(user, 256) == bucket)
                .findFirst()
                .orElseThrow();
        Login other = redis.it.signIn(neighbour);
        redis.raw.call("ZADD", redis.user(ann), 5, other.id());
        Login next = redis.it.signIn("ann");
        assertThat(redis.raw.texts("ZRANGE", redis.user(ann), 0, -1)).containsExactly(ann.id(), next.id());
        assertThat(redis.it.walk(Order.USED, 10)).contains(other.id()).hasSize(3);
        assertThat(redis.it.count()).isEqualTo(3);
    }

    @Test
    @DisplayName("makes no room any more once whoever wanted it has given up")
    void late() {
        redis.it.signIn("ann", 230);
        limited(3, OnLimit.EVICT_LEAST_RECENTLY_USED);
        redis.commands().beLate();
        assertThat(failure(redis.it.store().create(redis.it.prepare("ann").record())))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.detail()).isEqualTo(StoreException.TIMEOUT));
        assertThat(redis.it.count()).isEqualTo(230);
    }
}
