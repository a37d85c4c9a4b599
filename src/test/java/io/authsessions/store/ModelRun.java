package io.authsessions.store;

import static io.authsessions.store.StoreUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest.Order;
import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionUpdate;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** One random sequence of calls, made to a store and to the plain model alike. */
final class ModelRun {
    private static final String[] USERS = {"ann", "bob", "cy"};

    /** One session of the run with all tokens that it ever had, the latest last. */
    private record Known(Login login, List<SecretHash> tokens) {}

    private final StoreUnderTest it;
    private final ModelStore model;
    private final Random random;
    private final List<Known> known = new ArrayList<>();
    private final List<String> story = new ArrayList<>();
    private long lastHash;

    ModelRun(StoreUnderTest it, long seed) {
        this.it = it;
        this.model = new ModelStore(it.policy());
        this.random = new Random(seed);
    }

    void play(int calls) {
        for (int i = 0; i < calls; i++) {
            model.now = it.now();
            step();
        }
        compareLists();
        List<String> announced =
                it.events().stream().map(StoreAnswers::of).sorted().toList();
        assertThat(announced)
                .as("events of %s", story)
                .isEqualTo(model.events().stream().sorted().toList());
    }

    private void step() {
        int choice = random.nextInt(100);
        if (choice < 18 || known.isEmpty()) {
            create();
        } else if (choice < 35) {
            jump();
        } else if (choice < 55) {
            use(pick());
        } else if (choice < 68) {
            rotate(pick());
        } else if (choice < 73) {
            reauthenticate(pick());
        } else if (choice < 81) {
            update(pick());
        } else if (choice < 86) {
            destroy(pick());
        } else if (choice < 88) {
            destroyForUser();
        } else if (choice < 92) {
            story.add("sweep");
            it.sweepAll();
            model.sweep();
        } else if (choice < 96) {
            Known one = pick();
            compare(
                    "find",
                    StoreAnswers.of(it.find(one.login())),
                    model.found(one.login().id()));
        } else {
            compareLists();
        }
    }

    private void create() {
        boolean again = !known.isEmpty() && random.nextInt(10) == 0;
        NewSession request = NewSession.of(USERS[random.nextInt(USERS.length)]).withLabel("label" + random.nextInt(9));
        if (random.nextInt(6) == 0) {
            request = request.withAbsoluteTimeout(Duration.ofMinutes(1 + random.nextInt(90)));
        }
        Login old = again ? pick().login() : null;
        // An id may be free again once its end is forgotten; that is for each store to say.
        boolean taken = old != null && !model.found(old.id()).equals("nothing");
        Login login = taken ? old : it.prepare(request);
        if (!taken) {
            known.add(new Known(login, new ArrayList<>(List.of(login.hash()))));
        }
        compare("create " + login.id(), it.create(login).name(), model.create(login.record()));
    }

    private void jump() {
        long[] jumps = {1, 500, 29_999, 30_000, 59_999, 60_000, 61_000, 600_000, 3_000_000, 3_660_000, 7_200_000};
        long by = jumps[random.nextInt(jumps.length)];
        story.add("+" + by);
        it.pass(Duration.ofMillis(by));
    }

    private void use(Known one) {
        SecretHash token = token(one);
        long[] times = {it.now(), it.now(), it.now() - 30_000, SessionStore.NOT_A_USE, it.now() + 1_000, 0};
        long usedAt = times[random.nextInt(times.length)];
        String id = one.login().id();
        compare(
                "use " + id + " " + token.hashCode() + " at " + usedAt,
                StoreAnswers.of(await(it.store().use(id, token, usedAt))),
                model.use(id, token, usedAt));
    }

