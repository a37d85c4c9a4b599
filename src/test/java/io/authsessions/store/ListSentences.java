package io.authsessions.store;

import static io.authsessions.store.StoreUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.PageRequest.Order;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionUpdate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Lists of one user and of all, in both orders. */
interface ListSentences extends StoreSentences {
    private static List<String> ids(List<Login> logins) {
        return new ArrayList<>(logins.stream().map(Login::id).toList());
    }

    private static List<String> newestFirst(List<Login> logins) {
        List<String> ids = ids(logins);
        ids.sort(SessionIds.NEWEST_FIRST);
        return ids;
    }

    /** Sessions of 30 users, each used at a time of its own. */
    private List<Login> crowd() {
        List<Login> logins = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            it().pass(Duration.ofMillis(100));
            logins.add(it().signIn("user-" + i % 30));
        }
        return logins;
    }

    private ListQuery query(Order order, int limit, ListQuery.Position after) {
        return new ListQuery(order, limit, after);
    }

    @Test
    @DisplayName("a user without sessions has an empty list that is at its end")
    default void emptyList() {
        it().signIn("ann");
        for (Order order : Order.values()) {
            assertThat(await(it().store().listForUser("bob", query(order, 10, null))))
                    .isEqualTo(RecordPage.EMPTY);
        }
    }

    @Test
    @DisplayName("an empty store has empty lists and a count of none")
    default void emptyStore() {
        assertThat(it().walk(Order.USED, 10)).isEmpty();
        assertThat(it().walk(Order.CREATED, 10)).isEmpty();
        assertThat(it().count()).isZero();
    }

    @Test
    @DisplayName("a user's sessions come most recently used first")
    default void userByUse() {
        List<Login> logins = it().signIn("ann", 3);
        it().pass(Duration.ofMinutes(2));
        it().use(logins.get(1));
        it().pass(Duration.ofMinutes(2));
        it().use(logins.get(0));
        assertThat(it().idsOf("ann"))
                .containsExactly(
                        logins.get(0).id(), logins.get(1).id(), logins.get(2).id());
    }

    @Test
    @DisplayName("among sessions used at one time the newest comes first")
    default void tiesByAge() {
        List<Login> logins = it().signIn("ann", 5);
        assertThat(it().idsOf("ann")).isEqualTo(newestFirst(logins));
    }

    @Test
    @DisplayName("in order of creation a user's newest session comes first, whatever was used")
    default void userByCreation() {
        List<Login> logins = it().signIn("ann", 5);
        it().pass(Duration.ofMinutes(2));
        it().use(logins.get(2));
        assertThat(it().walkUser("ann", Order.CREATED, 2)).isEqualTo(newestFirst(logins));
    }

    @Test
    @DisplayName("a list holds the records as they stand")
    default void listHoldsRecords() {
        Login login = it().signIn("ann");
        SessionRecord record = it().updated(login, SessionUpdate.NOTHING.withLabel("new"));
        for (Order order : Order.values()) {
            assertThat(await(it().store().listForUser("ann", query(order, 1, null)))
                            .items())
                    .containsExactly(record);
            assertThat(await(it().store().list(query(order, 1, null))).items()).containsExactly(record);
        }
    }

    @Test
    @DisplayName("a list holds nobody else's sessions")
    default void listHoldsOwnOnly() {
        it().signIn("ann", 3);
        Login bob = it().signIn("bob");
        assertThat(it().idsOf("bob")).containsExactly(bob.id());
        assertThat(it().walkUser("bob", Order.CREATED, 10)).containsExactly(bob.id());
    }

    @Test
    @DisplayName("pages of any size give a user's whole list, in order, each session once")
    default void userPages() {
        List<Login> logins = it().signIn("ann", 12);
        List<String> expected = newestFirst(logins);
        for (int size : new int[] {1, 2, 3, 5, 11, 12, 13, 500}) {
            assertThat(it().walkUser("ann", Order.USED, size)).isEqualTo(expected);
            assertThat(it().walkUser("ann", Order.CREATED, size)).isEqualTo(expected);
        }
    }

    @Test
    @DisplayName("the list of all by use gives every session once, most recently used first, in pages of any size")
    default void allByUse() {
        List<Login> logins = crowd();
        List<String> expected = ids(logins);
        Collections.reverse(expected);
        for (int size : new int[] {1, 7, 59, 60, 61, 500}) {
            assertThat(it().walk(Order.USED, size)).isEqualTo(expected);
        }
    }

    @Test
    @DisplayName("the list of all by use puts ties of different buckets newest first")
    default void allTies() {
        List<Login> logins = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            logins.add(it().signIn("user-" + i));
        }
        assertThat(it().walk(Order.USED, 4)).isEqualTo(newestFirst(logins));
    }

    @Test
    @DisplayName("the list of all by creation goes bucket by bucket, newest first within each")
    default void allByCreation() {
        List<Login> logins = crowd();
        List<String> expected = ids(logins);
        expected.sort(Comparator.comparingInt(SessionIds::bucketOf).thenComparing(SessionIds.NEWEST_FIRST));
        for (int size : new int[] {1, 7, 60, 500}) {
            assertThat(it().walk(Order.CREATED, size)).isEqualTo(expected);
        }
    }

    @Test
    @DisplayName("a walk goes on after a position whose session has ended meanwhile")
    default void positionMayEnd() {
        List<Login> logins = it().signIn("ann", 4);
        for (Order order : Order.values()) {
            RecordPage page = await(it().store().listForUser("ann", query(order, 1, null)));
            it().destroyAll("ann", null, "revoked");
            List<Login> more = it().signIn("ann", 0);
            assertThat(more).isEmpty();
            assertThat(await(it().store().listForUser("ann", query(order, 10, page.next())))
                            .items())
                    .isEmpty();
            logins = it().signIn("ann", 4);
        }
        RecordPage page = await(it().store().list(query(Order.USED, 2, null)));
        it().destroy(logins.get(2), "revoked");
        assertThat(await(it().store().list(query(Order.USED, 10, page.next()))).items())
                .extracting(SessionRecord::id)
                .containsExactly(logins.get(1).id(), logins.get(0).id());
    }

    @Test
    @DisplayName("sessions that are used during a walk appear at most once, the others exactly once")
    default void walkWhileUsed() {
        List<Login> logins = crowd();
        it().pass(Duration.ofMinutes(5));
        List<String> seen = new ArrayList<>();
        ListQuery.Position after = null;
        int step = 0;
        do {
            RecordPage page = await(it().store().list(query(Order.USED, 7, after)));
            page.items().forEach(record -> seen.add(record.id()));
            it().use(logins.get(step % 10));
            it().use(logins.get(59 - step % 10));
            it().pass(Duration.ofMinutes(2));
            step++;
            after = page.next();
        } while (after != null);
        assertThat(seen).doesNotHaveDuplicates().containsAll(ids(logins.subList(10, 50)));
    }

    @Test
    @DisplayName("a walk by creation sees each session that lives throughout once, while others come, go and are used")
    default void walkByCreation() {
        List<Login> logins = crowd();
        List<String> seen = new ArrayList<>();
        ListQuery.Position after = null;
        int step = 0;
        do {
            RecordPage page = await(it().store().list(query(Order.CREATED, 7, after)));
            page.items().forEach(record -> seen.add(record.id()));
            it().signIn("user-" + step);
            it().use(logins.get(10 + step));
            it().destroy(logins.get(step), "revoked");
            it().pass(Duration.ofMinutes(2));
            step++;
            after = page.next();
        } while (after != null);
        assertThat(seen).doesNotHaveDuplicates().containsAll(ids(logins.subList(30, 60)));
    }

    @Test
    @DisplayName("a session that is not used stays within a walk that began before others were used")
    default void userWalkWhileUsed() {
        List<Login> logins = it().signIn("ann", 6);
        RecordPage first = await(it().store().listForUser("ann", query(Order.USED, 2, null)));
        it().pass(Duration.ofMinutes(2));
        it().use(logins.get(0));
        RecordPage rest = await(it().store().listForUser("ann", query(Order.USED, 10, first.next())));
        assertThat(rest.items())
                .extracting(SessionRecord::id)
                .containsExactly(
                        logins.get(3).id(), logins.get(2).id(), logins.get(1).id());
        assertThat(rest.next()).isNull();
    }

    @Test
    @DisplayName("rotation, update and re-authentication move a session in no order of creation")
    default void changesKeepCreation() {
        List<Login> logins = it().signIn("ann", 3);
        it().rotated(logins.get(0));
        it().updated(logins.get(1), SessionUpdate.NOTHING.withLabel("x"));
        it().reauthenticate(logins.get(0), StoreUnderTest.freshToken(logins.get(0)));
        assertThat(it().walkUser("ann", Order.CREATED, 10)).isEqualTo(newestFirst(logins));
        assertThat(it().walkUser("ann", Order.USED, 10)).isEqualTo(newestFirst(logins));
    }

    @Test
    @DisplayName("the count follows creates, ends and expiry")
    default void countFollows() {
        List<Login> logins = it().signIn("ann", 3);
        it().signIn("bob");
        assertThat(it().count()).isEqualTo(4);
        it().destroy(logins.get(0), "revoked");
        assertThat(it().count()).isEqualTo(3);
        it().pass(Duration.ofHours(24));
        assertThat(it().count()).isZero();
    }

    @Test
    @DisplayName("a page never holds more than was asked for, and no page is the last while sessions follow")
    default void pageBounds() {
        it().signIn("ann", 5);
        RecordPage page = await(it().store().listForUser("ann", query(Order.USED, 4, null)));
        assertThat(page.items()).hasSizeLessThanOrEqualTo(4);
        assertThat(page.next()).isNotNull();
    }
}
