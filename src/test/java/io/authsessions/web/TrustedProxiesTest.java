package io.authsessions.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("ASVS-4.1.3")
@DisplayName("The proxies that are believed")
class TrustedProxiesTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,10.255.0.1,true",
        "10.0.0.0/8,11.0.0.1,false",
        "192.0.2.128/25,192.0.2.127,false",
        "192.0.2.128/25,192.0.2.128,true",
        "0.0.0.0/0,8.8.8.8,true",
        "2001:db8::/32,2001:db8:1::5,true",
        "2001:db8::/32,2001:db9::5,false",
        "::1,::1,true",
        "127.0.0.1,::ffff:127.0.0.1,true",
        "127.0.0.1,::1,false"
    })
    @DisplayName("are those whose addresses begin as their network does")
    void networks(String network, String address, boolean inside) {
        assertThat(TrustedProxies.of(List.of(network)).isTrusted(NetAddress.parse(address)))
                .isEqualTo(inside);
    }

    @ParameterizedTest
    @CsvSource({"localhost", "10.0.0", "1", "10.0.0.0/33", "10.0.0.0/", "::/129", "256.1.1.1", "10.0.0.1/-1", "a:b"})
    @DisplayName("are not written as a name, as half an address, or with too many bits")
    void noNetworks(String text) {
        assertThatThrownBy(() -> TrustedProxies.of(List.of(text))).isInstanceOf(IllegalArgumentException.class);
    }
}
