package io.authsessions.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The key of a session id")
class SessionKeyTest {
    @Property
    @Label("names the bucket that the id names, and is the same from the id as from a token, wherever that stands")
    void ofIdAndToken(
            @ForAll @IntRange(min = 0, max = SessionIds.MAX_BUCKETS - 1) int bucket,
            @ForAll @LongRange(min = 0, max = 1L << 52) long micros,
            @ForAll long seed) {
        SessionToken token =
                SessionToken.issue(SessionIds.create(bucket, micros, new Random(seed)), new SecureRandom());
        SessionKey key = SessionKey.of(token.id());

        assertThat(key.bucket()).isEqualTo(bucket);
        assertThat(token.key()).isEqualTo(key).hasSameHashCodeAs(key).isEqualByComparingTo(key);
        assertThat(SessionToken.parse("Bearer " + token.reveal(), 7).key()).isEqualTo(key);
    }

    @Property
    @Label("is another wherever one character is another, and the order tells the two apart")
    void everyCharacterCounts(
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = SessionIds.LENGTH - 1) int place,
            @ForAll @CharRange(from = 'A', to = 'Z') char other) {
        String id = SessionIds.create(7, 1_764_000_000_000_000L, new Random(seed));
        String changed = id.substring(0, place) + other + id.substring(place + 1);
        SessionKey key = SessionKey.of(id);
        SessionKey another = SessionKey.of(changed);

        assertThat(key.equals(another)).isEqualTo(id.equals(changed));
        assertThat(key.compareTo(another) == 0).isEqualTo(id.equals(changed));
        assertThat(Integer.signum(key.compareTo(another))).isEqualTo(-Integer.signum(another.compareTo(key)));
    }

    @Property
    @Label("exists for every text, and that of a shorter text is the key of no id")
    void ofAnyText(@ForAll @StringLength(max = SessionIds.LENGTH - 1) String text) {
        String id = (text + "0".repeat(SessionIds.LENGTH)).substring(0, SessionIds.LENGTH);

        assertThat(SessionKey.of(text)).isNotEqualTo(SessionKey.of(id)).isEqualTo(SessionKey.of(text));
    }

    @Test
    @DisplayName("has a hash that tells ids apart that differ little")
    void hash() {
        String prefix =
                SessionIds.create(3, 1_764_000_000_000_000L, new Random(1)).substring(0, 19);
        List<Integer> hashes = IntStream.range(0, 62 * 62 * 62)
                .mapToObj(number ->
                        SessionKey.of(prefix + Base62.encode(number, 3)).hashCode() >>> 12)
                .toList();
        Set<Integer> different = new HashSet<>(hashes);

        // As many as that many throws at a million places leave.
        assertThat(different.size()).isGreaterThan(hashes.size() * 8 / 10);
    }

    @Test
    @DisplayName("shows nothing of the id but the bucket")
    void text() {
        assertThat(SessionKey.of(SessionIds.create(3, 1, new Random(1)))).hasToString("SessionKey[bucket 3]");
    }
}
