package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.Resolution;
import io.authsessions.model.ResolveOptions;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionToken;
import io.authsessions.model.SessionUpdate;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A near cache over Redis")
class NearCacheTest {
    private final SecureRandom random = new SecureRandom();
    private CachedSessions it;

    private void with(SessionPolicy policy) {
        it = new CachedSessions(policy, 1_000);
    }

    @AfterEach
    void close() {
        it.close();
    }

    private IssuedSession signIn(String user) {
        return Futures.get(it.service.createSession(NewSession.of(user)));
    }

    private Resolution resolve(String token) {
        return Futures.get(it.service.resolveSession(token));
    }

    private static boolean lives(Resolution resolution) {
        return resolution.session() != null;
    }

    private String forged(String sessionId) {
        return SessionToken.issue(sessionId, random).reveal();
    }

    @Test
    @DisplayName("answers from the second time on without a command and at once; strict asks always")
    void hit() {
        with(SessionPolicy.DEFAULT);
        String token = signIn("ann").token();
        assertThat(it.sentBy(() -> assertThat(lives(resolve(token))).isTrue())).containsExactly("GET");
        assertThat(it.sentBy(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        Future<Resolution> resolve = it.service.resolveSession(token);
                        assertThat(resolve.succeeded()).isTrue();
                        assertThat(lives(resolve.result())).isTrue();
                    }
                }))
                .isEmpty();
        ResolveOptions strict = new ResolveOptions(true, true);
        assertThat(it.sentBy(() -> Futures.get(it.service.resolveSessionWith(token, strict))))
                .containsExactly("GET");
        assertThat(it.near.meters().hits()).isEqualTo(1_000);
        assertThat(it.near.meters().misses()).isEqualTo(1);
    }

    @Test
    @DisplayName("asks once for an id that there is not, and once for each of ten forged secrets of a session")
    void forgedTokens() {
        with(SessionPolicy.DEFAULT);
        IssuedSession session = signIn("ann");
        String unknown = forged(SessionIds.create(0, 1, random));
        assertThat(it.sentBy(() -> refused(List.of(unknown), 10_000))).containsExactly("GET");
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            wrong.add(forged(session.session().id()));
        }
        assertThat(it.sentBy(() -> refused(wrong, 10_000))).hasSize(10).containsOnly("GET");
        assertThat(it.sentBy(() -> assertThat(lives(resolve(session.token()))).isTrue()))
                .isEmpty();
    }

    private void refused(List<String> tokens, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(resolve(tokens.get(i % tokens.size()))).isEqualTo(Resolution.NONE);
        }
    }

    @Test
    @DisplayName("answers at once, without asking, for a bucket that there is not")
    void noSuchBucket() {
        with(SessionPolicy.DEFAULT);
        String nowhere = forged("zz" + SessionIds.create(0, 1, random).substring(2));
        assertThat(it.sentBy(() -> assertThat(resolve(nowhere)).isEqualTo(Resolution.NONE)))
                .isEmpty();
    }

    @Test
    @DisplayName("shares one read among many who ask for one id at once, but for those who came first")
    void joins() {
        with(SessionPolicy.DEFAULT);
        String id = signIn("ann").session().id();
        Promise<Object> answered = Promise.promise();
        assertThat(it.sentBy(() -> {
                    // In one turn of an event loop, so that no answer comes before all have asked.
                    it.vertx.runOnContext(turn -> {
                        List<Future<Resolution>> all = new ArrayList<>();
                        for (int i = 0; i < 200; i++) {
                            all.add(it.service.resolveSession(forged(id)));
                        }
                        Future.join(all).<Object>mapEmpty().onComplete(answered);
                    });
                    Futures.get(answered.future());
                }))
                .hasSizeBetween(1, 3)
                .containsOnly("GET");
    }

    @Test
    @DisplayName("holds nothing of what this node changes: ends, updates and new tokens show at once")
    void ownChanges() {
        with(SessionPolicy.DEFAULT);
        IssuedSession ann = held("ann");
        Futures.get(it.service.updateSession(ann.session().id(), SessionUpdate.NOTHING.withLabel("new")));
        assertThat(resolve(ann.token()).session().label()).isEqualTo("new");
        assertThat(lives(resolve(ann.token()))).isTrue();
        IssuedSession proved = Futures.get(it.service.reauthenticateSession(ann.token()));
        assertThat(lives(resolve(ann.token()))).isFalse();
        assertThat(lives(resolve(proved.token()))).isTrue();
        assertThat(Futures.get(it.service.destroySession(ann.session().id(), "revoked")))
                .isTrue();
        assertThat(resolve(proved.token()).ended().reason()).isEqualTo("revoked");
        IssuedSession bob = held("bob");
        Futures.get(it.service.destroySessionsForUser("bob", null, "revoked"));
        assertThat(lives(resolve(bob.token()))).isFalse();
    }

    @Test
    @DisplayName("holds nothing of whom a creation on this node pushes out")
    void evicted() {
        with(SessionPolicy.DEFAULT.toBuilder().maxSessionsPerUser(1).build());
        IssuedSession first = held("ann");
        signIn("ann");
        assertThat(resolve(first.token()).ended().reason()).isEqualTo("limit");
    }

    @Test
    @DisplayName("asks for a token that was replaced, and records at once that the new one was presented")
    void rotated() {
        with(SessionPolicy.DEFAULT);
        IssuedSession old = held("ann");
        IssuedSession fresh = Futures.get(it.service.rotateSession(old.token()));
        assertThat(it.sentBy(() -> assertThat(lives(resolve(old.token()))).isTrue()))
                .containsExactly("GET");
        assertThat(it.sentBy(() -> assertThat(lives(resolve(old.token()))).isTrue()))
                .containsExactly("GET");
        ResolveOptions quietly = new ResolveOptions(false, false);
        assertThat(it.sentBy(() -> Futures.get(it.service.resolveSessionWith(fresh.token(), quietly))))
                .containsExactly("use");
        Awaitility.await()
                .until(() -> it.sentBy(() -> Futures.get(it.service.resolveSessionWith(fresh.token(), quietly)))
                        .isEmpty());
        it.clock.advance(Duration.ofSeconds(31));
        assertThat(lives(resolve(old.token()))).isFalse();
        assertThat(resolve(fresh.token()).ended().reason()).isEqualTo("token_reuse");
    }

    @Test
    @DisplayName("records a use that is due once, off the way, and knows of it; awaits it where the end is near")
    void touches() {
        with(SessionPolicy.DEFAULT.toBuilder()
                .idleTimeout(Duration.ofSeconds(90))
                .touchInterval(Duration.ofSeconds(60))
                .build());
        String token = held("ann").token();
        it.clock.advance(Duration.ofSeconds(60));
        assertThat(it.sentBy(() -> assertThat(lives(resolve(token))).isTrue())).containsExactly("use");
        Awaitility.await().until(() -> it.sentBy(() -> resolve(token)).isEmpty());
        it.clock.advance(Duration.ofSeconds(149));
        assertThat(it.sentBy(() -> assertThat(lives(resolve(token))).isTrue())).containsExactly("GET", "use");
        it.clock.advance(Duration.ofSeconds(150));
        assertThat(resolve(token).ended().reason()).isEqualTo("expired");
    }

    @Test
    @DisplayName("asks where either clock says that the lease is over, and again from memory after the next round")
    void clocks() {
        with(SessionPolicy.DEFAULT);
        String token = held("ann").token();
        it.wallAhead.addAndGet(CachedSessions.LEASE.toMillis());
        assertThat(it.sentBy(() -> resolve(token))).containsExactly("GET");
        Awaitility.await().until(() -> it.sentBy(() -> resolve(token)).isEmpty());
        it.nanosAhead.addAndGet(CachedSessions.LEASE.toNanos());
        assertThat(it.sentBy(() -> resolve(token))).containsExactly("GET");
        Awaitility.await().until(() -> it.sentBy(() -> resolve(token)).isEmpty());
    }

    @Test
    @DisplayName("drops a bucket whose mark was lost, and has it again with a new one")
    void lostMark() {
        with(SessionPolicy.DEFAULT);
        IssuedSession ann = held("ann");
        String mark = it.key(ann.session().id().substring(0, 2), "m");
        TestRedis.admin("DEL", mark);
        Awaitility.await().until(() -> it.near.meters().dropsByCause().get("missing_mark") == 1);
        Awaitility.await().until(() -> it.sentBy(() -> resolve(ann.token())).isEmpty());
        assertThat(TestRedis.admin("PTTL", mark)).matches(":\\d{8}");
    }

    private IssuedSession held(String user) {
        IssuedSession issued = signIn(user);
        Awaitility.await().until(() -> it.sentBy(() -> resolve(issued.token())).isEmpty());
        return issued;
    }
}
