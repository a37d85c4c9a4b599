package io.authsessions.store.redis;

import static io.authsessions.store.StoreUnderTest.await;
import static io.authsessions.store.StoreUnderTest.failure;
import static io.authsessions.store.StoreUnderTest.freshToken;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.LogCapture;
import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest.Order;
import io.authsessions.model.SessionEvent;
import io.authsessions.model.SessionToken;
import io.authsessions.model.SessionUpdate;
import io.authsessions.store.CreateOutcome;
import io.authsessions.store.ListQuery;
import io.authsessions.store.Login;
import io.authsessions.store.SessionRecord;
import io.authsessions.store.SessionStore;
import io.authsessions.store.StoreException;
import io.authsessions.store.StoreInspection;
import io.authsessions.store.UseOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

@DisplayName("A call of the Redis store")
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = LogCapture.LOCK, mode = ResourceAccessMode.READ)
class RedisCallsTest {
    private final StoreInRedis redis = new StoreInRedis();

    @AfterEach
    void close() {
        redis.close();
    }

    private List<String> sentBy(Runnable call) {
        redis.commands().takeSent();
        call.run();
        return redis.commands().takeSent();
    }

    @Test
    @DisplayName("sends no more commands than documented")
    void commands() {
        Login ann = redis.it.signIn("ann");
        Login unknown = redis.it.prepare("ann");
        assertThat(sentBy(() -> redis.it.signIn("ann"))).containsExactly("create");
        assertThat(sentBy(() -> redis.it.find(ann))).containsExactly("GET");
        assertThat(sentBy(() -> redis.it.find(unknown))).containsExactly("GET");
        assertThat(sentBy(() -> redis.it.use(unknown))).containsExactly("GET");
        assertThat(sentBy(() -> await(redis.store().find("no id")))).isEmpty();
        assertThat(sentBy(() -> {
                    redis.it.find(ann);
                    redis.it.use(ann);
                }))
                .containsExactly("GET", "use");
        assertThat(sentBy(() -> redis.it.idsOf("ann"))).containsExactly("ZRANGE", "MGET");
        ListQuery newest = new ListQuery(Order.CREATED, 10, null);
        assertThat(sentBy(() -> await(redis.store().listForUser("ann", newest))))
                .containsExactly("ZRANGE", "MGET");
        assertThat(sentBy(() -> redis.it.updated(ann, SessionUpdate.NOTHING.withLabel("x"))))
                .containsExactly("GET", "update");
        assertThat(sentBy(() -> redis.it.destroy(ann, "revoked"))).containsExactly("GET", "destroy");
        assertThat(sentBy(() -> redis.it.destroy(ann, "revoked"))).containsExactly("GET");
        assertThat(sentBy(() -> redis.it.count())).hasSize(256).containsOnly("ZCOUNT");
    }

    @Test
    @DisplayName("at a limit reads two things more before a create")
    void createAtLimit() {
        redis.it.with(policy -> policy.maxSessionsPerUser(2));
        redis.it.signIn("ann", 2);
        assertThat(sentBy(() -> redis.it.signIn("ann"))).containsExactly("ZRANGE", "ZMSCORE", "create");
    }

    @Test
    @DisplayName("asks again for those that a script met and was not given, and ends as many as there are too many")
    void loweredLimit() {
        redis.it.signIn("ann", 230);
        redis.it.with(policy -> policy.maxSessionsPerUser(3));
        Login last = redis.it.signIn("ann");
        assertThat(redis.it.idsOf("ann")).hasSize(3).contains(last.id());
        assertThat(redis.it.count()).isEqualTo(3);
    }

    @Test
    @DisplayName("whose outcome is not known is made once more, and happens once: create, destroy, rotate, use")
    void unknownOutcomes() {
        Login ann = redis.it.prepare("ann");
        redis.commands().loseAnswers(1);
        assertThat(redis.it.create(ann)).isEqualTo(CreateOutcome.CREATED);
        assertThat(redis.it.create(ann)).isEqualTo(CreateOutcome.ID_TAKEN);
        redis.commands().loseAnswers(1);
        Login successor = redis.it.rotated(ann);
        assertThat(redis.it.isGood(successor)).isTrue();
        redis.it.pass(Duration.ofMinutes(2));
        redis.commands().loseAnswers(1);
        assertThat(redis.it.use(successor)).isInstanceOf(UseOutcome.Live.class);
        redis.commands().loseAnswers(1);
        SessionUpdate update = SessionUpdate.NOTHING
                .withLabel("x")
                .ifVersion(redis.it.record(ann).session().version());
        SessionRecord updated = redis.it.updated(ann, update);
        assertThat(updated.session().label()).isEqualTo("x");
        redis.commands().loseAnswers(1);
        assertThat(redis.it.destroy(ann, "revoked")).isTrue();
        redis.it.signIn("bob", 3);
        redis.commands().loseAnswers(1);
        assertThat(redis.it.destroyAll("bob", null, "revoked")).isEqualTo(3);
        assertThat(redis.it.eventsOf(ann)).containsExactly("created", "rotated", "updated", "destroyed revoked");
    }

