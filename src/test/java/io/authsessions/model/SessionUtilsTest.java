package io.authsessions.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The value of the Authorization header")
class SessionUtilsTest {
    @ParameterizedTest
    @DisplayName("gives its token, whatever the case of the scheme and with any spaces before the token")
    @ValueSource(strings = {"Bearer abc", "bearer abc", "BEARER   abc"})
    void givesTheToken(String header) {
        assertThat(SessionUtils.getSessionIdFromAuthToken(header)).isEqualTo("abc");
    }

    @ParameterizedTest
    @DisplayName("gives null where it is anything but one bearer token")
    @ValueSource(
            strings = {
                "",
                "abc",
                "Bearer",
                "Bearer ",
                "Bearer\tabc",
                "Bearerabc",
                "Basic abc",
                "Bearer a b",
                "Bearer abc ",
                " Bearer abc",
                "Bearer a,b",
                "Bearer a, Bearer b",
                "Bearer é",
                "Bearer =",
                "Bearer a=b",
                "xBearer abc",
                "Bearer a\r\nx: y",
                "Bearer \u0661",
                "Bearer \u00a0abc",
                "Bearer Bearer abc"
            })
    void givesNull(String header) {
        assertThat(SessionUtils.getSessionIdFromAuthToken(header)).isNull();
    }

    @Test
    @DisplayName("gives null for none")
    void givesNullForNone() {
        assertThat(SessionUtils.getSessionIdFromAuthToken(null)).isNull();
    }

    @Property
    @Label("is read without failing, whatever it holds")
    void isTotal(@ForAll String header) {
        SessionUtils.getSessionIdFromAuthToken(header);
        SessionUtils.getSessionIdFromAuthToken("Bearer " + header);
    }

    @Test
    @DisplayName("is written for a token and read back")
    void roundTrip() {
        assertThat(SessionUtils.getAuthTokenForSessionId("a-._~+/9==")).isEqualTo("Bearer a-._~+/9==");
        assertThat(SessionUtils.getSessionIdFromAuthToken(SessionUtils.getAuthTokenForSessionId("a-._~+/9==")))
                .isEqualTo("a-._~+/9==");
    }

    @ParameterizedTest
    @DisplayName("is not written for what would break the header")
    @ValueSource(strings = {"", "a b", "a\r\nX: y", "é", "=", "a=b"})
    void refuses(String token) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionUtils.getAuthTokenForSessionId(token))
                .withMessageNotContaining("\r");
    }
}
