package io.authsessions.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("A token")
class SessionTokenTest {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ID = SessionIds.create(17, 1_700_000_000_000_000L, new Random(1));

    private static SessionToken parsed(String text) {
        return Objects.requireNonNull(SessionToken.parse(text));
    }

    @Test
    @DisplayName("is aus1_, the id, _, 43 digits of the secret and 6 of the CRC-32 of all before")
    void hasTheShape() {
        String text = SessionToken.issue(ID, RANDOM).reveal();

        assertThat(text)
                .hasSize(77)
                .matches("aus1_[0-9A-Za-z]{22}_[0-9A-Za-z]{49}")
                .startsWith("aus1_" + ID + "_");
        CRC32 crc = new CRC32();
        crc.update(text.substring(0, 71).getBytes(StandardCharsets.US_ASCII));
        long check = 0;
        for (char digit : text.substring(71).toCharArray()) {
            check = check * 62 + DIGITS.indexOf(digit);
        }
        assertThat(check).isEqualTo(crc.getValue());
    }

    /** What its first 71 characters are with their right check. */
    private static String checked(String start) {
        CRC32 crc = new CRC32();
        crc.update(start.getBytes(StandardCharsets.ISO_8859_1));
        StringBuilder check = new StringBuilder();
        for (long rest = crc.getValue(); check.length() < 6; rest /= 62) {
            check.insert(0, DIGITS.charAt((int) (rest % 62)));
        }
        return start + check;
    }

    @Test
    @DisplayName("is null where any one character is no digit, also under a right check")
    void everyCharacter() {
        String text = SessionToken.issue(ID, RANDOM).reveal().substring(0, 71);
        assertThat(SessionToken.parse(checked(text))).isNotNull();
        for (int place = 0; place < text.length(); place++) {
            for (char wrong : new char[] {'/', ':', '@', '[', '`', '{', '-', '.', ' ', '\u00e4', '\0'}) {
                String changed = text.substring(0, place) + wrong + text.substring(place + 1);
                assertThat(SessionToken.parse(checked(changed)))
                        .as("at %d", place)
                        .isNull();
                assertThat(SessionToken.parse("Bearer " + checked(changed), 7)).isNull();
            }
        }
    }

    @Test
    @DisplayName("is read back as the same token of the same session")
    void isReadBack() {
        SessionToken token = SessionToken.issue(ID, RANDOM);

        SessionToken read = parsed(token.reveal());

        assertThat(read.id()).isEqualTo(ID);
        assertThat(read.reveal()).isEqualTo(token.reveal());
        assertThat(read.secretHash()).isEqualTo(token.secretHash());
    }

    @Test
    @DisplayName("is read back from the end of a longer text, and from nowhere else in it")
    void isReadBackFromTheEnd() {
        SessionToken token = SessionToken.issue(ID, RANDOM);
        String header = "Bearer " + token.reveal();

        SessionToken read = Objects.requireNonNull(SessionToken.parse(header, 7));

        assertThat(read.id()).isEqualTo(ID);
        assertThat(read.reveal()).isEqualTo(token.reveal());
        assertThat(read.secretHash()).isEqualTo(token.secretHash());
        assertThat(read.successor(new byte[16]).reveal())
                .isEqualTo(token.successor(new byte[16]).reveal());
        assertThat(SessionToken.parse(header, 6)).isNull();
        assertThat(SessionToken.parse(header, 8)).isNull();
        assertThat(SessionToken.parse(header, 0)).isNull();
        assertThat(SessionToken.parse(header + " ", 7)).isNull();
        assertThat(SessionToken.parse(header, header.length() + 1)).isNull();
    }

    @Property
    @Label("is null for any text that is not a token")
    void isTotal(@ForAll String text) {
        assertThat(SessionToken.parse(text)).isNull();
    }

    @Property
    @Label("is null for any text of its length and prefix without the right check")
    void isTotalCloseToTheShape(@ForAll("nearTokens") String text) {
        assertThat(SessionToken.parse(text)).isNull();
    }

