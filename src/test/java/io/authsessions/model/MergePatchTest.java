package io.authsessions.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A merge patch of meta")
class MergePatchTest {
    @ParameterizedTest(name = "{0} and {1} make {2}")
    @DisplayName("does what RFC 7396, appendix A, shows, where both are objects")
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":\"b\"}             | {\"a\":\"c\"}                       | {\"a\":\"c\"}",
                "{\"a\":\"b\"}             | {\"b\":\"c\"}                       | {\"a\":\"b\",\"b\":\"c\"}",
                "{\"a\":\"b\"}             | {\"a\":null}                        | {}",
                "{\"a\":\"b\",\"b\":\"c\"} | {\"a\":null}                        | {\"b\":\"c\"}",
                "{\"a\":[\"b\"]}           | {\"a\":\"c\"}                       | {\"a\":\"c\"}",
                "{\"a\":\"c\"}             | {\"a\":[\"b\"]}                     | {\"a\":[\"b\"]}",
                "{\"a\":{\"b\":\"c\"}}     | {\"a\":{\"b\":\"d\",\"c\":null}}    | {\"a\":{\"b\":\"d\"}}",
                "{\"a\":[{\"b\":\"c\"}]}   | {\"a\":[1]}                         | {\"a\":[1]}",
                "{\"e\":null}              | {\"a\":1}                           | {\"e\":null,\"a\":1}",
                "{}                        | {\"a\":{\"bb\":{\"ccc\":null}}}     | {\"a\":{\"bb\":{}}}",
                "{\"a\":\"foo\"}           | {\"a\":{\"b\":null,\"c\":[null,1]}} | {\"a\":{\"c\":[null,1]}}",
                "{\"a\":{\"b\":1}}         | {}                                  | {\"a\":{\"b\":1}}",
            })
    void appendixA(String target, String patch, String result) {
        SessionUpdate update = SessionUpdate.NOTHING.withMetaPatch(new JsonObject(patch));

        assertThat(new JsonObject(update.metaAfter(target))).isEqualTo(new JsonObject(result));
    }

    @Test
    @DisplayName("that makes the meta too large or too deep is refused, and the meta stays")
    void tooLarge() {
        String before = new JsonObject().put("a", "x".repeat(10_000)).encode();
        SessionUpdate update = SessionUpdate.NOTHING.withMetaPatch(new JsonObject().put("b", "x".repeat(10_000)));

        assertThat(Samples.mistakes(() -> update.metaAfter(before))).containsExactly("meta");
    }

    @Test
    @DisplayName("leaves the meta alone where there is none, and replacing takes the place of all of it")
    void replaceAndNothing() {
        assertThat(SessionUpdate.NOTHING.withLabel("x").metaAfter("{\"a\":1}")).isEqualTo("{\"a\":1}");
        assertThat(SessionUpdate.NOTHING.withMeta(new JsonObject().put("b", 2)).metaAfter("{\"a\":1}"))
                .isEqualTo("{\"b\":2}");
        assertThat(SessionUpdate.NOTHING.withLabel("").labelAfter("old")).isNull();
        assertThat(SessionUpdate.NOTHING.labelAfter("old")).isEqualTo("old");
        assertThat(SessionUpdate.NOTHING.withLabel("e\u0301").labelAfter("old")).isEqualTo("\u00e9");
        assertThat(SessionUpdate.NOTHING.isEmpty()).isTrue();
        assertThat(SessionUpdate.NOTHING.withLabel("").isEmpty()).isFalse();
    }
}
