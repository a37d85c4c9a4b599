package io.authsessions.service;

import static io.authsessions.Futures.failure;
import static io.authsessions.Futures.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The guard of the bus")
class BusGuardTest {
    private static final int LONGEST = 8_192;

    private Vertx vertx;

    @BeforeEach
    void guardSomethingThatAnswers() {
        vertx = Vertx.vertx();
        vertx.eventBus().localConsumer("guarded", new BusGuard(message -> message.reply("passed")));
    }

    @AfterEach
    void close() {
        get(vertx.close());
    }

    private Future<Object> send(String action, JsonObject body) {
        return vertx.eventBus()
                .request("guarded", body, new DeliveryOptions().addHeader("action", action))
                .map(reply -> reply.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"resolveSession", "getUserIdFromSession", "getSessionMeta", "rotateSession"})
    @DisplayName("lets a token of 8,192 characters through to be judged, and refuses a longer one as too large")
    void longestToken(String action) {
        assertThat(get(send(action, new JsonObject().put("token", "x".repeat(LONGEST)))))
                .isEqualTo("passed");
        Throwable failure = failure(send(action, new JsonObject().put("token", "x".repeat(LONGEST + 1))));
        assertThat(Failures.detailOf(failure)).isEqualTo(Failures.PAYLOAD_TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"resolveSession", "getUserIdFromSession", "getSessionMeta", "resolveSessionWith"})
    @DisplayName("lets a call without a token through, and refuses one field too many")
    void noToken(String action) {
        JsonObject body = action.equals("resolveSessionWith")
                ? new JsonObject().put("options", new JsonObject())
                : new JsonObject();
        assertThat(get(send(action, body))).isEqualTo("passed");
        assertThat(get(send(action, body.copy().putNull("token")))).isEqualTo("passed");
        assertThat(Failures.detailOf(failure(send(action, body.copy().put("tokens", "x")))))
                .isEqualTo("invalid_request");
    }
}