    @Test
    @DisplayName(
            "on condition of a version, and of which nothing was heard while others came too, is not called refused")
    void unknownUpdate() {
        Login ann = redis.it.signIn("ann");
        redis.commands().loseAnswer(() -> redis.store().update(ann.id(), SessionUpdate.NOTHING.withLabel("another's")));
        SessionUpdate update = SessionUpdate.NOTHING.withLabel("mine").ifVersion(1);
        assertThat(failure(redis.store().update(ann.id(), update)))
                .isInstanceOfSatisfying(StoreException.class, failure -> assertThat(failure.detail())
                        .isEqualTo(StoreException.UNAVAILABLE));
        assertThat(redis.it.record(ann).session().version()).isEqualTo(3);
    }

    @Test
    @DisplayName("that is made once more is the same operation, with a change mark that nobody has set before")
    void marksOfAttempts() {
        Login ann = redis.it.prepare("ann");
        List<Runnable> calls = List.of(
                () -> redis.it.create(ann),
                () -> redis.it.rotate(ann),
                () -> redis.it.use(ann),
                () -> redis.it.update(ann, SessionUpdate.NOTHING.withLabel("x").ifVersion(2)),
                () -> redis.it.destroy(ann, "revoked"),
                () -> redis.it.destroyAll(
                        redis.it.signIn("ann").record().session().userId(), null, "revoked"),
                () -> {
                    redis.it.signIn("ann");
                    redis.it.pass(Duration.ofHours(2));
                    redis.it.sweepAll();
                });
        Set<Buffer> marks = new HashSet<>();
        for (Runnable call : calls) {
            redis.commands().takeScriptArgs();
            redis.commands().loseAnswers(1);
            call.run();
            List<List<Buffer>> attempts = redis.commands().takeScriptArgs();
            assertThat(attempts).hasSizeGreaterThanOrEqualTo(2);
            assertThat(attempts.get(1).get(4)).isEqualTo(attempts.get(0).get(4));
            attempts.forEach(
                    args -> assertThat(marks.add(args.get(3))).as("a new mark").isTrue());
        }
    }

    @Test
    @DisplayName("that sweeps ends 25 in one script, and 100 in all, and says whether there may be more")
    void sweep() {
        redis.it.signIn("ann", 130);
        redis.it.pass(Duration.ofHours(2));
        List<String> sent =
                sentBy(() -> assertThat(await(redis.store().sweep())).isTrue());
        assertThat(sent).filteredOn("MGET"::equals).hasSize(4);
        assertThat(sent).filteredOn("sweep"::equals).hasSize(4);
        assertThat(await(redis.store().sweep())).isFalse();
        assertThat(redis.it.events())
                .filteredOn(event -> event.type() == SessionEvent.Type.EXPIRED)
                .hasSize(130);
    }

    @Test
    @DisplayName("that ends all of a user reads no more of them than it ends, however many there are")
    void destroyForUser() {
        redis.it.signIn("ann", 250);
        List<String> sent = sentBy(
                () -> assertThat(redis.it.destroyAll("ann", null, "revoked")).isEqualTo(250));
        assertThat(sent).containsExactly("ZRANGE", "destroy_many", "ZRANGE", "destroy_many", "ZRANGE", "destroy_many");
    }

    @Test
    @DisplayName(
            "that ends all of a user gets past those that are over and not swept yet, and leaves them to the sweeper")
    void destroyForUserUnswept() {
        List<Login> over = redis.it.signIn("bob", 305);
        redis.it.pass(Duration.ofHours(2));
        Login spared = redis.it.signIn("bob");
        Login last = redis.it.signIn("bob");
        assertThat(redis.it.destroyAll("bob", spared.id(), "revoked")).isEqualTo(1);
        assertThat(redis.it.idsOf("bob")).containsExactly(spared.id());
        assertThat(redis.it.eventsOf(last)).containsExactly("created", "destroyed revoked");
        assertThat(redis.it.eventsOf(over.get(0))).containsExactly("created");
        assertThat(redis.it.destroyAll("bob", null, "revoked")).isEqualTo(1);
        assertThat(redis.it.destroyAll("bob", null, "revoked")).isZero();
        redis.it.sweepAll();
        assertThat(redis.it.eventsOf(over.get(0))).containsExactly("created", "expired expired");
    }

