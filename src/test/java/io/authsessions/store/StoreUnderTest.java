package io.authsessions.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.BulkResult;
import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest.Order;
import io.authsessions.model.SessionEvent;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionToken;
import io.authsessions.model.SessionUpdate;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/** A store in the hands of a test: each call awaited, each session with its token. Thread-safe but for what reopens it. */
public final class StoreUnderTest extends OpenStores {
    private static final SecureRandom RANDOM = quickRandom();
    private static final int MAX_SWEEPS = 100_000;

    private final AtomicLong lastMicros = new AtomicLong();
    private final AtomicInteger sentinels = new AtomicInteger();
    private int eventWays = 1;

    /** Opens a store with {@link #POLICY}. */
    public StoreUnderTest(Vertx vertx, Factory factory, TestClock clock) {
        this(vertx, factory, clock, POLICY);
    }

    /** Opens a store(). */
    public StoreUnderTest(Vertx vertx, Factory factory, TestClock clock, SessionPolicy policy) {
        super(vertx, factory, clock, policy);
    }

    /** From now on with another policy, over the same sessions. */
    public StoreUnderTest with(UnaryOperator<SessionPolicy.Builder> change) {
        reopen(change.apply(POLICY.toBuilder()).build());
        return this;
    }

    /** One that asks the system for its seed only: the races make a million tokens. */
    private static SecureRandom quickRandom() {
        try {
            return SecureRandom.getInstance("SHA1PRNG");
        } catch (NoSuchAlgorithmException e) {
            return new SecureRandom();
        }
    }

    /** A login that is not in the store yet. */
    public Login prepare(NewSession request) {
        long micros = lastMicros.updateAndGet(last -> Math.max(last + 1, now() * 1_000));
        int bucket = SessionIds.bucketOfUser(request.userId(), store().buckets());
        SessionToken token = SessionToken.issue(SessionIds.create(bucket, micros, ThreadLocalRandom.current()), RANDOM);
        return new Login(token, SessionRecord.create(token.id(), token.secretHash(), request, policy(), now()));
    }

    /** A login that is not in the store yet. */
    public Login prepare(String userId) {
        return prepare(NewSession.of(userId));
    }

    /** Creates a session, which must succeed. */
    public Login signIn(NewSession request) {
        Login login = prepare(request);
        assertThat(create(login)).isEqualTo(CreateOutcome.CREATED);
        return login;
    }

    /** Creates a session, which must succeed. */
    public Login signIn(String userId) {
        return signIn(NewSession.of(userId));
    }

