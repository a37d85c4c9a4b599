package io.authsessions.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.authsessions.model.NewSession;
import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionPolicy;
import io.authsessions.store.Nonce;
import io.authsessions.store.SessionRecord;
import io.authsessions.store.SessionStore;
import io.authsessions.store.UseOutcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Touches")
class TouchesTest {
    private static final SecretHash HASH = SecretHash.fromBytes(new byte[SecretHash.BYTES]);
    private static final SecretHash OTHER = SecretHash.fromBytes(
            new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
            });
    private static final SessionPolicy POLICY = SessionPolicy.DEFAULT;
    private static final long INTERVAL = POLICY.touchInterval().toMillis();
    private static final UseOutcome GONE = new UseOutcome.Gone(null);

    private final List<String> sent = new ArrayList<>();
    private Supplier<Future<UseOutcome>> answer = () -> Future.succeededFuture(GONE);
    private final Touches touches = new Touches(
            (SessionStore) Proxy.newProxyInstance(
                    SessionStore.class.getClassLoader(), new Class<?>[] {SessionStore.class}, (p, method, args) -> {
                        assertThat(method.getName()).isEqualTo("use");
                        sent.add(args[0] + "@" + args[2]);
                        return answer.get();
                    }),
            POLICY);

    private UseOutcome touch(String sessionId, long at) {
        return touch(sessionId, at, touches.begin());
    }

    private UseOutcome touch(String sessionId, long at, long begun) {
        return touches.record(sessionId, HASH, at, begun);
    }

    private Future<UseOutcome> decide(String sessionId, long at) {
        return touches.decide(sessionId, HASH, at, touches.begin());
    }

    private static UseOutcome live(SecretHash hash, long usedAt) {
        return new UseOutcome.Live(SessionRecord.create("a", hash, NewSession.of("ada"), POLICY, usedAt));
    }

    @Test
    @DisplayName("tell an outcome that is known at once, and the next one is sent too")
    void known() {
        assertThat(touch("a", 1)).isSameAs(GONE);
        assertThat(touch("a", 2)).isSameAs(GONE);
        assertThat(sent).containsExactly("a@1", "a@2");
    }

    @Test
    @DisplayName("of those who began before another was recorded are not sent, for they would record nothing")
    void recordedMeanwhile() {
        long before = touches.begin();
        UseOutcome live = live(HASH, 10 * INTERVAL);
        answer = () -> Future.succeededFuture(live);
        touch("a", 10 * INTERVAL);
        assertThat(touch("a", 11 * INTERVAL - 1, before)).isSameAs(live);
        assertThat(touch("a", SessionStore.NOT_A_USE, before)).isSameAs(live);
        assertThat(touches.decide("a", HASH, 11 * INTERVAL - 1, before).result())
                .isSameAs(live);
        assertThat(sent).hasSize(1);
        touch("b", 10 * INTERVAL, before);
        touch("a", 11 * INTERVAL, before);
        touch("a", 11 * INTERVAL - 1);
        decide("a", 11 * INTERVAL - 1);
        assertThat(sent).hasSize(5);
    }

    @Test
    @DisplayName("are sent where what was recorded meanwhile was by another token, or leaves something to record")
    void otherMeanwhile() {
        long before = touches.begin();
        answer = () -> Future.succeededFuture(live(OTHER, 10 * INTERVAL));
        touch("a", 10 * INTERVAL);
        touch("a", 10 * INTERVAL, before);
        touches.record("a", OTHER, 10 * INTERVAL, before);
        SessionRecord rotated = SessionRecord.create("a", OTHER, NewSession.of("ada"), POLICY, 10 * INTERVAL)
                .rotated(HASH, Nonce.create(new SecureRandom()), 10 * INTERVAL);
        answer = () -> Future.succeededFuture(new UseOutcome.Live(rotated));
        touch("a", 10 * INTERVAL);
        touch("a", 10 * INTERVAL, before);
        assertThat(sent).hasSize(5);
    }

    @Test
    @DisplayName("of a token that was refused meanwhile are refused alike, and a failure tells nothing")
    void refusedMeanwhile() {
        long before = touches.begin();
        answer = () -> Future.failedFuture("down");
        decide("a", 1);
        answer = () -> Future.succeededFuture(GONE);
        assertThat(touches.decide("a", HASH, 1, before).result()).isSameAs(GONE);
        assertThat(touches.decide("a", HASH, 2, before).result()).isSameAs(GONE);
        assertThat(touch("a", 3, before)).isSameAs(GONE);
        assertThat(touches.decide("a", OTHER, 2, before).result()).isSameAs(GONE);
        assertThat(sent).containsExactly("a@1", "a@1", "a@2");
    }

    @Test
    @DisplayName("of one session go one at a time, those of others beside them")
    void oneAtATime() {
        Promise<UseOutcome> slow = Promise.promise();
        answer = slow::future;
        assertThat(touch("a", 1)).isNull();
        assertThat(touch("a", 2)).isNull();
        assertThat(touch("b", 3)).isNull();
        assertThat(sent).containsExactly("a@1", "b@3");
        slow.complete(GONE);
        touch("a", 4);
        touch("b", 5);
        assertThat(sent).containsExactly("a@1", "b@3", "a@4", "b@5");
    }

    @Test
    @DisplayName("that fail, late or at once, are tried again with the next use")
    void triedAgain() {
        Promise<UseOutcome> slow = Promise.promise();
        answer = slow::future;
        touch("a", 1);
        slow.fail("down");
        answer = () -> Future.failedFuture("down");
        assertThat(touch("a", 2)).isNull();
        assertThat(touch("a", 3)).isNull();
        assertThat(sent).containsExactly("a@1", "a@2", "a@3");
    }

    @Test
    @DisplayName("of a store that throws are tried again too")
    void throwing() {
        answer = () -> {
            throw new IllegalStateException("broken");
        };
        assertThatThrownBy(() -> touch("a", 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> touch("a", 2)).isInstanceOf(IllegalStateException.class);
        assertThat(sent).containsExactly("a@1", "a@2");
    }

    @Test
    @DisplayName("that decide are sent once for all who present the same token meanwhile, and again for the next")
    void decided() {
        Promise<UseOutcome> slow = Promise.promise();
        answer = slow::future;
        List<Future<UseOutcome>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(decide("a", 1));
        }
        Future<UseOutcome> other = decide("b", 2);
        assertThat(sent).containsExactly("a@1", "b@2");
        slow.complete(GONE);
        assertThat(all).allMatch(each -> each.result() == GONE);
        assertThat(other.result()).isSameAs(GONE);
        answer = () -> Future.failedFuture("down");
        assertThat(decide("a", 3).cause()).hasMessage("down");
        answer = () -> {
            throw new IllegalStateException("broken");
        };
        assertThatThrownBy(() -> decide("a", 4)).isInstanceOf(IllegalStateException.class);
        answer = () -> Future.succeededFuture(GONE);
        assertThat(decide("a", 5).result()).isSameAs(GONE);
        assertThat(sent).containsExactly("a@1", "b@2", "a@3", "a@4", "a@5");
    }

    @Test
    @DisplayName("have settled when all that are under way have ended, well or badly")
    void settled() {
        assertThat(touches.settled().succeeded()).isTrue();
        Promise<UseOutcome> well = Promise.promise();
        answer = well::future;
        touch("a", 1);
        Promise<UseOutcome> badly = Promise.promise();
        answer = badly::future;
        touch("b", 2);
        Future<Void> settled = touches.settled();
        well.complete(GONE);
        assertThat(settled.isComplete()).isFalse();
        badly.fail("down");
        assertThat(settled.succeeded()).isTrue();
    }
}
