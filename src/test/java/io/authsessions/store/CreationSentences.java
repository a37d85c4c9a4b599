package io.authsessions.store;

import static io.authsessions.store.StoreUnderTest.await;
import static io.authsessions.store.StoreUnderTest.failure;
import static io.authsessions.store.StoreUnderTest.freshToken;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.ClientInfo;
import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest.Order;
import io.authsessions.model.SessionIds;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How sessions come into being and are found. */
interface CreationSentences extends StoreSentences {
    @Test
    @DisplayName("a created session is found as it was given, with every field")
    default void createdIsFound() {
        Login login = it().signIn(NewSession.of("ann")
                .withLabel("Grüße vom 電話 😀")
                .withMeta(new JsonObject().put("a", 1).put("s", "\"\\\n"))
                .withClient(new ClientInfo("2001:db8::1", "Mozilla/5.0"))
                .withIdleTimeout(Duration.ofMinutes(7))
                .withAbsoluteTimeout(Duration.ofDays(3)));
        assertThat(it().find(login)).isEqualTo(login.record());
    }

    @Test
    @DisplayName("a session without label, meta and client is found as it was given")
    default void bareIsFound() {
        Login login = it().signIn("ann");
        assertThat(it().find(login)).isEqualTo(login.record());
    }

    @Test
    @DisplayName("nothing is found under an id that no session has")
    default void unknownIsAbsent() {
        it().signIn("ann");
        assertThat(it().find(it().prepare("ann"))).isNull();
    }

    @Test
    @DisplayName("what is no session id finds nothing and fails nothing")
    default void malformedIdIsAbsent() {
        Login login = it().prepare("ann");
        for (String id : new String[] {"", "x", "*", "zz", login.id() + "0", "{}:" + login.id(), "é".repeat(22)}) {
            assertThat(await(it().store().find(id))).isNull();
            assertThat(await(it().store().use(id, login.hash(), it().now()))).isEqualTo(new UseOutcome.Gone(null));
            assertThat(await(it().store().destroy(id, null, "revoked"))).isFalse();
        }
    }

    @Test
    @DisplayName("create never overwrites a living session of the same id")
    default void createNeverOverwrites() {
        Login first = it().signIn("ann");
        Login second = freshToken(first);
        SessionRecord other = SessionRecord.create(
                first.id(), second.hash(), NewSession.of("ann").withLabel("thief"), it().policy(), it().now());
        assertThat(await(it().store().create(other))).isEqualTo(CreateOutcome.ID_TAKEN);
        assertThat(it().find(first)).isEqualTo(first.record());
        assertThat(it().isGood(second)).isFalse();
    }

    @Test
    @DisplayName("the id of an ended session is taken as well")
    default void endedIdIsTaken() {
        Login login = it().signIn("ann");
        it().destroy(login, "revoked");
        assertThat(await(it().store().create(login.record()))).isEqualTo(CreateOutcome.ID_TAKEN);
        assertThat(it().isGood(login)).isFalse();
        assertThat(it().count()).isZero();
    }

    @Test
    @DisplayName("the id of an expired session is taken as well, swept or not")
    default void expiredIdIsTaken() {
        Login login = it().signIn("ann");
        it().pass(Duration.ofHours(24));
        assertThat(await(it().store().create(login.record()))).isEqualTo(CreateOutcome.ID_TAKEN);
        it().sweepAll();
        assertThat(await(it().store().create(login.record()))).isEqualTo(CreateOutcome.ID_TAKEN);
    }

    @Test
    @DisplayName("a create that is refused for its id leaves the count and the list alone")
    default void refusedCreateLeavesIndices() {
        Login login = it().signIn("ann");
        await(it().store().create(login.record()));
        assertThat(it().count()).isEqualTo(1);
        assertThat(it().idsOf("ann")).containsExactly(login.id());
    }

    @Test
    @DisplayName("an id that names another bucket than its user's is a fault and creates nothing")
    default void foreignBucketIsRefused() {
        if (it().store().buckets() == 1) {
            return;
        }
        Login right = it().prepare("ann");
        int other = (SessionIds.bucketOf(right.id()) + 1) % it().store().buckets();
        String id = SessionIds.create(other, it().now() * 1_000, new java.util.Random(1));
        SessionRecord wrong = SessionRecord.create(id, right.hash(), NewSession.of("ann"), it().policy(), it().now());
        assertThat(failure(it().store().create(wrong))).isInstanceOf(IllegalArgumentException.class);
        assertThat(await(it().store().find(id))).isNull();
        assertThat(it().count()).isZero();
    }

    @Test
    @DisplayName("user ids that look like patterns, keys or one another are apart")
    default void usersAreApart() {
        String[] users = {"a", "a*", "A", "a{b}c", "a:b", "a b", "a/b", "é", "e\u0301", "😀", "a".repeat(256), "0"};
        for (String user : users) {
            it().signIn(user);
        }
        for (String user : users) {
            assertThat(it().idsOf(user)).hasSize(1);
            assertThat(it().walkUser(user, Order.CREATED, 10)).hasSize(1);
        }
        assertThat(it().destroyAll("a*", null, "revoked")).isEqualTo(1);
        assertThat(it().count()).isEqualTo(users.length - 1L);
    }

    @Test
    @DisplayName("the number of buckets is within what an id can name")
    default void bucketsAreInRange() {
        assertThat(it().store().buckets()).isBetween(1, SessionIds.MAX_BUCKETS);
    }

    @Test
    @DisplayName("what has been read does not change with the session")
    default void valuesAreImmutable() {
        Login login = it().signIn("ann");
        SessionRecord before = it().record(login);
        it().updated(login, io.authsessions.model.SessionUpdate.NOTHING.withLabel("new"));
        it().pass(Duration.ofMinutes(5));
        it().use(login);
        assertThat(before).isEqualTo(login.record());
    }

    @Test
    @DisplayName("several stores over the same sessions see one another's changes")
    default void storesShare() {
        SessionStore other = it().another(it().policy());
        Login login = it().signIn("ann");
        assertThat(await(other.find(login.id()))).isEqualTo(login.record());
        assertThat(await(other.destroy(login.id(), null, "revoked"))).isTrue();
        assertThat(it().isGood(login)).isFalse();
    }

    @Test
    @DisplayName("sessions outlive the store that made them")
    default void sessionsStayAfterClose() {
        SessionStore other = it().another(it().policy());
        Login login = it().prepare("ann");
        assertThat(await(other.create(login.record()))).isEqualTo(CreateOutcome.CREATED);
        await(other.close());
        assertThat(it().find(login)).isEqualTo(login.record());
    }

    @Test
    @DisplayName("a second close does nothing, and a closed store fails its calls as unavailable")
    default void closedStoreFails() {
        SessionStore other = it().another(it().policy());
        await(other.close());
        await(other.close());
        assertThat(failure(other.count())).isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.detail())
                .isEqualTo(StoreException.UNAVAILABLE));
    }
}
