package io.authsessions.store.local;

import static io.authsessions.store.StoreUnderTest.await;

import io.authsessions.model.EndReason;
import io.authsessions.model.NewSession;
import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionUpdate;
import io.authsessions.store.EndedMarker;
import io.authsessions.store.SessionRecord;
import io.authsessions.store.SessionStore;
import io.authsessions.store.StoredSession;
import io.authsessions.store.TestClock;
import io.authsessions.store.UpdateOutcome;
import io.authsessions.store.UseOutcome;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Random;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Reads by id take no lock while changes do. Lincheck (its stress strategy; the model-checking one needs a store without
 * random numbers) runs random scenarios of create, find, use, update and destroy from three threads, and for each outcome
 * looks for an order of the calls, one after the other, that explains it.
 */
@Param(name = "session", gen = IntGen.class, conf = "0:1")
@Param(name = "used", gen = IntGen.class, conf = "1:3")
@DisplayName("Reads by id without a lock")
public class FindLincheckTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final TestClock CLOCK = new TestClock();
    private static final SessionPolicy POLICY =
            SessionPolicy.builder().touchInterval(Duration.ZERO).build();
    private static final SecretHash HASH = SecretHash.fromBytes(new byte[SecretHash.BYTES]);
    private static final SessionRecord[] RECORDS = {record(0), record(1)};
    private static final long USES_FROM = CLOCK.millis();

    private final SessionStore store = newStore();

    static {
        CLOCK.advance(Duration.ofMinutes(1));
    }

    private static SessionRecord record(int number) {
        int bucket = SessionIds.bucketOfUser("ann", LocalSessions.BUCKETS);
        String id = SessionIds.create(bucket, CLOCK.millis() * 1_000 + number, new Random(number));
        return SessionRecord.create(id, HASH, NewSession.of("ann"), POLICY, CLOCK.millis());
    }

    private static SessionStore newStore() {
        VERTX.sharedData().getLocalMap("lincheck").clear();
        return new LocalSessionStoreProvider()
                .create(VERTX, POLICY, CLOCK, new JsonObject().put("name", "lincheck"));
    }

    @AfterAll
    static void endVertx() {
        await(VERTX.close());
    }

    @Operation
    public String create(@Param(name = "session") int session) {
        return store.create(RECORDS[session]).result().name();
    }

    @Operation
    public String find(@Param(name = "session") int session) {
        StoredSession found = store.find(RECORDS[session].id()).result();
        if (found instanceof EndedMarker marker) {
            return marker.reason();
        }
        return found == null ? "nothing" : state((SessionRecord) found);
    }

    @Operation
    public String use(@Param(name = "session") int session, @Param(name = "used") int used) {
        UseOutcome outcome =
                store.use(RECORDS[session].id(), HASH, USES_FROM + used).result();
        return outcome instanceof UseOutcome.Live live ? state(live.record()) : "gone";
    }

    @Operation
    public String update(@Param(name = "session") int session) {
        UpdateOutcome outcome = store.update(RECORDS[session].id(), SessionUpdate.NOTHING.withLabel("x"))
                .result();
        return outcome instanceof UpdateOutcome.Updated updated ? state(updated.record()) : "absent";
    }

    @Operation
    public boolean destroy(@Param(name = "session") int session) {
        return store.destroy(RECORDS[session].id(), null, EndReason.REVOKED).result();
    }

    private static String state(SessionRecord record) {
        return "version " + record.session().version() + " used "
                + (record.session().lastUsedAtMillis() - USES_FROM);
    }

    @Test
    @DisplayName("are linearizable with creates, uses, updates and destroys")
    void linearizable() {
        new StressOptions()
                .iterations(Integer.getInteger("lincheck.iterations", 12))
                .invocationsPerIteration(150)
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .check(FindLincheckTest.class);
    }
}
