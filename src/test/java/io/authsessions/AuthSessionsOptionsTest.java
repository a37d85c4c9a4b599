package io.authsessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.authsessions.model.FieldError;
import io.authsessions.model.InvalidRequestException;
import io.authsessions.model.SessionPolicy;
import io.authsessions.service.CacheOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The options")
class AuthSessionsOptionsTest {
    private static List<FieldError> mistakesOf(JsonObject json) {
        return catchThrowableOfType(InvalidRequestException.class, () -> AuthSessionsOptions.fromJson(json))
                .errors();
    }

    private static JsonObject service(String name, Object value) {
        return new JsonObject().put("service", new JsonObject().put(name, value));
    }

    @Test
    @DisplayName("that say nothing are the defaults")
    void defaults() {
        AuthSessionsOptions defaults = AuthSessionsOptions.defaults();
        assertThat(AuthSessionsOptions.fromJson(new JsonObject())).isEqualTo(defaults);
        assertThat(defaults.policy()).isEqualTo(SessionPolicy.DEFAULT);
        assertThat(defaults.storeType()).isEqualTo("local");
        assertThat(defaults.storeConfig()).isEqualTo(new JsonObject());
        assertThat(defaults.address()).isEqualTo("authsessions");
        assertThat(defaults.eventsAddress()).isEqualTo("authsessions.events");
        assertThat(defaults.deadline()).isEqualTo(Duration.ofSeconds(2));
        assertThat(defaults.drain()).isEqualTo(Duration.ofSeconds(2));
        assertThat(defaults.sweepInterval()).isEqualTo(Duration.ofSeconds(1));
        JsonObject emptySections = new JsonObject("{\"policy\":{},\"store\":{\"local\":{}},\"service\":{}}");
        assertThat(AuthSessionsOptions.fromJson(emptySections)).isEqualTo(defaults);
    }

    @Test
    @DisplayName("are read from all four sections, and only the chosen store's own section counts")
    void everything() {
        AuthSessionsOptions read = AuthSessionsOptions.fromJson(new JsonObject("""
                {"policy": {"idleTimeout": "30m", "touchInterval": "5s"},
                 "store": {"type": "controlled", "local": {"name": "no"}, "controlled": {"name": "yes"}},
                 "service": {"address": "logins", "deadline": "500ms", "drain": "0ms", "sweepInterval": "1h"},
                 "cache": {"enabled": false, "size": 500, "lease": "250ms"}}"""));
        assertThat(read.policy().idleTimeout()).isEqualTo(Duration.ofMinutes(30));
        assertThat(read.policy().touchInterval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(read.storeType()).isEqualTo("controlled");
        assertThat(read.storeConfig()).isEqualTo(new JsonObject().put("name", "yes"));
        assertThat(read.address()).isEqualTo("logins");
        assertThat(read.eventsAddress()).isEqualTo("logins.events");
        assertThat(read.deadline()).isEqualTo(Duration.ofMillis(500));
        assertThat(read.drain()).isZero();
        assertThat(read.sweepInterval()).isEqualTo(Duration.ofHours(1));
        assertThat(read.cache()).isEqualTo(new CacheOptions(false, 500, Duration.ofMillis(250)));
    }

    @Test
    @DisplayName("tell all their mistakes at once, each with its place")
    void allMistakes() {
        JsonObject json = new JsonObject()
                .put("policy", new JsonObject().put("idleTimeout", "7 days").put("touch", true))
                .put("store", new JsonObject().put("type", 5).put("local", "x").put("oracle", new JsonObject()))
                .put(
                        "service",
                        new JsonObject()
                                .put("address", " ")
                                .put("deadline", "9ms")
                                .put("drain", "61s")
                                .put("sweepInterval", 5)
                                .put("port", 80))
                .put(
                        "cache",
                        new JsonObject()
                                .put("enabled", "yes")
                                .put("size", 99)
                                .put("lease", "11s")
                                .put("x", 1))
                .put("further", new JsonObject());
        assertThat(mistakesOf(json))
                .extracting(FieldError::field)
                .containsExactlyInAnyOrder(
                        "policy.idleTimeout",
                        "policy",
                        "store.type",
                        "store.local",
                        "store",
                        "service.address",
                        "service.deadline",
                        "service.drain",
                        "service.sweepInterval",
                        "service",
                        "cache.enabled",
                        "cache.size",
                        "cache.lease",
                        "cache",
                        "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"policy", "store", "service", "cache"})
    @DisplayName("refuse a section that is no object")
    void sections(String section) {
        for (Object wrong : new Object[] {"x", 5, true, new JsonArray()}) {
            assertThat(mistakesOf(new JsonObject().put(section, wrong)))
                    .extracting(FieldError::field)
                    .containsExactly(section);
        }
    }

    @Test
    @DisplayName("keep each duration within its range, the ends included")
    void ranges() {
        for (String good : List.of("10ms", "60s")) {
            AuthSessionsOptions.fromJson(service("deadline", good));
        }
        for (String wrong : List.of("9ms", "60001ms", "-5s", "1.5s", "5", "", "99999999999999d")) {
            assertThat(mistakesOf(service("deadline", wrong)))
                    .extracting(FieldError::field)
                    .containsExactly("service.deadline");
        }
        AuthSessionsOptions.fromJson(service("drain", "60s"));
        AuthSessionsOptions.fromJson(service("sweepInterval", "10ms"));
        assertThat(mistakesOf(service("drain", "60001ms"))).hasSize(1);
        assertThat(mistakesOf(service("sweepInterval", "9ms"))).hasSize(1);
        assertThat(mistakesOf(service("sweepInterval", "3600001ms"))).hasSize(1);
    }

    @Test
    @DisplayName("do not change with the object that they were read from or gave out")
    void copies() {
        JsonObject config = new JsonObject().put("name", "one");
        AuthSessionsOptions options = AuthSessionsOptions.defaults().withStore("local", config);
        config.put("name", "two");
        options.storeConfig().put("name", "three");
        assertThat(options.storeConfig()).isEqualTo(new JsonObject().put("name", "one"));
    }
}
