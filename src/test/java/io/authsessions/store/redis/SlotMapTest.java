package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The map of a Cluster")
class SlotMapTest {
    /** What CLUSTER KEYSLOT says. */
    @ParameterizedTest(name = "{0} lies in slot {1}")
    @CsvSource({
        "123456789, 12739",
        "foo, 12182",
        "aus:layout, 622",
        "aus:{a7}:s:x, 16047",
        "{a7}, 16047",
        "{}.bar, 15379",
        "foo{}{bar}, 8363",
        "foo{{bar}}zap, 4015",
        "foo{bar}{zap}, 5061",
        "foo}bar{, 11073",
        "äöü, 4805"
    })
    @DisplayName("knows the slot of a key as Redis does")
    void slots(String key, int slot) {
        assertThat(SlotMap.slotOf(key.getBytes(StandardCharsets.UTF_8))).isEqualTo(slot);
    }

    @Test
    @DisplayName("changes in one slot alone when a key has moved")
    void moved() {
        HostPort a = new HostPort("a", 1);
        HostPort b = new HostPort("b", 2);
        SlotMap map = SlotMap.EMPTY.with(1, a).with(2, a).with(2, b);
        assertThat(map.owner(0)).isNull();
        assertThat(map.owner(1)).isEqualTo(a);
        assertThat(map.owner(2)).isEqualTo(b);
        assertThat(map.primaries()).containsExactly(a, b);
        assertThat(map.with(2, b)).isSameAs(map);
    }

    @Test
    @DisplayName("reads where a member points to")
    void addresses() {
        assertThat(HostPort.read("10.0.0.1:7001", "me")).isEqualTo(new HostPort("10.0.0.1", 7001));
        assertThat(HostPort.read(":7001", "me")).isEqualTo(new HostPort("me", 7001));
        assertThat(HostPort.read("::1:7001", "me")).isEqualTo(new HostPort("::1", 7001));
        assertThat(HostPort.read("[::1]:7001", "me")).isEqualTo(new HostPort("::1", 7001));
        assertThat(HostPort.read("?:7001", "me")).isNull();
        assertThat(HostPort.read("host:0", "me")).isNull();
        assertThat(HostPort.read("host:x", "me")).isNull();
        assertThat(HostPort.read("host", "me")).isNull();
    }

    @Test
    @DisplayName("keeps scheme and login from server to server")
    void uris() {
        String uri = "rediss://us%40er:pa%3Ass@first.example:6380";
        assertThat(HostPort.of(uri)).isEqualTo(new HostPort("first.example", 6380));
        assertThat(new HostPort("second", 1).uriLike(uri)).isEqualTo("rediss://us%40er:pa%3Ass@second:1");
        assertThat(new HostPort("::1", 1).uriLike("redis://host")).isEqualTo("redis://[::1]:1");
        assertThat(HostPort.of("redis://[::1]")).isEqualTo(new HostPort("::1", 6379));
    }
}
