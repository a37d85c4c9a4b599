package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Runs after the others that use it: {@code junit-platform.properties} orders classes. */
@Order(Integer.MAX_VALUE - 1)
@DisplayName("The Redis that tests share")
class RightsOfWholeRunTest {
    @Test
    @DisplayName("has denied the user with the least rights nothing in the whole run, and would have noted it")
    void nothingDenied() {
        assertThat(TestRedis.admin("ACL", "LOG")).isEqualTo("*0");
        try (PlainRedis redis = new PlainRedis(URI.create(TestRedis.uri()).getPort())) {
            redis.call("AUTH", "aus", "secret");
            assertThatThrownBy(() -> redis.call("GET", "foreign")).hasMessageContaining("NOPERM");
        }
        assertThat(TestRedis.admin("ACL", "LOG")).isEqualTo("*1");
        TestRedis.admin("ACL", "LOG", "RESET");
    }
}
