package io.authsessions.model;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Values for tests. */
final class Samples {
    private Samples() {}

    static AuthSession session() {
        return new AuthSession(
                "0H00000000000000000000",
                "alice",
                "Chrome on macOS",
                "{\"role\":\"admin\"}",
                new ClientInfo("192.0.2.1", "Mozilla/5.0"),
                1_000,
                2_000,
                1_500,
                9_000,
                3);
    }

    /** The names of the fields that a call finds wrong, in order. */
    static List<String> mistakes(ThrowingCallable call) {
        InvalidRequestException refused = Assertions.catchThrowableOfType(InvalidRequestException.class, call);
        Assertions.assertThat(refused).as("refused").isNotNull();
        return refused.errors().stream().map(FieldError::field).collect(Collectors.toList());
    }

    static Arbitrary<String> texts() {
        return Arbitraries.strings().excludeChars(surrogates()).ofMaxLength(30);
    }

    static Arbitrary<Long> times() {
        return Arbitraries.longs().greaterOrEqual(0);
    }

    static Arbitrary<String> metas() {
        Arbitrary<Object> values = Arbitraries.oneOf(
                texts().map(t -> (Object) t),
                Arbitraries.longs().map(n -> (Object) n),
                Arbitraries.doubles().map(n -> (Object) n),
                Arbitraries.of(true, false).map(b -> (Object) b));
        return Arbitraries.maps(texts(), values)
                .ofMaxSize(5)
                .map(map -> new io.vertx.core.json.JsonObject(new java.util.LinkedHashMap<>(map)).encode());
    }

    static Arbitrary<ClientInfo> clients() {
        return Combinators.combine(texts().injectNull(0.3), texts().injectNull(0.3))
                .as(ClientInfo::new);
    }

    static Arbitrary<AuthSession> sessions() {
        Arbitrary<long[]> numbers = times().array(long[].class).ofSize(5);
        return Combinators.combine(
                        texts(),
                        texts(),
                        texts().injectNull(0.3),
                        metas(),
                        clients().injectNull(0.3),
                        numbers)
                .as((id, user, label, meta, client, n) ->
                        new AuthSession(id, user, label, meta, client, n[0], n[1], n[2], n[3], n[4]));
    }

    private static char[] surrogates() {
        StringBuilder all = new StringBuilder();
        for (char c = Character.MIN_SURROGATE; c <= Character.MAX_SURROGATE; c++) {
            all.append(c);
        }
        return all.toString().toCharArray();
    }
}