    private void rotate(Known one) {
        SecretHash token = token(one);
        SecretHash successor = hash();
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        Nonce nonce = Nonce.fromBytes(bytes);
        String id = one.login().id();
        String answer = StoreAnswers.of(await(it.store().rotate(id, token, successor, nonce)));
        compare("rotate " + id + " " + token.hashCode(), answer, model.rotate(id, token, successor, nonce));
        if (answer.startsWith("rotated") && answer.endsWith("token" + successor.hashCode())) {
            one.tokens().add(successor);
        }
    }

    private void reauthenticate(Known one) {
        SecretHash token = token(one);
        SecretHash fresh = hash();
        String id = one.login().id();
        String answer = StoreAnswers.of(await(it.store().reauthenticate(id, token, fresh)));
        compare("reauthenticate " + id, answer, model.reauthenticate(id, token, fresh));
        if (!answer.startsWith("gone")) {
            one.tokens().add(fresh);
        }
    }

    private void update(Known one) {
        String label = "label" + random.nextInt(1_000);
        Long version = random.nextBoolean() ? null : 1L + random.nextInt(4);
        String id = one.login().id();
        SessionUpdate update = new SessionUpdate(label, null, false, version);
        compare(
                "update " + id + " " + update,
                StoreAnswers.of(await(it.store().update(id, update))),
                model.update(id, label, version));
    }

    private void destroy(Known one) {
        SecretHash token = random.nextBoolean() ? null : token(one);
        String id = one.login().id();
        compare(
                "destroy " + id,
                await(it.store().destroy(id, token, "signed_out")).toString(),
                String.valueOf(model.destroy(id, token, "signed_out")));
    }

    private void destroyForUser() {
        String user = USERS[random.nextInt(USERS.length)];
        String except = random.nextBoolean() ? null : pick().login().id();
        compare(
                "destroy all of " + user + " but " + except,
                String.valueOf(it.destroyAll(user, except, "revoked")),
                String.valueOf(model.destroyForUser(user, except)));
    }

    private void compareLists() {
        model.now = it.now();
        int size = 1 + random.nextInt(8);
        for (String user : USERS) {
            List<ModelSession> living = model.living(user);
            compare("list of " + user, it.walkUser(user, Order.USED, size).toString(), ids(living));
            living.sort(Comparator.comparingInt((ModelSession s) -> -s.serial));
            compare(
                    "created list of " + user,
                    it.walkUser(user, Order.CREATED, size).toString(),
                    ids(living));
        }
        List<ModelSession> all = model.living(null);
        compare("list", it.walk(Order.USED, size).toString(), ids(all));
        all.sort(Comparator.comparingInt((ModelSession s) -> SessionIds.bucketOf(s.id))
                .thenComparingInt(s -> -s.serial));
        compare("created list", it.walk(Order.CREATED, size).toString(), ids(all));
        compare("count", String.valueOf(it.count()), String.valueOf(all.size()));
    }

    private void compare(String call, String actual, String expected) {
        story.add(call);
        if (!actual.equals(expected)) {
            assertThat(actual).as("after %s", String.join("\n", story)).isEqualTo(expected);
        }
    }

    private Known pick() {
        int newest = known.size() - 1;
        return known.get(
                random.nextBoolean() ? random.nextInt(known.size()) : newest - random.nextInt(Math.min(3, newest + 1)));
    }

    /** Mostly the latest token or the one before, at times an older one or none of the session's. */
    private SecretHash token(Known one) {
        List<SecretHash> tokens = one.tokens();
        int choice = random.nextInt(10);
        if (choice == 0) {
            return hash();
        }
        int back = choice < 6 ? 0 : choice < 9 ? 1 : 2;
        return tokens.get(Math.max(0, tokens.size() - 1 - back));
    }

    private SecretHash hash() {
        return SecretHash.fromBytes(ByteBuffer.allocate(SecretHash.BYTES)
                .putLong(++lastHash)
                .putLong(24, 1)
                .array());
    }

    private static String ids(List<ModelSession> sessions) {
        return sessions.stream().map(session -> session.id).toList().toString();
    }
}
