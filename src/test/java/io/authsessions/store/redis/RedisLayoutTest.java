package io.authsessions.store.redis;

import static io.authsessions.store.StoreUnderTest.failure;
import static io.authsessions.store.StoreUnderTest.freshToken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.authsessions.model.NewSession;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionUpdate;
import io.authsessions.store.Login;
import io.authsessions.store.RecordCodec;
import io.authsessions.store.SessionStore;
import io.authsessions.store.StoreException;
import io.authsessions.store.StoredForm;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What stands in Redis")
class RedisLayoutTest {
    private static final long HOUR = 3_600_000;
    private static final long TOLERANCE = 60_000;

    private final StoreInRedis redis = new StoreInRedis();

    @AfterEach
    void close() {
        redis.close();
    }

    private void liveABusyLife() {
        redis.it.signIn("ann", 3);
        Login bob = redis.it.signIn(NewSession.of("bob {*}\u00fc").withLabel("phone"));
        redis.it.updated(bob, SessionUpdate.NOTHING.withMeta(new JsonObject().put("a", 1)));
        Login successor = redis.it.rotated(bob);
        redis.it.pass(Duration.ofMinutes(2));
        redis.it.use(successor);
        redis.it.reauthenticate(successor, freshToken(bob));
        redis.it.destroy(redis.it.signIn("cy"), "revoked");
        redis.it.destroyAll("ann", null, "revoked");
        redis.it.signIn("dan");
        redis.it.pass(Duration.ofHours(24));
        redis.it.signIn("eve", 2);
        redis.it.sweepAll();
        redis.it.signIn("ann", 2);
    }

    @Test
    @DisplayName(
            "are the keys that are documented, of the documented types and with the documented TTLs, and no others")
    void keys() throws Exception {
        liveABusyLife();
        List<DocumentedKey> documented = DocumentedKey.ofPage();
        Set<DocumentedKey> met = new HashSet<>();
        List<String> keys = redis.raw.texts("KEYS", redis.prefix + "*");
        for (String key : keys) {
            List<DocumentedKey> rows = documented.stream()
                    .filter(row -> row.under(redis.prefix).matcher(key).matches())
                    .toList();
            assertThat(rows).as(key).hasSize(1);
            DocumentedKey row = rows.get(0);
            met.add(row);
            assertThat(redis.raw.text("TYPE", key)).as(key).isEqualTo(row.typeInRedis());
            assertTtl(key, row.ttl());
            assertThat(key).doesNotContain("ann").doesNotContain("bob");
        }
        assertThat(met).as("what is documented is there").hasSameElementsAs(documented);
        String layout = documented.get(documented.size() - 1).holds();
        assertThat(redis.raw.text("GET", redis.prefix + ":layout")).isEqualTo(layout);
    }

    private void assertTtl(String key, String documented) {
        long ttl = redis.raw.number("PTTL", key);
        switch (documented) {
            case "none" -> assertThat(ttl).as(key).isEqualTo(-1);
            case "24 h" -> assertThat(ttl).as(key).isBetween(1L, 24 * HOUR);
            case "deadline + endedRetention; a marker endedRetention" -> {
                boolean marker = RecordCodec.isMarker(redis.raw.bytes(key));
                assertThat(ttl).as(key).isBetween(1L, marker ? 2 * HOUR : 26 * HOUR);
            }
            case "that of its longest record, only ever raised" -> {
                String bucket = key.substring(0, key.indexOf('}') + 2);
                List<String> members = redis.raw.texts("ZRANGE", key, 0, -1);
                assertThat(members).as(key).isNotEmpty().allSatisfy(id -> assertThat(ttl)
                        .isGreaterThanOrEqualTo(redis.raw.number("PTTL", bucket + "s:" + id) - TOLERANCE));
            }
            default -> throw new AssertionError("no test for a TTL of: " + documented);
        }
    }

    @Test
    @DisplayName("is described by the class as it is by docs/redis.md")
    void descriptions() throws Exception {
        assertThat(DocumentedKey.ofPage()).hasSize(6);
        assertThat(DocumentedKey.ofJavadoc())
                .extracting(DocumentedKey::key, DocumentedKey::type, DocumentedKey::ttl)
                .isEqualTo(DocumentedKey.ofPage().stream()
                        .map(row -> tuple(row.key(), row.type(), row.ttl()))
                        .toList());
    }

    @Test
    @DisplayName("is told of each change by one message with the documented fields, on the documented channel")
    void messages() throws Exception {
        Matcher documented =
                Pattern.compile("on the channel `aus(:\\w+)`: `\\{(.+?)\\}`").matcher(DocumentedKey.page());
        assertThat(documented.find()).isTrue();
        Login ann = redis.it.signIn("ann");
        try (PlainRedis feed = new PlainRedis(URI.create(TestRedis.adminUri()).getPort())) {
            feed.call("SUBSCRIBE", redis.prefix + documented.group(1));
            redis.it.updated(ann, SessionUpdate.NOTHING.withLabel("x"));
            List<?> message = (List<?>) feed.next();
            JsonObject fields = new JsonObject(PlainRedis.text(message.get(2)));
            assertThat(fields.fieldNames())
                    .containsExactlyInAnyOrder(documented.group(2).split(", "));
            assertThat(fields.getString("bucket")).isEqualTo(ann.id().substring(0, 2));
        }
    }

