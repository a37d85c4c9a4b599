package io.authsessions.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.authsessions.model.AuthSession;
import io.authsessions.model.ClientInfo;
import io.authsessions.model.SecretHash;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The form of records in a store")
class RecordCodecTest {
    private static final String ID = "0D8F80aA3285vQUbiu5ZyY";
    private static final long CREATED = 1_800_000_000_000L;
    private static final EndedMarker MARKER = new EndedMarker("signed_out", CREATED + 5, hash(9));
    /** Where the check of {@link #plain} stands. */
    private static final int PLAIN_DETAILS = 95;

    private static final byte[] OPERATION = {1, 2, 3, 4, 5, 6, 7, 8};

    private static SecretHash hash(int seed) {
        byte[] bytes = new byte[SecretHash.BYTES];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (seed * 31 + i);
        }
        return SecretHash.fromBytes(bytes);
    }

    private static SessionRecord record(
            String userId, String label, String meta, ClientInfo client, Rotation rotation) {
        AuthSession session = new AuthSession(
                ID, userId, label, meta, client, CREATED, CREATED + 1, CREATED + 2, CREATED + 3_600_000, 7);
        return new SessionRecord(session, hash(1), 3_540_000, CREATED + 3_600_000, CREATED + 86_400_000, rotation);
    }

    private static SessionRecord plain() {
        return record("ann", null, "{}", null, null);
    }

    private static SessionRecord full() {
        Nonce nonce = Nonce.fromBytes("0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
        return record(
                "user:ü{1}",
                "Ann's phone – 電話",
                "{\"role\":\"admin\",\"n\":[1,2.5,null]}",
                new ClientInfo("2001:db8::1", "Mozilla/5.0"),
                new Rotation(hash(2), nonce, CREATED + 3, CREATED + 4));
    }

    private static SessionRecord forgotten() {
        return record("ann", "x", "{}", new ClientInfo(null, null), new Rotation(hash(2), null, 5, 6));
    }

    private static SessionRecord unpresented() {
        Nonce nonce = Nonce.fromBytes(new byte[16]);
        Rotation rotation = new Rotation(hash(2), nonce, CREATED, Rotation.NOT_PRESENTED);
        return record("ann", "", "{\"a\":{}}", new ClientInfo(null, "x"), rotation);
    }

    private static SessionRecord named(String name) {
        return switch (name) {
            case "plain" -> plain();
            case "full" -> full();
            case "forgotten" -> forgotten();
            case "unpresented" -> unpresented();
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in = RecordCodecTest.class.getResourceAsStream("/golden/" + name + ".hex")) {
            assertThat(in).as(name).isNotNull();
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
        }
    }

    private static StoredForm decoded(byte[] bytes) {
        return RecordCodec.decode(ID, bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "full", "forgotten", "unpresented"})
    @DisplayName("is that of the golden files, to read and to write: what is stored today can be read for good")
    void goldenRecords(String name) throws IOException {
        assertThat(decoded(golden("record-v1-" + name))).isEqualTo(new StoredForm.Living(named(name)));
        assertThat(RecordCodec.encode(named(name))).isEqualTo(golden("record-v1-" + name));
    }

    @Test
    @DisplayName("of a marker is that of its golden file")
    void goldenMarker() throws IOException {
        assertThat(decoded(golden("marker-v1"))).isEqualTo(new StoredForm.Ended(MARKER));
        assertThat(RecordCodec.encode(MARKER, OPERATION)).isEqualTo(golden("marker-v1"));
        assertThat(RecordCodec.isMarker(golden("marker-v1"))).isTrue();
    }

    @Test
    @DisplayName("cut anywhere is a damaged one, and never a failure")
    void truncated() {
        byte[] bytes = RecordCodec.encode(full());
        for (int length = 0; length < bytes.length; length++) {
            assertThat(decoded(Arrays.copyOf(bytes, length)))
                    .as("cut to %d", length)
                    .isInstanceOf(StoredForm.Corrupt.class);
        }
        byte[] marker = RecordCodec.encode(MARKER, OPERATION);
        for (int length = 0; length < marker.length; length++) {
            assertThat(decoded(Arrays.copyOf(marker, length))).isInstanceOf(StoredForm.Corrupt.class);
        }
    }

    @Test
    @DisplayName("with any one byte changed, or of any bytes at all, is read without a failure")
    void damaged() {
        byte[] bytes = RecordCodec.encode(full());
        Random random = new Random(1);
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= (byte) (1 + random.nextInt(255));
            assertThat(decoded(changed)).as("byte %d", i).isNotNull();
        }
        for (int i = 0; i < 2_000; i++) {
            byte[] noise = new byte[random.nextInt(300)];
            random.nextBytes(noise);
            assertThat(decoded(noise)).isInstanceOf(StoredForm.Corrupt.class);
        }
    }

    @Test
    @DisplayName("with a user id that is not that of its user key is damaged")
    void anotherUser() {
        byte[] bytes = RecordCodec.encode(plain());
        bytes[91] = 'b';
        assertThat(decoded(bytes)).isInstanceOf(StoredForm.Corrupt.class);
        assertThat(RecordCodec.userKeyOf(bytes)).isNull();
    }

    @Test
    @DisplayName("with a deadline of none, or beyond the year 9999, is damaged")
    void deadlines() {
        for (int offset : new int[] {67, 73}) {
            for (int value : new int[] {0, 0xFF}) {
                byte[] bytes = RecordCodec.encode(plain());
                Arrays.fill(bytes, offset, offset + 6, (byte) value);
                assertThat(decoded(bytes)).isInstanceOf(StoredForm.Corrupt.class);
            }
        }
    }

    @Test
    @DisplayName("with a label, client or meta that is not what was written is damaged")
    void details() {
        byte[] bytes = RecordCodec.encode(full());
        int details = bytes.length - RecordCodec.encodeDetails(full().session()).length;
        for (int i = details; i < bytes.length; i++) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                byte[] changed = bytes.clone();
                changed[i] ^= (byte) (1 << bit);
                assertThat(decoded(changed)).as("bit %d of byte %d", bit, i).isInstanceOf(StoredForm.Corrupt.class);
            }
        }
        assertThat(decoded(Arrays.copyOf(bytes, bytes.length + 1))).isInstanceOf(StoredForm.Corrupt.class);
    }

    @Test
    @DisplayName("with a label that is no UTF-8 is damaged; one that holds the replacement character is not")
    void utf8() {
        SessionRecord replaced = record("ann", "a\uFFFDb", "{}", null, null);
        byte[] bytes = RecordCodec.encode(replaced);
        assertThat(decoded(bytes)).isEqualTo(new StoredForm.Living(replaced));
        bytes[bytes.length - 5] = (byte) 0xC3;
        int details = RecordCodec.USER_ID_LENGTH_AT + 2 + "ann".length() + 1;
        assertThat(decoded(checked(bytes, details))).isInstanceOf(StoredForm.Corrupt.class);
    }

    @Test
    @DisplayName("of ten megabytes is damaged, and nobody looks at it for long")
    void huge() {
        byte[] bytes = Arrays.copyOf(RecordCodec.encode(plain()), 10_000_000);
        assertThat(decoded(bytes)).isInstanceOf(StoredForm.Corrupt.class);
    }

    @Test
    @DisplayName("of a newer version is told apart from a damaged one, and its user is known")
    void newer() {
        byte[] bytes = RecordCodec.encode(full());
        for (int format : new int[] {2, 99, 127}) {
            bytes[0] = (byte) format;
            assertThat(decoded(bytes)).isInstanceOf(StoredForm.Newer.class);
            assertThat(RecordCodec.userKeyOf(bytes)).isEqualTo(RecordCodec.userKey("user:ü{1}"));
        }
        byte[] marker = RecordCodec.encode(MARKER, OPERATION);
        marker[0] = (byte) 0xE2;
        assertThat(decoded(marker)).isInstanceOf(StoredForm.Newer.class);
        for (int format : new int[] {0, 0x80, 0xE0}) {
            bytes[0] = (byte) format;
            assertThat(decoded(bytes)).isInstanceOf(StoredForm.Corrupt.class);
        }
        assertThat(decoded("hello".getBytes(StandardCharsets.US_ASCII))).isInstanceOf(StoredForm.Corrupt.class);
    }

    /** With the check that its details have now. */
    private static byte[] checked(byte[] bytes, int details) {
        ByteBuffer.wrap(bytes)
                .putInt(details, RecordCodec.check(bytes, details + RecordCodec.CHECK_BYTES, bytes.length));
        return bytes;
    }

    private static byte[] plainWith(int offset, int value) {
        byte[] bytes = RecordCodec.encode(plain());
        bytes[offset] = (byte) value;
        return checked(bytes, PLAIN_DETAILS);
    }

    @Test
    @DisplayName("with a value that nobody writes is damaged, also where its check is right")
    void impossible() {
        assertThat(decoded(plainWith(0, 1))).isEqualTo(new StoredForm.Living(plain()));
        assertThat(decoded(plainWith(88, 0))).as("version 0").isInstanceOf(StoredForm.Corrupt.class);
        byte[] noTimeout = RecordCodec.encode(plain());
        Arrays.fill(noTimeout, 79, 85, (byte) 0);
        assertThat(decoded(noTimeout)).as("no idle timeout").isInstanceOf(StoredForm.Corrupt.class);
        for (int flags : new int[] {RecordCodec.HAS_IP, RecordCodec.HAS_USER_AGENT, 16, 0x80}) {
            byte[] bytes = plainWith(PLAIN_DETAILS + RecordCodec.CHECK_BYTES, flags);
            bytes = Arrays.copyOf(bytes, bytes.length + 2);
            assertThat(decoded(checked(bytes, PLAIN_DETAILS)))
                    .as("flags %d", flags)
                    .isInstanceOf(StoredForm.Corrupt.class);
        }
        byte[] ofNobody = plainWith(PLAIN_DETAILS + RecordCodec.CHECK_BYTES, RecordCodec.HAS_IP);
        int ipAt = PLAIN_DETAILS + RecordCodec.CHECK_BYTES + 1;
        byte[] emptyIp = ByteBuffer.allocate(ofNobody.length + 1)
                .put(ofNobody, 0, ipAt)
                .put((byte) 0)
                .put(ofNobody, ipAt, ofNobody.length - ipAt)
                .array();
        assertThat(decoded(checked(emptyIp, PLAIN_DETAILS)))
                .as("an address without a client")
                .isInstanceOf(StoredForm.Corrupt.class);
        byte[] rotated = RecordCodec.encode(unpresented());
        assertThat(rotated[94]).isEqualTo((byte) (RecordCodec.HAS_ROTATION | RecordCodec.HAS_NONCE));
        for (int wrong : new int[] {2, 4, 8, 9, 0x81}) {
            rotated[94] = (byte) wrong;
            assertThat(decoded(rotated)).as("rotation %d", wrong).isInstanceOf(StoredForm.Corrupt.class);
        }
    }

    @Test
    @DisplayName("of a marker has a reason of lower-case letters and lines, and nothing behind it")
    void reasons() {
        for (String reason : new String[] {"a", "z", "_", "signed_out"}) {
            byte[] bytes = RecordCodec.encode(new EndedMarker(reason, CREATED, hash(9)), OPERATION);
            assertThat(decoded(bytes)).isEqualTo(new StoredForm.Ended(new EndedMarker(reason, CREATED, hash(9))));
            assertThat(decoded(Arrays.copyOf(bytes, bytes.length + 1))).isInstanceOf(StoredForm.Corrupt.class);
        }
        for (String reason : new String[] {"", "A", "a1", "a`", "a{", "a b", "ä"}) {
            byte[] bytes = RecordCodec.encode(new EndedMarker(reason, CREATED, hash(9)), OPERATION);
            assertThat(decoded(bytes)).as("\"%s\"", reason).isInstanceOf(StoredForm.Corrupt.class);
        }
    }

    @Test
    @DisplayName("holds what fits and refuses to be written with more: times to the year 9999, texts, the whole")
    void bounds() {
        EndedMarker last = new EndedMarker("x", RecordCodec.MAX_TIME, hash(9));
        assertThat(decoded(RecordCodec.encode(last, OPERATION))).isEqualTo(new StoredForm.Ended(last));
        for (long time : new long[] {-1, RecordCodec.MAX_TIME + 1}) {
            EndedMarker never = new EndedMarker("x", time, hash(9));
            assertThatIllegalArgumentException().isThrownBy(() -> RecordCodec.encode(never, OPERATION));
        }
        SessionRecord longIp = record("ann", null, "{}", new ClientInfo("i".repeat(255), null), null);
        assertThat(decoded(RecordCodec.encode(longIp))).isEqualTo(new StoredForm.Living(longIp));
        SessionRecord tooLongIp = record("ann", null, "{}", new ClientInfo("i".repeat(256), null), null);
        assertThatIllegalArgumentException().isThrownBy(() -> RecordCodec.encode(tooLongIp));
        assertThat(RecordCodec.encodeDetails(
                        record("ann", "l".repeat(65_535), "{}", null, null).session()))
                .hasSize(65_535 + 9);
        SessionRecord tooLongLabel = record("ann", "l".repeat(65_536), "{}", null, null);
        assertThatIllegalArgumentException().isThrownBy(() -> RecordCodec.encode(tooLongLabel));
        int rest = RecordCodec.MAX_BYTES - RecordCodec.encode(plain()).length;
        SessionRecord largest = record("ann", null, "{}" + " ".repeat(rest), null, null);
        assertThat(decoded(RecordCodec.encode(largest))).isEqualTo(new StoredForm.Living(largest));
        SessionRecord tooLarge = record("ann", null, "{}" + " ".repeat(rest + 1), null, null);
        assertThat(decoded(RecordCodec.encode(tooLarge))).isInstanceOf(StoredForm.Corrupt.class);
    }

    @Test
    @DisplayName("says of which user it is, and whether it is a marker, without being read")
    void atAGlance() {
        byte[] ann = RecordCodec.userKey("ann");
        byte[] bytes = RecordCodec.encode(plain());
        assertThat(RecordCodec.isRecordOf(ann, bytes)).isTrue();
        assertThat(RecordCodec.isRecordOf(RecordCodec.userKey("bob"), bytes)).isFalse();
        assertThat(RecordCodec.isRecordOf(ann, Arrays.copyOf(bytes, RecordCodec.USER_ID_LENGTH_AT + 2)))
                .isTrue();
        assertThat(RecordCodec.isRecordOf(ann, Arrays.copyOf(bytes, RecordCodec.USER_ID_LENGTH_AT + 1)))
                .isFalse();
        for (int format : new int[] {2, 0x7F, 0, 0x80, RecordCodec.MARKER_FORMAT}) {
            bytes[0] = (byte) format;
            assertThat(RecordCodec.isRecordOf(ann, bytes)).isEqualTo(format > 0 && format < 0x80);
            assertThat(RecordCodec.isMarker(bytes)).isEqualTo(format == RecordCodec.MARKER_FORMAT);
        }
        bytes[0] = (byte) (RecordCodec.MARKER_FORMAT - 1);
        assertThat(RecordCodec.isMarker(bytes)).isFalse();
        assertThat(RecordCodec.isMarker(new byte[0])).isFalse();
    }
}
