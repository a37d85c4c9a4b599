package io.authsessions.store.redis;

import static io.authsessions.store.StoreUnderTest.await;
import static io.authsessions.store.StoreUnderTest.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.PageRequest.Order;
import io.authsessions.model.SessionEvent;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionUpdate;
import io.authsessions.store.EndedMarker;
import io.authsessions.store.Login;
import io.authsessions.store.Nonce;
import io.authsessions.store.RotateOutcome;
import io.authsessions.store.SessionStore;
import io.authsessions.store.StoreException;
import io.authsessions.store.UpdateOutcome;
import io.authsessions.store.UseOutcome;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("What somebody has damaged in Redis")
class RedisDamageTest {
    private final StoreInRedis redis = new StoreInRedis();

    @AfterEach
    void close() {
        redis.close();
    }

    private void assertAbsent(Login damaged, Login sound) {
        long counted = redis.store().corruptRecords();
        assertThat(redis.it.find(damaged)).isNull();
        assertThat(redis.store().corruptRecords()).isGreaterThan(counted);
        assertThat(redis.it.use(damaged)).isEqualTo(new UseOutcome.Gone(null));
        assertThat(redis.it.rotate(damaged)).isEqualTo(new UseOutcome.Gone(null));
        assertThat(redis.it.update(damaged, SessionUpdate.NOTHING.withLabel("x")))
                .isEqualTo(new UpdateOutcome.Absent());
        assertThat(redis.it.destroy(damaged, "revoked")).isFalse();
        assertThat(redis.it.idsOf("ann")).containsExactly(sound.id());
        assertThat(redis.it.walk(Order.USED, 10)).containsExactly(sound.id());
        assertThat(redis.it.walk(Order.CREATED, 10)).containsExactly(sound.id());
    }

    @Test
    @Tag("corpus-43")
    @DisplayName("a key of another type: the session is absent, is counted, and the key stays as it is")
    void otherType() {
        Login damaged = redis.it.signIn("ann");
        Login sound = redis.it.signIn("ann");
        redis.raw.call("DEL", redis.session(damaged));
        redis.raw.call("HSET", redis.session(damaged), "exp", "1");
        long counted = redis.store().corruptRecords();
        assertThat(redis.it.find(damaged)).isNull();
        assertThat(redis.store().corruptRecords()).isEqualTo(counted + 1);
        assertThat(redis.it.use(damaged)).isEqualTo(new UseOutcome.Gone(null));
        assertThat(redis.it.destroy(damaged, "revoked")).isFalse();
        assertThat(redis.it.idsOf("ann")).containsExactly(sound.id());
        assertThat(redis.raw.text("HGET", redis.session(damaged), "exp")).isEqualTo("1");
    }

    @Test
    @Tag("corpus-44")
    @DisplayName("a deadline of none, or beyond all time: absent, counted, not deleted")
    void deadlines() {
        for (int value : new int[] {0, 0xFF}) {
            Login damaged = redis.it.signIn("ann");
            Login sound = redis.it.signIn("ann");
            byte[] bytes = redis.raw.bytes(redis.session(damaged));
            Arrays.fill(bytes, 67, 73, (byte) value);
            redis.damage(damaged, bytes);
            assertAbsent(damaged, sound);
            assertThat(redis.raw.bytes(redis.session(damaged))).isEqualTo(bytes);
            redis.it.destroyAll("ann", null, "revoked");
        }
    }

    @Test
    @Tag("corpus-45")
    @DisplayName(
            "a record cut short, no UTF-8, ten megabytes, or nothing at all: absent, and lists go on with the others")
    void contents() {
        Login whole = redis.it.signIn("ann");
        byte[] bytes = redis.raw.bytes(redis.session(whole));
        byte[] noText = bytes.clone();
        noText[bytes.length - 1] = (byte) 0xC3;
        List<byte[]> damages = List.of(
                Arrays.copyOf(bytes, bytes.length - 1),
                Arrays.copyOf(bytes, 60),
                noText,
                Arrays.copyOf(bytes, 10_000_000),
                "hello".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                new byte[0]);
        Login sound = redis.it.signIn("ann");
        for (byte[] damage : damages) {
            redis.damage(whole, damage);
            assertAbsent(whole, sound);
            assertThat(redis.raw.bytes(redis.session(whole))).isEqualTo(damage);
        }
    }