    @Provide
    Arbitrary<String> nearTokens() {
        // One character out of the alphabet at least, so that no check can be right.
        Arbitrary<String> odd = Arbitraries.of("é", "٥", "_", "-", "=", " ", "\0", "\ud800", "\uff15", "\u0130", "K");
        Arbitrary<String> body =
                Arbitraries.strings().withChars(DIGITS.toCharArray()).ofLength(70);
        return odd.flatMap(c -> body.flatMap(b -> Arbitraries.integers()
                .between(0, 70)
                .map(at -> "aus1_" + b.substring(0, at) + c + b.substring(at) + "0")));
    }

    @Test
    @DisplayName("is null where two of its characters are a surrogate pair, for which Latin-1 has one question mark")
    void surrogatePair() {
        String text = SessionToken.issue(ID, RANDOM).reveal();
        for (int place = 0; place < text.length() - 1; place++) {
            String changed = text.substring(0, place) + "\ud83d\ude00" + text.substring(place + 2);
            assertThat(SessionToken.parse(changed)).as("at %d", place).isNull();
            assertThat(SessionToken.parse("\ud83d\ude00 " + changed, 3)).isNull();
        }
        assertThat(SessionToken.parse("\ud83d\ude00 " + text, 3)).isNull();
    }

    @Test
    @DisplayName("is null for null, nothing, and a token with something before or after it")
    void isNullForNothing() {
        String text = SessionToken.issue(ID, RANDOM).reveal();

        assertThat(SessionToken.parse(null)).isNull();
        assertThat(SessionToken.parse("")).isNull();
        assertThat(SessionToken.parse(text + "=")).isNull();
        assertThat(SessionToken.parse(" " + text)).isNull();
        assertThat(SessionToken.parse(text + "\n")).isNull();
        assertThat(SessionToken.parse(text.substring(0, 76))).isNull();
        assertThat(SessionToken.parse(text.toUpperCase(java.util.Locale.ROOT))).isNull();
        assertThat(SessionToken.parse("x".repeat(20_000_000))).isNull();
    }

    @Property
    @net.jqwik.api.Tag("corpus-11")
    @Label("is refused when one character is another")
    void oneCharacterChanged(@ForAll @IntRange(min = 0, max = 76) int at, @ForAll char other) {
        String text = SessionToken.issue(ID, RANDOM).reveal();
        String changed = text.substring(0, at) + other + text.substring(at + 1);

        assertThat(SessionToken.parse(changed) == null).isEqualTo(!changed.equals(text));
    }

    @Test
    @Tag("corpus-11")
    @DisplayName("is refused when any character is any other digit, or two neighbours change places")
    void everyOneCharacterChange() {
        String text = SessionToken.issue(ID, RANDOM).reveal();
        for (int at = 0; at < text.length(); at++) {
            for (char other : DIGITS.toCharArray()) {
                String changed = text.substring(0, at) + other + text.substring(at + 1);
                assertThat(SessionToken.parse(changed) == null).isEqualTo(!changed.equals(text));
            }
            if (at > 0 && text.charAt(at) != text.charAt(at - 1)) {
                String swapped =
                        text.substring(0, at - 1) + text.charAt(at) + text.charAt(at - 1) + text.substring(at + 1);
                assertThat(SessionToken.parse(swapped)).isNull();
            }
        }
    }

