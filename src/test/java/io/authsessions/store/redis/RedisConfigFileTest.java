package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.authsessions.AuthSessionsOptions;
import io.authsessions.model.InvalidRequestException;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The configuration of the Redis store")
class RedisConfigFileTest {
    private static final Path CONF = Path.of(System.getProperty("project.root", "."), "conf");

    @Test
    @DisplayName("stands in conf/redis.json with every key, at the defaults of the store")
    void file() throws Exception {
        JsonObject redis = new JsonObject(Files.readString(CONF.resolve("redis.json")))
                .getJsonObject("store")
                .getJsonObject("redis");
        assertThat(RedisOptions.read(redis)).isEqualTo(RedisOptions.read(new JsonObject()));
        assertThat(redis.fieldNames())
                .containsExactlyInAnyOrder(
                        "mode",
                        "uri",
                        "uris",
                        "waitReplicas",
                        "waitTimeout",
                        "prefix",
                        "buckets",
                        "commandDeadline",
                        "callDeadline",
                        "maxInFlight",
                        "lazyConnect");
    }

    @Test
    @DisplayName("is told in no text, since it may hold a password")
    void noPassword() {
        JsonObject config = new JsonObject().put("uri", "redis://app:hidden-word@127.0.0.1:1");
        assertThat(RedisOptions.read(config).toString()).doesNotContain("hidden-word");
        assertThat(RedisOptions.read(config).link().toString()).doesNotContain("hidden-word");
        assertThat(AuthSessionsOptions.defaults().withStore("redis", config).toString())
                .doesNotContain("hidden-word");
        InvalidRequestException mistake = catchThrowableOfType(
                InvalidRequestException.class,
                () -> RedisOptions.read(new JsonObject().put("uri", "http://app:hidden-word@host")));
        assertThat(mistake).hasMessageStartingWith("uri: ").hasMessageNotContaining("hidden-word");
    }
}
