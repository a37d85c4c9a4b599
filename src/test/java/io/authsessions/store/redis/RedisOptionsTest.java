package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.authsessions.model.FieldError;
import io.authsessions.model.InvalidRequestException;
import io.authsessions.store.SessionStoreProvider;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ServiceLoader;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The configuration of the Redis store")
class RedisOptionsTest {
    @Test
    @DisplayName("has a default for everything")
    void defaults() {
        RedisOptions options = RedisOptions.read(new JsonObject());
        assertThat(options)
                .isEqualTo(new RedisOptions(
                        "redis://127.0.0.1:6379",
                        "aus",
                        256,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        1024,
                        false));
    }

    @Test
    @DisplayName("is read whole, and every mistake is told at once, without what stood there")
    void mistakes() {
        JsonObject wrong = new JsonObject()
                .put("uri", "http://user:hunter2@host")
                .put("prefix", "a{b}")
                .put("buckets", 0)
                .put("commandDeadline", "5s")
                .put("callDeadline", "1s")
                .put("maxInFlight", 1.5)
                .put("lazyConnect", "yes")
                .put("other", 1);
        InvalidRequestException mistake =
                catchThrowableOfType(InvalidRequestException.class, () -> RedisOptions.read(wrong));
        assertThat(mistake.errors())
                .extracting(FieldError::field)
                .containsExactlyInAnyOrder(
                        "uri", "prefix", "buckets", "callDeadline", "maxInFlight", "lazyConnect", "");
        assertThat(mistake).hasMessageNotContaining("hunter2");
    }

    @Test
    @DisplayName("tells its password to nobody")
    void password() {
        RedisOptions options =
                RedisOptions.read(new JsonObject().put("uri", "rediss://aus:hunter2@redis.example:6380"));
        assertThat(options.toString()).doesNotContain("hunter2");
        assertThat(options.link().toString()).doesNotContain("hunter2");
    }

    @Test
    @DisplayName("is that of the store of type redis, which all nodes share")
    void provider() {
        assertThat(ServiceLoader.load(SessionStoreProvider.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .filter(provider -> provider.type().equals("redis"))
                        .map(SessionStoreProvider::shared))
                .containsExactly(true);
    }

    @Test
    @DisplayName("is documented with the rights that the tests have")
    void documentedRights() throws Exception {
        String page = Files.readString(Path.of("docs/redis.md"));
        assertThat(page).contains("ACL SETUSER aus " + TestRedis.RIGHTS);
    }
}
