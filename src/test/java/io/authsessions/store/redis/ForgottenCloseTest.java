package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessions;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.Futures;
import io.authsessions.LogCapture;
import io.authsessions.model.NewSession;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

@DisplayName("A Vert.x that ends while the sessions in it are not closed")
@ResourceLock(value = LogCapture.LOCK)
class ForgottenCloseTest {
    @Test
    @DisplayName("ends without a word in the log, and leaves Redis without connections")
    void quiet() {
        try (LinkRedis redis = LinkRedis.started();
                LogCapture logs = LogCapture.start()) {
            for (int i = 0; i < 5; i++) {
                Vertx vertx = Vertx.vertx();
                AuthSessions sessions = Futures.get(AuthSessions.start(
                        vertx,
                        AuthSessionsOptions.defaults()
                                .withStore("redis", new JsonObject().put("uri", redis.leastRightsUri()))));
                Futures.get(sessions.service().createSession(NewSession.of("ann")));
                Futures.get(vertx.close());
            }
            assertThat(logs.lines()).noneMatch(line -> line.contains("SEVERE") || line.contains("Exception"));
            try (PlainRedis admin = new PlainRedis(redis.port())) {
                assertThat(PlainRedis.text(admin.call("CLIENT", "LIST")).lines())
                        .hasSize(1);
            }
        }
    }
}