    @Test
    @DisplayName("whose outcome is not known fails where a second time could do it twice")
    void unrepeatable() {
        Login ann = redis.it.signIn("ann");
        redis.commands().loseAnswers(1);
        failure(redis.store().update(ann.id(), SessionUpdate.NOTHING.withLabel("x")));
        redis.commands().loseAnswers(1);
        failure(redis.it
                .store()
                .reauthenticate(ann.id(), ann.hash(), freshToken(ann).hash()));
        assertThat(redis.it.record(ann).session().version()).isEqualTo(3);
    }

    @Test
    @DisplayName("that comes to Redis after its caller has given up changes nothing, but a destroy does")
    void late() {
        Login ann = redis.it.signIn("ann");
        SessionRecord before = redis.it.record(ann);
        redis.commands().beLate();
        List<Future<?>> calls = List.of(
                redis.store().create(redis.it.prepare("ann").record()),
                redis.store().use(ann.id(), ann.hash(), redis.it.now()),
                redis.store().update(ann.id(), SessionUpdate.NOTHING.withLabel("x")),
                io.authsessions.store.StoreUnderTest.startRotation(redis.store(), ann),
                redis.it
                        .store()
                        .reauthenticate(ann.id(), ann.hash(), freshToken(ann).hash()));
        for (Future<?> call : calls) {
            assertThat(failure(call)).isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.detail())
                    .isEqualTo(StoreException.TIMEOUT));
        }
        assertThat(redis.it.record(ann)).isEqualTo(before);
        assertThat(redis.it.count()).isEqualTo(1);
        assertThat(redis.it.destroy(ann, "revoked")).isTrue();
    }

    @Test
    @DisplayName("goes on after Redis has forgotten all scripts")
    void forgottenScripts() {
        Login ann = redis.it.signIn("ann");
        redis.raw.call("SCRIPT", "FLUSH");
        assertThat(redis.it.destroy(ann, "revoked")).isTrue();
        assertThat(redis.it.eventsOf(ann)).containsExactly("created", "destroyed revoked");
    }

    @Test
    @DisplayName("that creates is told that the store is full when memory is; sessions are used and ended all the same")
    void full() {
        Login ann = redis.it.signIn("ann");
        redis.raw.call("CONFIG", "SET", "maxmemory", "1");
        try {
            assertThat(redis.it.create(redis.it.prepare("bob"))).isEqualTo(CreateOutcome.STORE_FULL);
            assertThat(redis.it.idsOf("bob")).isEmpty();
            redis.it.pass(Duration.ofMinutes(2));
            assertThat(redis.it.use(ann)).isInstanceOf(UseOutcome.Live.class);
            assertThat(redis.it.destroy(ann, "revoked")).isTrue();
            assertThat(redis.it.count()).isZero();
        } finally {
            redis.raw.call("CONFIG", "SET", "maxmemory", "0");
        }
    }

    @Test
    @DisplayName("judges by the time of Redis, where no other clock is given")
    void redisTime() {
        SessionStore store = new RedisSessionStoreProvider()
                .create(redis.vertx, redis.it.policy(), InstantSource.system(), TestRedis.config(redis.space));
        await(store.open(event -> {}));
        long seconds = Long.parseLong(redis.raw.texts("TIME").get(0));
        assertThat(store.nowMillis()).isBetween(seconds * 1000 - 1_000, seconds * 1000 + 10_000);
        SessionToken token = redis.it.prepare("ann").token();
        SessionRecord record = SessionRecord.create(
                token.id(), token.secretHash(), NewSession.of("ann"), redis.it.policy(), store.nowMillis());
        assertThat(await(store.create(record))).isEqualTo(CreateOutcome.CREATED);
        assertThat(await(store.use(token.id(), token.secretHash(), store.nowMillis())))
                .isInstanceOf(UseOutcome.Live.class);
        assertThat(await(store.destroy(token.id(), token.secretHash(), "revoked")))
                .isTrue();
        await(store.close());
    }

    @Test
    @DisplayName("shows operators what stands under an id, by one GET and without a secret")
    void inspect() {
        Login ann = redis.it.signIn("ann");
        StoreInspection store = (StoreInspection) redis.store();
        redis.commands().takeSent();
        JsonObject view = await(store.inspect(ann.id()));
        assertThat(redis.commands().takeSent()).containsExactly("GET");
        assertThat(view.getString("kind")).isEqualTo("session");
        assertThat(view.getString("userId")).isEqualTo("ann");
        redis.it.destroy(ann, "revoked");
        assertThat(await(store.inspect(ann.id())).getString("reason")).isEqualTo("revoked");
        assertThat(await(store.inspect(redis.it.prepare("ann").id()))).isNull();
        assertThat(await(store.inspect(ann.token().reveal()))).isNull();
    }
}
