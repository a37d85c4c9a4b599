package io.authsessions.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("ASVS-3.3.1")
@DisplayName("The cookie for development")
class DevelopmentCookieTest {
    private static HttpServerRequest cameInAt(String address) {
        return (HttpServerRequest) Proxy.newProxyInstance(
                HttpServerRequest.class.getClassLoader(),
                new Class<?>[] {HttpServerRequest.class},
                (proxy, method, args) ->
                        method.getName().equals("localAddress") ? SocketAddress.inetSocketAddress(80, address) : null);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1,true", "127.8.8.8,true", "::1,true", "192.0.2.1,false", "10.0.0.1,false", "2001:db8::1,false"
    })
    @DisplayName("is read and set on loopback only; the one that is Secure everywhere")
    void loopbackOnly(String address, boolean isPermitted) {
        assertThat(SessionCookie.development().isPermittedOn(cameInAt(address))).isEqualTo(isPermitted);
        assertThat(SessionCookie.create().isPermittedOn(cameInAt(address))).isTrue();
    }
}
