package io.authsessions.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A session")
class AuthSessionTest {
    /** The application's own type of meta. */
    record Profile(String role) {}

    /** A type that the meta of the sample does not fit. */
    record Counter(int role) {}

    @Test
    @DisplayName("gives each caller a meta of its own")
    void metaIsCopied() {
        AuthSession session = Samples.session();

        session.meta().put("role", "nobody").put("more", 1);
        session.toJson().getJsonObject("meta").put("role", "nobody");

        assertThat(session.meta()).isEqualTo(new JsonObject().put("role", "admin"));
    }

    @Test
    @DisplayName("that came over the bus gives each caller a meta of its own too, down to the last level")
    void decodedMetaIsCopied() {
        JsonObject sent = Samples.session()
                .toJson()
                .put("meta", new JsonObject().put("roles", new JsonArray().add(new JsonObject().put("name", "admin"))));
        AuthSession session = AuthSession.fromJson(sent);
        String before = session.metaJson();

        sent.getJsonObject("meta").getJsonArray("roles").getJsonObject(0).put("name", "nobody");
        session.meta().getJsonArray("roles").getJsonObject(0).put("name", "nobody");
        session.toJson().getJsonObject("meta").getJsonArray("roles").clear();

        assertThat(session.metaJson()).isEqualTo(before).contains("admin");
    }

    @Test
    @DisplayName("keeps the meta as it was when it was given")
    void metaIsTakenAsItIs() {
        JsonObject meta = new JsonObject().put("roles", new JsonArray().add("a"));
        NewSession request = NewSession.of("alice").withMeta(meta);
        SessionUpdate update = SessionUpdate.NOTHING.withMeta(meta);

        meta.getJsonArray("roles").add("b");
        request.meta().clear();

        assertThat(request.meta().encode()).isEqualTo("{\"roles\":[\"a\"]}");
        assertThat(update.metaJson()).isEqualTo("{\"roles\":[\"a\"]}");
    }

    @Test
    @DisplayName("in a page stays there, whatever becomes of the list it was given in")
    void pageIsCopied() {
        List<AuthSession> items = new ArrayList<>(List.of(Samples.session()));
        SessionPage page = new SessionPage(items, null);

        items.clear();

        assertThat(page.items()).hasSize(1).isUnmodifiable();
    }

    @Test
    @DisplayName("gives its meta as the application's own type")
    void metaAsAType() {
        assertThat(Samples.session().meta(Profile.class)).isEqualTo(new Profile("admin"));
        assertThat(Samples.session().meta(JsonObject.class))
                .isEqualTo(Samples.session().meta());
    }

    @Test
    @DisplayName("says that its meta does not fit another type")
    void metaOfAnotherType() {
        assertThatIllegalArgumentException().isThrownBy(() -> Samples.session().meta(Counter.class));
        assertThatIllegalArgumentException().isThrownBy(() -> Samples.session().meta(Integer.class));
    }

    @Test
    @DisplayName("tells by toString nothing personal")
    void toStringIsDiscreet() {
        assertThat(Samples.session().toString())
                .contains(Samples.session().id())
                .doesNotContain("alice", "Chrome", "admin", "192.0.2.1");
    }

    @Test
    @DisplayName("has its times as instants too")
    void instants() {
        AuthSession session = Samples.session();

        assertThat(session.createdAt()).isEqualTo(Instant.ofEpochMilli(1_000));
        assertThat(session.lastUsedAt()).isEqualTo(Instant.ofEpochMilli(2_000));
        assertThat(session.authenticatedAt()).isEqualTo(Instant.ofEpochMilli(1_500));
        assertThat(session.expiresAt()).isEqualTo(Instant.ofEpochMilli(9_000));
        assertThat(new Resolution.Ended("x", 5).at()).isEqualTo(Instant.ofEpochMilli(5));
    }

    @Test
    @DisplayName("is asked for in pages of 1 to 500")
    void pageRequests() {
        PageRequest.FIRST.withLimit(1).check();
        PageRequest.FIRST.withLimit(500).check();
        for (int limit : new int[] {0, -1, 501, Integer.MAX_VALUE}) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> PageRequest.FIRST.withLimit(limit).check());
        }
    }
}
