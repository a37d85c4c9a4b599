package io.authsessions.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A session id")
class SessionIdsTest {
    private static final long LAST_MICROS = 13_537_086_546_263_551L; // 62^9 - 1, in the year 2398

    @Property
    @Label("has 22 digits and names its bucket")
    void namesItsBucket(
            @ForAll @IntRange(min = 0, max = SessionIds.MAX_BUCKETS - 1) int bucket,
            @ForAll @LongRange(min = 0, max = LAST_MICROS) long micros,
            @ForAll long seed) {
        String id = SessionIds.create(bucket, micros, new Random(seed));

        assertThat(id).matches("[0-9A-Za-z]{22}");
        assertThat(SessionIds.isId(id)).isTrue();
        assertThat(SessionIds.bucketOf(id)).isEqualTo(bucket);
    }

    @Property
    @Label("is ordered by its time, newest first, whatever its bucket")
    void isOrderedByTime(
            @ForAll @IntRange(min = 0, max = SessionIds.MAX_BUCKETS - 1) int bucket,
            @ForAll @IntRange(min = 0, max = SessionIds.MAX_BUCKETS - 1) int other,
            @ForAll @LongRange(min = 0, max = LAST_MICROS) long micros,
            @ForAll @LongRange(min = 0, max = LAST_MICROS) long later) {
        String left = SessionIds.create(bucket, micros, new Random(1));
        String right = SessionIds.create(other, later, new Random(1));

        assertThat(Integer.signum(SessionIds.NEWEST_FIRST.compare(left, right)))
                .isEqualTo(Integer.signum(Long.compare(later, micros)));
    }

    @Test
    @DisplayName("of one moment has a fixed place by its random part")
    void isOrderedWithinAMoment() {
        String low = "zz" + "000000001" + "00000000001";
        String high = "00" + "000000001" + "00000000002";

        assertThat(SessionIds.NEWEST_FIRST.compare(low, high)).isPositive();
        assertThat(SessionIds.NEWEST_FIRST.compare(high, low)).isNegative();
        assertThat(SessionIds.NEWEST_FIRST.compare(low, "00" + low.substring(2)))
                .isZero();
    }

    @Test
    @DisplayName("is unique, also in one bucket at one moment")
    void isUnique() {
        Set<String> ids = new HashSet<>();
        SecureRandom random = new SecureRandom();
        for (int i = 0; i < 100_000; i++) {
            ids.add(SessionIds.create(5, 1_700_000_000_000_000L, random));
        }

        assertThat(ids).hasSize(100_000);
    }

    @Test
    @DisplayName("is nothing else than 22 digits")
    void isNothingElse() {
        String id = SessionIds.create(5, 1, new Random(1));

        for (String other : List.of("", id + "0", id.substring(1), id.substring(1) + "_", id.substring(1) + "é")) {
            assertThat(SessionIds.isId(other)).as(other).isFalse();
        }
        assertThat(SessionIds.isId(null)).isFalse();
    }

    @Test
    @DisplayName("is not made of a bucket or a time that does not fit")
    void refusesWhatDoesNotFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionIds.create(SessionIds.MAX_BUCKETS, 0, new Random(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> SessionIds.create(-1, 0, new Random(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> SessionIds.create(0, LAST_MICROS + 1, new Random(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> SessionIds.create(0, -1, new Random(1)));
    }

    @Test
    @DisplayName("has the name of its bucket in two digits, and nothing else is such a name")
    void bucketNames() {
        assertThat(SessionIds.isBucketName(SessionIds.bucketName(0))).isTrue();
        assertThat(SessionIds.isBucketName(SessionIds.bucketName(SessionIds.MAX_BUCKETS - 1)))
                .isTrue();
        for (String other : new String[] {"", "0", "000", "0-", "-0", "é0", null}) {
            assertThat(SessionIds.isBucketName(other)).as(other).isFalse();
        }
    }

    @Property
    @Label("is in the bucket of its user: SHA-256(userId), first four bytes, modulo the buckets")
    void bucketOfUser(@ForAll String userId, @ForAll @IntRange(min = 1, max = SessionIds.MAX_BUCKETS) int buckets)
            throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(userId.getBytes(StandardCharsets.UTF_8));
        long first = ByteBuffer.wrap(hash).getInt() & 0xFFFF_FFFFL;

        assertThat(SessionIds.bucketOfUser(userId, buckets)).isEqualTo((int) (first % buckets));
    }
}
