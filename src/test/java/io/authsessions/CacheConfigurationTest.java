package io.authsessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessions.CacheStatus;
import io.authsessions.model.InvalidRequestException;
import io.authsessions.model.SessionPolicy;
import io.authsessions.service.CacheOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Answers from memory")
class CacheConfigurationTest {
    private static final AuthSessionsOptions UNREACHED = AuthSessionsOptions.defaults()
            .withStore(
                    "redis", new JsonObject().put("uri", "redis://127.0.0.1:1").put("lazyConnect", true))
            .withPolicy(SessionPolicy.builder()
                    .rotationGrace(Duration.ofMillis(999))
                    .build());

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        Futures.get(vertx.close());
    }

    private CacheStatus statusOf(AuthSessionsOptions options) {
        AuthSessions sessions = Futures.get(AuthSessions.start(vertx, options));
        CacheStatus status = sessions.cacheStatus();
        assertThat(sessions.cacheMeters() == null).isEqualTo(status == CacheStatus.OFF);
        Futures.get(sessions.close());
        return status;
    }

    @Test
    @DisplayName("are refused with a grace after rotation that is shorter than the lease")
    void grace() {
        assertThat(Futures.failure(AuthSessions.start(vertx, UNREACHED)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("policy.rotationGrace: must be at least cache.lease, 1s, where resolves are answered from "
                        + "memory; or set cache.enabled to false");
        CacheOptions shorter = new CacheOptions(null, 100, Duration.ofMillis(999));
        assertThat(statusOf(UNREACHED.withCache(shorter))).isNotEqualTo(CacheStatus.OFF);
    }

    @Test
    @DisplayName("are not given where they are switched off, nor by the local store, whatever is asked")
    void off() {
        assertThat(statusOf(UNREACHED.withCache(CacheOptions.OFF))).isEqualTo(CacheStatus.OFF);
        CacheOptions asked = new CacheOptions(true, 100, Duration.ofSeconds(1));
        assertThat(statusOf(AuthSessionsOptions.defaults().withCache(asked))).isEqualTo(CacheStatus.OFF);
    }
}
