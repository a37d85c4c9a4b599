package io.authsessions.store;

import static io.authsessions.store.StoreUnderTest.await;
import static io.authsessions.store.StoreUnderTest.freshToken;
import static io.authsessions.store.StoreUnderTest.startRotation;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest.Order;
import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionEvent;
import io.authsessions.model.SessionPolicy.OnLimit;
import io.authsessions.model.SessionUpdate;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Calls that race, from threads of their own. */
interface ConcurrencySentences extends StoreSentences {
    private static <T> List<T> race(int count, IntFunction<Future<T>> call) {
        List<Callable<T>> calls = new ArrayList<>();
        IntStream.range(0, count).forEach(i -> calls.add(() -> await(call.apply(i))));
        return Race.run(calls);
    }

    private static SecretHash successorOf(Login login, RotateOutcome outcome) {
        assertThat(outcome).isInstanceOf(RotateOutcome.Rotated.class);
        return login.after(((RotateOutcome.Rotated) outcome).nonce()).hash();
    }

    /** Runs a change against a destroy, many times; whoever comes first, the session is gone for good. */
    private void assertDestroyWins(IntFunction<Callable<?>> change, List<Login> logins) {
        for (int i = 0; i < logins.size(); i++) {
            Login login = logins.get(i);
            Callable<?> other = change.apply(i);
            List<Object> outcomes =
                    Race.run(List.of(() -> await(it().store().destroy(login.id(), null, "revoked")), other::call));
            assertThat(outcomes.get(0)).isEqualTo(true);
            assertThat(it().find(login)).isInstanceOf(EndedMarker.class);
        }
        assertThat(it().count()).isZero();
        assertThat(it().walk(Order.USED, 500)).isEmpty();
        assertThat(it().walk(Order.CREATED, 500)).isEmpty();
    }

    @Test
    @DisplayName("a use that races with a destroy does not bring the session back")
    default void destroyAgainstUse() {
        List<Login> logins = it().signIn("ann", 100);
        it().pass(Duration.ofMinutes(2));
        assertDestroyWins(i -> () -> it().use(logins.get(i)), logins);
    }

    @Test
    @DisplayName("an update that races with a destroy does not bring the session back")
    default void destroyAgainstUpdate() {
        List<Login> logins = it().signIn("ann", 100);
        assertDestroyWins(i -> () -> it().update(logins.get(i), SessionUpdate.NOTHING.withLabel("x")), logins);
    }

    @Test
    @DisplayName("a rotation that races with a destroy does not bring the session back")
    default void destroyAgainstRotation() {
        List<Login> logins = it().signIn("ann", 100);
        assertDestroyWins(i -> () -> it().rotate(logins.get(i)), logins);
    }

    @Test
    @DisplayName("a re-authentication that races with a destroy does not bring the session back")
    default void destroyAgainstReauthentication() {
        List<Login> logins = it().signIn("ann", 100);
        assertDestroyWins(i -> () -> it().reauthenticate(logins.get(i), freshToken(logins.get(i))), logins);
    }

    @Test
    @DisplayName("a repeated create of the same id that races with a destroy does not bring the session back")
    default void destroyAgainstCreate() {
        List<Login> logins = it().signIn("ann", 100);
        assertDestroyWins(i -> () -> it().create(logins.get(i)), logins);
    }

    @Test
    @DisplayName("a create at the limit that races with a destroy leaves no more than the limit, and no ghost")
    default void destroyAgainstLimit() {
        it().with(policy -> policy.maxSessionsPerUser(2));
        Login victim = it().signIn("ann");
        for (int i = 0; i < 100; i++) {
            Login current = victim;
            Login next = it().prepare("ann");
            Race.run(List.of(() -> it().destroy(current, "revoked"), () -> it().create(next)));
            assertThat(it().find(current)).isInstanceOf(EndedMarker.class);
            assertThat(it().idsOf("ann")).containsExactly(next.id());
            victim = next;
        }
    }

    @Test
    @DisplayName("of racing destroys exactly one ended the session")
    default void oneDestroyWins() {
        for (int round = 0; round < 20; round++) {
            Login login = it().signIn("ann");
            List<Boolean> ended = race(8, i -> it().store().destroy(login.id(), null, "revoked"));
            assertThat(ended).containsOnlyOnce(true);
        }
    }

    @Test
    @Tag("ASVS-7.1.2")
    @DisplayName("200 creates at once leave exactly as many sessions as the limit, under every policy")
    default void limitHolds() {
        for (OnLimit onLimit : OnLimit.values()) {
            it().with(policy -> policy.maxSessionsPerUser(5).onLimit(onLimit));
            String user = onLimit.name();
            List<CreateOutcome> outcomes =
                    race(200, i -> it().store().create(it().prepare(user).record()));
            assertThat(it().idsOf(user)).hasSize(5);
            long created =
                    outcomes.stream().filter(CreateOutcome.CREATED::equals).count();
            assertThat(created).isEqualTo(onLimit == OnLimit.REJECT ? 5 : 200);
        }
        assertThat(it().count()).isEqualTo(15);
    }

