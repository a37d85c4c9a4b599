package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessions;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.Futures;
import io.authsessions.model.AuthSession;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionUpdate;
import io.authsessions.service.AuthSessionService;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("Two instances on one Redis")
class TwoInstancesTest {
    private static final String PREFIX = "two";
    private static final int BATCH = 500;

    private final Vertx oneVertx = Vertx.vertx();
    private final Vertx otherVertx = Vertx.vertx();
    private LinkRedis redis;
    private AuthSessions one;
    private AuthSessions other;

    @BeforeEach
    void start() {
        redis = LinkRedis.started();
        JsonObject config = new JsonObject()
                .put("uri", redis.uri())
                .put("prefix", PREFIX)
                .put("commandDeadline", "8s")
                .put("callDeadline", "16s");
        AuthSessionsOptions options = AuthSessionsOptions.defaults()
                .withStore("redis", config)
                .withDeadline(Duration.ofSeconds(18))
                .withPolicy(SessionPolicy.DEFAULT.toBuilder()
                        .touchInterval(Duration.ZERO)
                        .build());
        one = Futures.get(AuthSessions.start(oneVertx, options));
        other = Futures.get(AuthSessions.start(otherVertx, options));
    }

    @AfterEach
    void end() {
        Futures.get(Future.join(one.close(), other.close()));
        Futures.get(Future.join(oneVertx.close(), otherVertx.close()));
        redis.close();
    }

    @Test
    @Timeout(120)
    @DisplayName("bring no session back that one of them ends (5,000 races)")
    void someRaces() {
        race(5_000);
    }

    @Test
    @Tag("slow")
    @Timeout(600)
    @DisplayName("bring no session back that one of them ends (60,000 races)")
    void manyRaces() {
        race(60_000);
    }

    private void race(int races) {
        long changed = 0;
        for (int done = 0; done < races; done += BATCH) {
            List<IssuedSession> issued = create(one.service(), BATCH);
            List<Future<Boolean>> ends = new ArrayList<>();
            List<Future<Boolean>> changes = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) {
                IssuedSession each = issued.get(i);
                if (i % 2 == 0) {
                    ends.add(one.service().destroySession(each.session().id(), "revoked"));
                }
                changes.add(change(each, i / 2 % 4));
                if (i % 2 == 1) {
                    ends.add(one.service().destroySession(each.session().id(), "revoked"));
                }
            }
            Futures.get(Future.join(ends));
            assertThat(ends).allMatch(Future::result);
            List<Future<Boolean>> there = issued.stream()
                    .map(each -> other.service().getSession(each.session().id()).map(found -> found != null))
                    .toList();
            Futures.get(Future.join(there));
            assertThat(there).as("a session that has been ended").noneMatch(Future::result);
            Futures.get(Future.join(changes));
            changed += changes.stream().filter(Future::result).count();
        }
        assertThat(changed).as("changes that came before the end").isBetween(races / 100L, races * 99L / 100);
        assertThat(Futures.get(other.service().countSessions())).isZero();
        Futures.get(Future.join(one.close(), other.close()));
        assertKeysAgree();
        StoredKeys stored = StoredKeys.of(redis.port(), PREFIX);
        assertThat(stored.records()).isEmpty();
        assertThat(stored.markers()).hasSize(races);
    }

    /** Whether the session was still there for it. */
    private Future<Boolean> change(IssuedSession issued, int which) {
        AuthSessionService service = other.service();
        String token = issued.token();
        return switch (which) {
            case 0 -> service.resolveSession(token).map(resolution -> resolution.session() != null);
            case 1 -> there(service.updateSession(issued.session().id(), SessionUpdate.NOTHING.withLabel("x")));
            case 2 -> there(service.rotateSession(token));
            default -> there(service.reauthenticateSession(token));
        };
    }

    private static Future<Boolean> there(Future<?> change) {
        return change.transform(result -> {
            if (result.failed()) {
                assertThat(result.cause()).hasMessageContaining("there is no such session");
            }
            return Future.succeededFuture(result.succeeded());
        });
    }

    @Test
    @Timeout(120)
    @DisplayName("lose no update of those that both make to the same sessions at once, nor a rotation between them")
    void noLostUpdates() {
        int fields = 4;
        List<IssuedSession> issued = create(one.service(), 200);
        List<Future<?>> changes = new ArrayList<>();
        List<Future<IssuedSession>> rotations = new ArrayList<>();
        for (IssuedSession each : issued) {
            for (int i = 0; i < fields; i++) {
                changes.add(merge(one, each, "one" + i));
                changes.add(merge(other, each, "other" + i));
            }
            rotations.add(other.service().rotateSession(each.token()));
            rotations.add(one.service().rotateSession(each.token()));
        }
        Futures.get(Future.join(changes));
        Futures.get(Future.join(rotations));
        for (int i = 0; i < issued.size(); i++) {
            IssuedSession successor = rotations.get(2 * i).result();
            assertThat(rotations.get(2 * i + 1).result().token()).isEqualTo(successor.token());
            AuthSession session =
                    Futures.get(one.service().resolveSession(successor.token())).session();
            assertThat(session.meta().fieldNames()).hasSize(2 * fields);
            assertThat(session.version()).isEqualTo(issued.get(i).session().version() + 2 * fields + 1);
        }
        assertKeysAgree();
    }

    /** Uses are recorded off the response path, and the keys are read one by one: the last use may come in between. */
    private void assertKeysAgree() {
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(StoredKeys.of(redis.port(), PREFIX).faults()).isEmpty());
    }

    private static Future<AuthSession> merge(AuthSessions where, IssuedSession issued, String field) {
        SessionUpdate update = SessionUpdate.NOTHING.withMetaPatch(new JsonObject().put(field, true));
        return where.service().updateSession(issued.session().id(), update);
    }

    private static List<IssuedSession> create(AuthSessionService service, int count) {
        List<Future<IssuedSession>> creates = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            creates.add(service.createSession(NewSession.of("user-" + i % 50)));
        }
        Futures.get(Future.join(creates));
        return creates.stream().map(Future::result).toList();
    }
}