    /** Creates sessions one after the other. */
    public List<Login> signIn(String userId, int count) {
        List<Login> logins = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            logins.add(signIn(userId));
        }
        return logins;
    }

    /** See {@link SessionStore#create}. */
    public CreateOutcome create(Login login) {
        return await(store().create(login.record()));
    }

    /** See {@link SessionStore#find}; may be null. */
    public StoredSession find(Login login) {
        return await(store().find(login.id()));
    }

    /** The record under the login's id, which must be there. */
    public SessionRecord record(Login login) {
        StoredSession stored = find(login);
        assertThat(stored).isInstanceOf(SessionRecord.class);
        return (SessionRecord) stored;
    }

    /** A use now. */
    public UseOutcome use(Login login) {
        return useAt(login, now());
    }

    /** A use at some time. */
    public UseOutcome useAt(Login login, long usedAt) {
        return await(store().use(login.id(), login.hash(), usedAt));
    }

    /** A look that is not a use. */
    public UseOutcome look(Login login) {
        return useAt(login, SessionStore.NOT_A_USE);
    }

    /** Whether the token is good, without a use. */
    public boolean isGood(Login login) {
        return look(login) instanceof UseOutcome.Live;
    }

    /** See {@link SessionStore#update}. */
    public UpdateOutcome update(Login login, SessionUpdate update) {
        return await(store().update(login.id(), update));
    }

    /** An update that must succeed. */
    public SessionRecord updated(Login login, SessionUpdate update) {
        UpdateOutcome outcome = update(login, update);
        assertThat(outcome).isInstanceOf(UpdateOutcome.Updated.class);
        return ((UpdateOutcome.Updated) outcome).record();
    }

    /** A rotation as the service does it, without awaiting it. */
    public static Future<RotateOutcome> startRotation(SessionStore store, Login login) {
        Nonce nonce = Nonce.create(RANDOM);
        return store.rotate(login.id(), login.hash(), login.after(nonce).hash(), nonce);
    }

    /** See {@link SessionStore#rotate}. */
    public RotateOutcome rotate(Login login) {
        return await(startRotation(store(), login));
    }

    /** The login after a rotation that must succeed. */
    public Login rotated(Login login) {
        RotateOutcome outcome = rotate(login);
        assertThat(outcome).isInstanceOf(RotateOutcome.Rotated.class);
        return login.after(((RotateOutcome.Rotated) outcome).nonce());
    }

    /** The login after a rotation whose successor has been presented and whose grace is over. */
    public Login rotatedForGood(Login login) {
        Login successor = rotated(login);
        assertThat(isGood(successor)).isTrue();
        pass(policy().rotationGrace());
        return successor;
    }

    /** A fresh token for the same session, not known to the store(). */
    public static Login freshToken(Login login) {
        return new Login(SessionToken.issue(login.id(), RANDOM), login.record());
    }

    /** See {@link SessionStore#reauthenticate}. */
    public UseOutcome reauthenticate(Login login, Login fresh) {
        return await(store().reauthenticate(login.id(), login.hash(), fresh.hash()));
    }

    /** Ends a session by its id. */
    public boolean destroy(Login login, String reason) {
        return await(store().destroy(login.id(), null, reason));
    }

    /** Ends a session by its token. */
    public boolean destroyByToken(Login login, String reason) {
        return await(store().destroy(login.id(), login.hash(), reason));
    }

    /** See {@link SessionStore#destroyForUser}; repeated to the end; how many were ended. */
    public int destroyAll(String userId, String exceptSessionId, String reason) {
        int ended = 0;
        BulkResult result;
        do {
            result = await(store().destroyForUser(userId, exceptSessionId, reason));
            ended += result.ended();
        } while (result.more());
        return ended;
    }

    /** Sweeps until there is nothing more. */
    public void sweepAll() {
        int calls = 0;
        while (await(store().sweep())) {
            assertThat(++calls).as("sweeping comes to an end").isLessThan(MAX_SWEEPS);
        }
    }

    /** How many sessions live. */
    public long count() {
        return await(store().count());
    }

    /** The ids of all living sessions of a user, in pages of that size. */
    public List<String> walkUser(String userId, Order order, int pageSize) {
        List<String> ids = new ArrayList<>();
        ListQuery.Position after = null;
        do {
            RecordPage page = await(store().listForUser(userId, new ListQuery(order, pageSize, after)));
            page.items().forEach(record -> ids.add(record.id()));
            assertThat(page.items()).hasSizeLessThanOrEqualTo(pageSize);
            after = page.next();
        } while (after != null);
        return ids;
    }

    /** The ids of all living sessions, in pages of that size. */
    public List<String> walk(Order order, int pageSize) {
        List<String> ids = new ArrayList<>();
        ListQuery.Position after = null;
        do {
            RecordPage page = await(store().list(new ListQuery(order, pageSize, after)));
            page.items().forEach(record -> ids.add(record.id()));
            assertThat(page.items()).hasSizeLessThanOrEqualTo(pageSize);
            after = page.next();
        } while (after != null);
        return ids;
    }

    /** The ids of a user's sessions, the most recently used first. */
    public List<String> idsOf(String userId) {
        return walkUser(userId, Order.USED, 500);
    }

    /** Over how many ways events come that do not wait for each other. */
    public StoreUnderTest withEventWays(int count) {
        eventWays = count;
        return this;
    }

    /**
     * The events of all that has been done so far. They may be under way: so one more session is created for each way that
     * they may go, and when its event has come the others must have.
     */
    public List<SessionEvent> events() {
        for (int i = 0; i < eventWays; i++) {
            Login last = signIn("sentinel-" + sentinels.incrementAndGet());
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofSeconds(DEADLINE_SECONDS))
                    .until(() -> heard().stream().anyMatch(event -> last.id().equals(event.sessionId())));
            assertThat(destroy(last, "sentinel")).isTrue();
        }
        return heard().stream()
                .filter(event -> event.userId() == null || !event.userId().startsWith("sentinel-"))
                .toList();
    }

    /** The events so far of one session, as type and reason. */
    public List<String> eventsOf(Login login) {
        return events().stream()
                .filter(event -> login.id().equals(event.sessionId()))
                .map(event -> event.type().wireName() + (event.reason() == null ? "" : " " + event.reason()))
                .toList();
    }
}