    @Test
    @Tag("corpus-46")
    @DisplayName("a record of a newer version: unavailable, neither refused nor deleted, and yet it can be ended")
    void newerFormat() {
        Login login = redis.it.signIn("ann");
        byte[] bytes = redis.raw.bytes(redis.session(login));
        bytes[0] = 99;
        redis.damage(login, bytes);
        SessionStore store = redis.it.store();
        Nonce nonce = Nonce.create(new SecureRandom());
        List<Future<?>> calls = List.of(
                store.find(login.id()),
                store.use(login.id(), login.hash(), redis.it.now()),
                store.rotate(login.id(), login.hash(), login.after(nonce).hash(), nonce),
                store.reauthenticate(login.id(), login.hash(), login.hash()),
                store.update(login.id(), SessionUpdate.NOTHING.withLabel("x")));
        for (Future<?> call : calls) {
            assertThat(failure(call)).isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.detail())
                    .isEqualTo(StoreException.NEWER_FORMAT));
        }
        assertThat(redis.raw.bytes(redis.session(login))).isEqualTo(bytes);
        assertThat(redis.it.destroy(login, "revoked")).isTrue();
        assertThat(redis.it.find(login)).isInstanceOf(EndedMarker.class);
        assertThat(redis.it.idsOf("ann")).isEmpty();
        assertThat(redis.it.eventsOf(login)).containsExactly("created", "destroyed revoked");
    }

    @Test
    @DisplayName("a record of a newer version expires like any other")
    void newerFormatExpires() {
        Login login = redis.it.signIn("ann");
        byte[] bytes = redis.raw.bytes(redis.session(login));
        bytes[0] = 2;
        redis.damage(login, bytes);
        redis.it.pass(Duration.ofHours(24));
        redis.it.sweepAll();
        assertThat(redis.it.eventsOf(login)).containsExactly("created", "expired expired");
    }

    @Test
    @Tag("corpus-47")
    @DisplayName("a record of another user: absent where its name is forged, in nobody's list where its place is wrong")
    void otherOwner() {
        Login ann = redis.it.signIn("ann");
        Login bob = redis.it.signIn("bob");
        redis.raw.call("ZADD", redis.user(ann), 5, bob.id());
        assertThat(redis.it.idsOf("ann")).containsExactly(ann.id());
        byte[] forged = redis.raw.bytes(redis.session(ann));
        forged[91] = 'b';
        redis.damage(ann, forged);
        assertThat(redis.it.find(ann)).isNull();
        redis.damage(ann, redis.raw.bytes(redis.session(bob)));
        assertThat(redis.it.find(ann)).isNull();
        assertThat(redis.it.use(ann)).isEqualTo(new UseOutcome.Gone(null));
        assertThat(redis.it.idsOf("ann")).isEmpty();
        assertThat(redis.it.idsOf("bob")).containsExactly(bob.id());
    }

    @Test
    @Tag("corpus-48")
    @DisplayName("a record without TTL is expired at its deadline all the same")
    void persisted() {
        Login ann = redis.it.signIn("ann");
        redis.raw.call("PERSIST", redis.session(ann));
        redis.it.pass(Duration.ofHours(2));
        assertThat(redis.it.use(ann)).isInstanceOfSatisfying(UseOutcome.Gone.class, gone -> assertThat(gone.marker())
                .isNotNull());
        assertThat(redis.it.idsOf("ann")).isEmpty();
        redis.it.sweepAll();
        assertThat(redis.raw.number("PTTL", redis.session(ann))).isPositive();
    }

    @Test
    @Tag("corpus-49")
    @DisplayName("an index entry without a record is in no list, and is removed when it is met")
    void entryWithoutRecord() {
        Login lost = redis.it.signIn("ann");
        Login sound = redis.it.signIn("ann");
        redis.raw.call("DEL", redis.session(lost));
        assertThat(redis.it.idsOf("ann")).containsExactly(sound.id());
        for (String index : List.of(redis.user(lost), redis.in(lost, "x"), redis.in(lost, "r"))) {
            Awaitility.await()
                    .until(() -> redis.raw.texts("ZRANGE", index, 0, -1).equals(List.of(sound.id())));
        }
        assertThat(redis.it.count()).isEqualTo(1);
    }

    @Test
    @Tag("fault-14")
    @Tag("corpus-49")
    @DisplayName("lost indices: the session resolves, and its next touch, update or rotation restores them")
    void recordWithoutEntries() {
        Login ann = redis.it.signIn("ann");
        List<Runnable> healers = List.of(
                () -> {
                    redis.it.pass(Duration.ofMinutes(2));
                    redis.it.use(ann);
                },
                () -> redis.it.updated(ann, SessionUpdate.NOTHING.withLabel("x")),
                () -> redis.it.rotated(ann));
        for (Runnable healer : healers) {
            redis.raw.call("DEL", redis.user(ann), redis.in(ann, "x"), redis.in(ann, "r"));
            assertThat(redis.it.isGood(ann)).isTrue();
            assertThat(redis.it.idsOf("ann")).isEmpty();
            healer.run();
            assertThat(redis.it.idsOf("ann")).containsExactly(ann.id());
            assertThat(redis.it.walk(Order.USED, 5)).containsExactly(ann.id());
            assertThat(redis.it.count()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("an index of another type fails the change before it has begun")
    void indexOfOtherType() {
        Login ann = redis.it.signIn("ann");
        byte[] before = redis.raw.bytes(redis.session(ann));
        redis.raw.call("DEL", redis.in(ann, "r"));
        redis.raw.call("SET", redis.in(ann, "r"), "x");
        Throwable failure = failure(redis.it.store().destroy(ann.id(), null, "revoked"));
        assertThat(failure).isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.detail())
                .isEqualTo(StoreException.UNAVAILABLE));
        assertThat(redis.raw.bytes(redis.session(ann))).isEqualTo(before);
        assertThat(redis.it.idsOf("ann")).containsExactly(ann.id());
    }

    @Test
    @DisplayName("sweeping gets past records that cannot be read")
    void sweepPastDamage() {
        List<Login> damaged = redis.it.signIn("ann", 150);
        damaged.forEach(login -> redis.damage(login, new byte[] {1, 2, 3}));
        Login sound = redis.it.signIn("ann");
        redis.it.pass(Duration.ofHours(2));
        redis.it.sweepAll();
        assertThat(redis.it.find(sound)).isInstanceOf(EndedMarker.class);
        assertThat(redis.raw.number("EXISTS", redis.in(sound, "x"))).isZero();
    }

    @Test
    @DisplayName("a bucket that cannot be swept keeps no other from it, and sweeping says that something failed")
    void sweepPastBuckets() {
        Login ann = redis.it.signIn("ann");
        int bucket = SessionIds.bucketOf(ann.id());
        for (int beside : new int[] {bucket + 1, bucket + 255}) {
            String name = SessionIds.bucketName(beside % 256);
            redis.raw.call("SET", redis.prefix + ":{" + name + "}:x", "foo");
        }
        redis.it.pass(Duration.ofHours(2));
        assertThat(failure(redis.it.store().sweep()))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.detail()).isEqualTo(StoreException.UNAVAILABLE));
        assertThat(redis.it.find(ann)).isInstanceOf(EndedMarker.class);
        assertThat(redis.it.eventsOf(ann)).containsExactly("created", "expired expired");
    }

    @Test
    @DisplayName("ids of a user of another type: the user's sessions expire all the same, with those of others")
    void sweepWithoutUser() {
        Login ann = redis.it.signIn("ann");
        redis.raw.call("DEL", redis.user(ann));
        redis.raw.call("SET", redis.user(ann), "foo");
        Login bob = redis.it.signIn("bob");
        redis.it.pass(Duration.ofHours(2));
        redis.it.sweepAll();
        assertThat(redis.it.find(bob)).isInstanceOf(EndedMarker.class);
        assertThat(redis.it.eventsOf(ann)).containsExactly("created", "expired expired");
        assertThat(redis.raw.text("GET", redis.user(ann))).isEqualTo("foo");
    }

    @Test
    @DisplayName("a record that was not there when it was read and is there again keeps its place")
    void backAgain() {
        Login ann = redis.it.signIn("ann");
        redis.it.pass(Duration.ofHours(2));
        String key = redis.session(ann);
        TestRedis.admin("RENAME", key, key + "-aside");
        redis.commands().behindNextRead(() -> TestRedis.admin("RENAME", key + "-aside", key));
        await(redis.it.store().sweep());
        assertThat(redis.raw.texts("ZRANGE", redis.in(ann, "x"), 0, -1)).containsExactly(ann.id());
        redis.it.sweepAll();
        assertThat(redis.it.eventsOf(ann)).containsExactly("created", "expired expired");
    }

    @Test
    @DisplayName("a user id that is no UTF-8: the events of those that end with it come, and name the user")
    void eventsBesideDamage() {
        List<Login> logins = redis.it.signIn("ann", 3);
        damageUserId(logins.get(1));
        assertThat(redis.it.destroyAll("ann", null, "revoked")).isEqualTo(3);
        for (Login login : logins) {
            assertThat(redis.it.eventsOf(login)).containsExactly("created", "destroyed revoked");
        }
        redis.it.with(policy -> policy.maxSessionsPerUser(1));
        Login older = redis.it.signIn("bob");
        damageUserId(older);
        Login newer = redis.it.signIn("bob");
        assertThat(redis.it.eventsOf(newer)).containsExactly("created");
        assertThat(redis.it.eventsOf(older)).containsExactly("created", "destroyed limit");
        assertThat(redis.it.events()).extracting(SessionEvent::userId).containsOnly("ann", "bob");
    }

    @Test
    @DisplayName("a hundred user ids that are no UTF-8 hold up no sweep, and cost no event of another session")
    void sweepPastUserIds() {
        redis.it.signIn("ann", 120).forEach(this::damageUserId);
        Login sound = redis.it.signIn("ann");
        redis.it.pass(Duration.ofHours(2));
        redis.it.sweepAll();
        assertThat(redis.it.eventsOf(sound)).containsExactly("created", "expired expired");
        assertThat(redis.raw.number("EXISTS", redis.in(sound, "x"))).isZero();
    }

    private void damageUserId(Login login) {
        byte[] bytes = redis.raw.bytes(redis.session(login));
        bytes[91] = (byte) 0xC3;
        redis.damage(login, bytes);
    }

    @Test
    @DisplayName("messages that nobody can read are counted, a gap is told in the place of each, and the others come")
    void feed() {
        Login ann = redis.it.signIn("ann");
        for (String message : List.of("", "hello", "[]", "{\"events\":5}", "{\"events\":[5]}", "{\"events\":[{}]}")) {
            redis.raw.call("PUBLISH", redis.prefix + ":events", message);
        }
        redis.raw.call(
                "PUBLISH",
                redis.prefix + ":events",
                new JsonObject().put("later", "version").encode());
        assertThat(redis.it.eventsOf(ann)).containsExactly("created");
        assertThat(redis.store().malformedMessages()).isEqualTo(6);
        assertThat(redis.it.events())
                .filteredOn(event -> event.type() == SessionEvent.Type.GAP)
                .hasSize(6)
                .allMatch(event -> event.atMillis() == redis.it.now());
    }

    @Test
    @DisplayName("nothing of this shows in how the rotation of a sound session ends")
    void soundAfterAll() {
        Login ann = redis.it.signIn("ann");
        assertThat(redis.it.rotate(ann)).isInstanceOf(RotateOutcome.Rotated.class);
        assertThat(await(redis.it.store().count())).isEqualTo(1);
    }
}