    @Test
    @Tag("ASVS-7.2.3")
    @DisplayName("is unique in 200,000, and each digit of its secret is as random as a 256-bit number makes it")
    void secretsAreRandom() {
        int count = 200_000;
        Set<String> secrets = new HashSet<>(2 * count);
        long[][] seen = new long[43][62];
        for (int i = 0; i < count; i++) {
            String secret = SessionToken.issue(ID, RANDOM).reveal().substring(28, 71);
            secrets.add(secret);
            for (int at = 0; at < 43; at++) {
                seen[at][DIGITS.indexOf(secret.charAt(at))]++;
            }
        }

        assertThat(secrets).hasSize(count);
        // The first digit is that of a number below 2^256 = 60.7 × 62^42: 0 to 60, and 60 less often.
        double top = Math.pow(2, 256) / Math.pow(62, 42);
        double first = 0;
        for (int digit = 0; digit < 62; digit++) {
            double share = Math.max(0, Math.min(1, top - digit)) / top;
            if (share == 0) {
                assertThat(seen[0][digit]).isZero();
            } else {
                first += square(seen[0][digit] - count * share) / (count * share);
            }
        }
        assertThat(first).as("χ² of the first digit").isLessThan(150);
        for (int at = 1; at < 43; at++) {
            double sum = 0;
            for (int digit = 0; digit < 62; digit++) {
                sum += square(seen[at][digit] - count / 62.0) / (count / 62.0);
            }
            // 61 degrees of freedom: beyond 150 once in 10^8 positions.
            assertThat(sum).as("χ² of digit %d", at).isLessThan(150);
        }
    }

    private static double square(double value) {
        return value * value;
    }

    @Test
    @Tag("ASVS-11.5.1")
    @DisplayName("takes its secret from a SecureRandom and no other generator")
    void takesSecureRandomOnly() throws ReflectiveOperationException {
        assertThat(SessionToken.class.getMethod("issue", String.class, SecureRandom.class))
                .isNotNull();
        assertThat(SessionToken.class.getDeclaredMethods())
                .filteredOn(method -> method.getName().equals("issue"))
                .hasSize(1);
    }

    @Test
    @DisplayName("has one successor per nonce: HMAC-SHA-256 of the nonce under the old secret")
    void successorIsDerived() throws Exception {
        SessionToken token = SessionToken.issue(ID, RANDOM);
        byte[] nonce = new byte[SessionToken.NONCE_BYTES];
        RANDOM.nextBytes(nonce);

        SessionToken successor = token.successor(nonce);

        assertThat(parsed(token.reveal()).successor(nonce).reveal()).isEqualTo(successor.reveal());
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(token.reveal().substring(28, 71).getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
        assertThat(successor.reveal().substring(28, 71)).isEqualTo(Base62.encode(mac.doFinal(nonce), 43));
        assertThat(successor.id()).isEqualTo(ID);
        assertThat(parsed(successor.reveal()).secretHash()).isNotEqualTo(token.secretHash());
        nonce[0]++;
        assertThat(token.successor(nonce).reveal()).isNotEqualTo(successor.reveal());
    }

    @Test
    @DisplayName("tells its secret to nobody by toString, nor does what holds it or its hash")
    void toStringIsRedacted() {
        SessionToken token = SessionToken.issue(ID, RANDOM);
        String secret = token.reveal().substring(28);
        IssuedSession issued = new IssuedSession(Samples.session(), token.reveal());

        assertThat(token.toString()).contains(ID).doesNotContain(secret).doesNotContain(secret.substring(0, 6));
        assertThat(issued.toString()).doesNotContain(secret.substring(0, 6)).contains("[redacted]");
        assertThat(token.secretHash().toString()).isEqualTo("SecretHash[redacted]");
    }

    @Test
    @DisplayName("has as hash the SHA-256 of its secret's characters, which matches itself only")
    void hashIsSha256() throws Exception {
        SessionToken token = SessionToken.issue(ID, RANDOM);
        byte[] expected = java.security.MessageDigest.getInstance("SHA-256")
                .digest(token.reveal().substring(28, 71).getBytes(StandardCharsets.US_ASCII));

        assertThat(token.secretHash().toBytes()).isEqualTo(expected);
        assertThat(SecretHash.fromBytes(expected).matches(token.secretHash())).isTrue();
        assertThat(SecretHash.fromBytes(expected)).hasSameHashCodeAs(token.secretHash());
        for (int at = 0; at < expected.length; at++) {
            byte[] other = expected.clone();
            other[at] ^= 1;
            assertThat(SecretHash.fromBytes(other).matches(token.secretHash())).isFalse();
        }
        org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
                .isThrownBy(() -> SecretHash.fromBytes(new byte[31]));
    }
}
