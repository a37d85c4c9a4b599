package io.authsessions.store.redis;

import static io.authsessions.store.StoreUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.NewSession;
import io.authsessions.model.SessionIds;
import io.authsessions.store.Login;
import io.authsessions.store.SessionStore;
import io.authsessions.store.StoreUnderTest;
import io.authsessions.store.TestClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Measured in a Redis of its own, whose memory nobody else moves. */
@DisplayName("In the memory of Redis")
class RedisFootprintTest {
    private static final int USERS = 660;
    private static final int SESSIONS_OF_A_USER = 10;

    @ParameterizedTest
    @CsvSource({"30, 650", "320, 960"})
    @DisplayName(
            "a session of a user who has ten takes no more than is promised, indices and all, and its marker 200 bytes")
    void bytesPerSession(int metaBytes, long most) {
        Vertx vertx = Vertx.vertx();
        try (LinkRedis redis = LinkRedis.started()) {
            RawRedis raw = new RawRedis(vertx, redis.uri());
            JsonObject config = new JsonObject().put("uri", redis.leastRightsUri());
            StoreUnderTest it = new StoreUnderTest(
                    vertx,
                    (on, policy, clock) -> new RedisSessionStoreProvider().create(on, policy, clock, config),
                    new TestClock());
            for (int bucket = 0; bucket < 256; bucket++) {
                raw.call("SET", "aus:{" + SessionIds.bucketName(bucket) + "}:m", "0123456789abcdef", "PX", 86_400_000);
            }
            long empty = usedMemory(raw);
            JsonObject meta = new JsonObject().put("m", "x".repeat(metaBytes - 8));
            assertThat(meta.encode()).hasSize(metaBytes);
            create(it, meta);
            long full = usedMemory(raw);
            assertThat(it.count()).isEqualTo(USERS * SESSIONS_OF_A_USER);
            assertThat((full - empty) / (USERS * SESSIONS_OF_A_USER)).isLessThanOrEqualTo(most);
            for (int user = 0; user < USERS; user++) {
                it.destroyAll(userId(user), null, "signed_out");
            }
            assertThat((usedMemory(raw) - empty) / (USERS * SESSIONS_OF_A_USER)).isLessThanOrEqualTo(200);
            it.close();
            raw.close();
        } finally {
            await(vertx.close());
        }
    }

    private static void create(StoreUnderTest it, JsonObject meta) {
        SessionStore store = it.store();
        List<Future<?>> creates = new ArrayList<>();
        for (int i = 0; i < USERS * SESSIONS_OF_A_USER; i++) {
            Login login = it.prepare(NewSession.of(userId(i / SESSIONS_OF_A_USER))
                    .withLabel("Chrome on Windows")
                    .withMeta(meta));
            creates.add(store.create(login.record()));
            if (creates.size() == 100) {
                await(Future.all(creates));
                creates.clear();
            }
        }
        await(Future.all(creates));
    }

    private static String userId(int number) {
        return String.format("user-%07d", number);
    }

    /** Without the buffers of those who are connected. */
    private static long usedMemory(RawRedis raw) {
        String info = raw.text("INFO", "memory");
        return number(info, "used_memory:") - number(info, "mem_clients_normal:");
    }

    private static long number(String info, String name) {
        int from = info.indexOf(name) + name.length();
        return Long.parseLong(info.substring(from, info.indexOf('\r', from)));
    }
}
