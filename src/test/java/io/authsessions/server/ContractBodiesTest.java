package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.server.Contract.Operation;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The bodies of requests, by the contract alone,")
class ContractBodiesTest {
    private static final Contract CONTRACT = Contract.read();
    /** Sizes in bytes and depth, and how a number is written: of that a schema can say nothing. */
    private static final List<String> BEYOND_SCHEMAS =
            List.of("\"meta\":{\"a\":", "1e3}", "\"label\":\"xxx", "\"label\":\"\uD83D\uDC68\u200D\uD83D\uDC69");

    private static Operation operation(String id) {
        return CONTRACT.operations().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("are wrong where the server refuses them, as far as a schema can say it")
    void wrong() {
        HostileInputs.wrongFields().forEach(body -> {
            String mistakes = CONTRACT.mistakes(operation("createSession"), "application/json", body);
            boolean isBeyond = BEYOND_SCHEMAS.stream().anyMatch(body::contains);
            assertThat(mistakes.isEmpty()).as(body + " " + mistakes).isEqualTo(isBeyond);
        });
    }

    @Test
    @DisplayName("are right where the server takes them")
    void right() {
        for (String body : List.of(
                "{\"userId\":\"a\"}",
                "{\"userId\":\"a\",\"label\":null,\"meta\":null,\"client\":null,\"idleTimeoutMillis\":null}",
                "{\"userId\":\"a/ü *\",\"label\":\"<b>\",\"meta\":{\"a\":[1.5]},\"client\":{\"ip\":\"::1\"}}")) {
            assertThat(CONTRACT.mistakes(operation("createSession"), "application/json", body))
                    .isEmpty();
        }
        JsonObject patch = new JsonObject().put("label", "e\u0301".repeat(128));
        assertThat(CONTRACT.mistakes(operation("renameSession"), "application/merge-patch+json", patch.encode()))
                .isEmpty();
    }
}