    @Test
    @DisplayName("of racing creates of one id exactly one succeeds")
    default void oneCreateWins() {
        for (int round = 0; round < 20; round++) {
            Login login = it().prepare("ann");
            List<CreateOutcome> outcomes = race(8, i -> it().store().create(login.record()));
            assertThat(outcomes).containsOnlyOnce(CreateOutcome.CREATED);
        }
        assertThat(it().count()).isEqualTo(20);
    }

    @Test
    @DisplayName("20 rotations with one token at once come to one successor")
    default void oneSuccessor() {
        for (int round = 0; round < 10; round++) {
            Login login = it().signIn("ann");
            Set<SecretHash> successors = race(20, i -> startRotation(it().store(), login)).stream()
                    .map(outcome -> successorOf(login, outcome))
                    .collect(Collectors.toSet());
            assertThat(successors).containsExactly(it().record(login).secretHash());
            assertThat(it().record(login).session().version()).isEqualTo(2);
        }
    }

    @Test
    @DisplayName("racing patches of different members of meta are all kept")
    default void noLostUpdate() {
        Login login = it().signIn(NewSession.of("ann"));
        race(50, i -> it().store()
                .update(login.id(), SessionUpdate.NOTHING.withMetaPatch(new JsonObject().put("k" + i, i))));
        assertThat(it().record(login).session().meta().fieldNames()).hasSize(50);
        assertThat(it().record(login).session().version()).isEqualTo(51);
    }

    @Test
    @DisplayName("of racing updates for one version exactly one is done")
    default void oneUpdateWins() {
        Login login = it().signIn("ann");
        for (long version = 1; version <= 20; version++) {
            SessionUpdate update =
                    SessionUpdate.NOTHING.withLabel("v" + version).ifVersion(version);
            List<UpdateOutcome> outcomes = race(8, i -> it().store().update(login.id(), update));
            assertThat(outcomes.stream().filter(UpdateOutcome.Updated.class::isInstance))
                    .hasSize(1);
        }
        assertThat(it().record(login).session().version()).isEqualTo(21);
    }

    @Test
    @DisplayName("racing uses at different times leave the latest")
    default void latestUseStays() {
        it().with(policy -> policy.touchInterval(Duration.ZERO));
        Login login = it().signIn("ann");
        it().pass(Duration.ofMinutes(1));
        long now = it().now();
        race(50, i -> it().store().use(login.id(), login.hash(), now - i));
        assertThat(it().record(login).session().lastUsedAtMillis()).isEqualTo(now);
        assertThat(it().idsOf("ann")).containsExactly(login.id());
    }

    @Test
    @DisplayName("racing sweeps end and announce each expired session once")
    default void sweepsShare() {
        for (int i = 0; i < 300; i++) {
            it().signIn("user-" + i % 100);
        }
        it().pass(Duration.ofHours(24));
        SessionStore other = it().another(it().policy());
        race(8, i -> (i % 2 == 0 ? it().store() : other).sweep());
        it().sweepAll();
        Set<String> expired = ConcurrentHashMap.newKeySet();
        long announced = it().events().stream()
                .filter(event -> "expired".equals(event.reason()))
                .peek(event -> expired.add(event.sessionId()))
                .map(SessionEvent::eventId)
                .distinct()
                .count();
        assertThat(expired).hasSize(300);
        assertThat(announced).isEqualTo(300);
    }

    @Test
    @Tag("ASVS-7.4.2")
    @Tag("ASVS-15.4.1")
    @DisplayName("ending a user's sessions while others are used ends them all")
    default void destroyAllAgainstUse() {
        List<Login> logins = it().signIn("ann", 200);
        it().pass(Duration.ofMinutes(2));
        List<Callable<Object>> calls = new ArrayList<>();
        calls.add(() -> it().destroyAll("ann", null, "revoked"));
        calls.add(() -> logins.stream().map(it()::use).toList());
        calls.add(() -> logins.stream().map(it()::rotate).toList());
        Race.run(calls);
        assertThat(it().idsOf("ann")).isEmpty();
        assertThat(logins).noneMatch(it()::isGood);
    }

    @Test
    @Tag("ASVS-7.4.2")
    @DisplayName(
            "ending a user's sessions while others are made ends all that there were, and those that are left work")
    default void destroyAllAgainstCreate() {
        List<Login> before = it().signIn("ann", 100);
        List<Login> meanwhile = new CopyOnWriteArrayList<>();
        List<Callable<Object>> calls = new ArrayList<>();
        calls.add(() -> it().destroyAll("ann", null, "disabled"));
        for (int i = 0; i < 100; i++) {
            calls.add(() -> meanwhile.addAll(it().signIn("ann", 1)));
        }
        Race.run(calls);
        assertThat(before).noneMatch(it()::isGood);
        assertThat(it().idsOf("ann"))
                .containsExactlyInAnyOrderElementsOf(
                        meanwhile.stream().filter(it()::isGood).map(Login::id).toList());
    }
}
