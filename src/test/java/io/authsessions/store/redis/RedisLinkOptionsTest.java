package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The options of a link, and the errors it may meet")
class RedisLinkOptionsTest {
    private static final RedisLinkOptions DEFAULTS = RedisLinkOptions.of("redis://127.0.0.1", "aus:events");

    @Test
    @DisplayName("have a text without user, password and host")
    void redacted() {
        RedisLinkOptions options = RedisLinkOptions.of("redis://user:secret@host/0?password=other", "aus:events")
                .withLogin("name", "third");
        assertThat(options.toString()).doesNotContain("secret", "other", "third", "user", "name", "host");
    }

    @ParameterizedTest
    @DisplayName("refuse another URI without repeating it")
    @ValueSource(strings = {"", "secret", "http://secret", "redis://secret space", "://secret"})
    void uri(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisLinkOptions.of(uri, "aus:events"))
                .withMessageNotContaining("secret")
                .withNoCause();
    }

    @Test
    @DisplayName("refuse what is out of range")
    void ranges() {
        assertThatIllegalArgumentException().isThrownBy(() -> DEFAULTS.withMaxInFlight(0));
        assertThatIllegalArgumentException().isThrownBy(() -> DEFAULTS.withCommandDeadline(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> DEFAULTS.withConnectTimeout(Duration.ofHours(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> RedisLinkOptions.of("redis://h", ""));
    }

    @Test
    @DisplayName("ask for TLS and the name of the host exactly where the URI does")
    void tls() {
        assertThat(DEFAULTS.net().isSsl()).isFalse();
        RedisLinkOptions tls = RedisLinkOptions.of("rediss://h", "aus:events");
        assertThat(tls.net().isSsl()).isTrue();
        assertThat(tls.net().getHostnameVerificationAlgorithm()).isEqualTo("HTTPS");
        assertThat(tls.net().isTrustAll()).isFalse();
    }

    @ParameterizedTest
    @DisplayName("are known by their first word, also behind ERR")
    @CsvSource({
        "READONLY You can't write, READONLY",
        "ERR READONLY You can't write, READONLY",
        "OOM, OOM",
        "OOMPH, OTHER",
        "ERR Error running script (call to f_1): @user_script:1: @user_script: 1: -OOM command not allowed, OOM",
        "@user_script: 371: -READONLY You may not write against a read only replica., READONLY",
        "@user_script: 12: @user_script: 12: -OOM command not allowed, OOM",
        "@user_script: 12: something else, OTHER",
        "ERR Error running script (call to f_1): @user_script:1: user_script:1: attempt to index a nil value, OTHER",
        "ERR unknown command 'OOM', OTHER",
        "ERR, OTHER",
        "'', OTHER",
        "OTHER, OTHER",
        "readonly, OTHER"
    })
    void errors(String text, ErrorReply expected) {
        assertThat(ErrorReply.of(text)).isEqualTo(expected);
    }
}