    @Test
    @DisplayName("is a record under its id, and the id in three indices, with a TTL of the deadline and the retention")
    void session() {
        Login ann = redis.it.signIn("ann");
        long now = redis.it.now();
        byte[] bytes = redis.raw.bytes(redis.session(ann));
        assertThat(RecordCodec.decode(ann.id(), bytes)).isEqualTo(new StoredForm.Living(ann.record()));
        assertThat(redis.raw.number("ZSCORE", redis.user(ann), ann.id())).isEqualTo(now);
        assertThat(redis.raw.number("ZSCORE", redis.in(ann, "r"), ann.id())).isEqualTo(now);
        assertThat(redis.raw.number("ZSCORE", redis.in(ann, "x"), ann.id()))
                .isEqualTo(ann.record().deadlineMillis());
        long ttl = ann.record().deadlineMillis() - now + 2 * HOUR;
        for (String key : List.of(redis.session(ann), redis.user(ann), redis.in(ann, "x"), redis.in(ann, "r"))) {
            assertThat(redis.raw.number("PTTL", key)).as(key).isBetween(ttl - TOLERANCE, ttl);
        }
    }

    @Test
    @DisplayName("is a TTL of an index that is raised by a longer session and never lowered by a shorter one")
    void indexTtl() {
        Login longest = redis.it.signIn(NewSession.of("ann").withIdleTimeout(Duration.ofHours(20)));
        long before = redis.raw.number("PTTL", redis.user(longest));
        redis.it.signIn(NewSession.of("ann").withAbsoluteTimeout(Duration.ofMinutes(1)));
        assertThat(redis.raw.number("PTTL", redis.user(longest))).isBetween(before - TOLERANCE, before);
        assertThat(before).isGreaterThan(20 * HOUR);
    }

    @Test
    @DisplayName("is after the end a marker of few bytes, for as long as ends are remembered, and no index entry")
    void marker() {
        Login ann = redis.it.signIn("ann");
        redis.it.destroy(ann, "signed_out");
        assertThat(redis.raw.bytes(redis.session(ann))).hasSizeLessThan(64);
        assertThat(redis.raw.number("PTTL", redis.session(ann))).isBetween(2 * HOUR - TOLERANCE, 2 * HOUR);
        assertThat(redis.raw.number("EXISTS", redis.user(ann), redis.in(ann, "x"), redis.in(ann, "r")))
                .isZero();
    }

    @Test
    @DisplayName("is no plain user id, no token and no secret")
    void nothingToRead() {
        Login ann = redis.it.signIn("ann");
        String all = String.join(" ", redis.raw.texts("KEYS", redis.prefix + "*"))
                + new String(redis.raw.bytes(redis.session(ann)), java.nio.charset.StandardCharsets.ISO_8859_1);
        String token = ann.token().reveal();
        assertThat(all).doesNotContain(token).doesNotContain(token.substring(28, 71));
    }

    @Test
    @DisplayName("and belongs to others stays as it is")
    void foreignKeys() {
        List<String> foreign = List.of("foreign", redis.prefix, redis.prefix + ":{zz}:other", "ann");
        foreign.forEach(key -> redis.raw.call("SET", key, "theirs"));
        liveABusyLife();
        redis.it.walk(io.authsessions.model.PageRequest.Order.USED, 10);
        for (String key : foreign) {
            assertThat(redis.raw.text("GET", key)).isEqualTo("theirs");
            assertThat(redis.raw.number("TTL", key)).isEqualTo(-1);
            redis.raw.call("DEL", key);
        }
    }

    @Test
    @DisplayName("was laid out with other buckets: the store refuses to start, in a sentence, and changes nothing")
    void otherBuckets() {
        Login ann = redis.it.signIn("ann");
        JsonObject config = TestRedis.config(redis.space).put("buckets", 512);
        SessionStore other = new RedisSessionStoreProvider()
                .create(redis.vertx, SessionPolicy.DEFAULT, InstantSource.system(), config);
        assertThat(failure(other.open(event -> {})))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("store.redis.buckets");
        assertThat(redis.raw.text("GET", redis.prefix + ":layout")).isEqualTo("v1 buckets=256");
        assertThat(redis.it.isGood(ann)).isTrue();
    }

    @Test
    @DisplayName("is a change mark that every change of a session replaces, and no use, refusal or create")
    void marks() {
        Login ann = redis.it.signIn("ann");
        String mark = redis.in(ann, "m");
        assertThat(redis.raw.text("GET", mark)).isNull();
        redis.it.updated(ann, SessionUpdate.NOTHING.withLabel("x"));
        String first = redis.raw.text("GET", mark);
        assertThat(first).isNotBlank();
        assertThat(redis.raw.number("PTTL", mark)).isGreaterThan(HOUR);
        redis.it.pass(Duration.ofMinutes(2));
        redis.it.use(ann);
        redis.it.use(freshToken(ann));
        redis.it.update(ann, SessionUpdate.NOTHING.withLabel("y").ifVersion(99));
        redis.it.signIn("ann");
        assertThat(redis.raw.text("GET", mark)).isEqualTo(first);
        Login successor = redis.it.rotated(ann);
        String second = redis.raw.text("GET", mark);
        redis.it.use(successor);
        assertThat(redis.raw.text("GET", mark)).isEqualTo(second).isNotEqualTo(first);
        redis.it.reauthenticate(successor, freshToken(ann));
        String third = redis.raw.text("GET", mark);
        redis.it.destroy(ann, "revoked");
        assertThat(List.of(first, second, third, redis.raw.text("GET", mark))).doesNotHaveDuplicates();
    }
}
