package io.authsessions.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.authsessions.model.SessionToken;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("The session cookie")
class SessionCookieTest {
    @Test
    @Tag("ASVS-3.3.2")
    @Tag("ASVS-3.3.5")
    @DisplayName("takes only names and attributes that its prefix permits")
    void cookies() {
        SessionCookie cookie = SessionCookie.create();
        assertThat(cookie.sameSite(SessionCookie.SameSite.STRICT).clearing())
                .isEqualTo("__Host-session=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
        assertThat(cookie.named("__Secure-s").path("/a").domain("example.com").clearing())
                .isEqualTo("__Secure-s=; Path=/a; Domain=example.com; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
        for (String name : List.of("session", "__Host-", "__Secure-", "__host-x", "__Host-a b", "__Host-a;", "")) {
            assertThatThrownBy(() -> cookie.named(name)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> cookie.path("/a")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> cookie.domain("example.com")).isInstanceOf(IllegalArgumentException.class);
        SessionCookie secure = cookie.named("__Secure-s");
        for (String path : List.of("a", "/a;b", "/a\r\nb", "")) {
            assertThatThrownBy(() -> secure.path(path)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> secure.domain("Example.com; x")).isInstanceOf(IllegalArgumentException.class);
        int room = 4096 - (cookie.clearing().length() + 9 + SessionToken.LENGTH);
        assertThat(cookie.named(cookie.name() + "x".repeat(room)).name()).endsWith("x");
        assertThatThrownBy(() -> cookie.named(cookie.name() + "x".repeat(room + 1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SessionCookie.development().named("x")).isInstanceOf(IllegalArgumentException.class);
    }
}
