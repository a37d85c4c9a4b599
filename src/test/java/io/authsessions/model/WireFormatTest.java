package io.authsessions.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("On the wire")
class WireFormatTest {
    private static <T> void roundTrip(T value, Function<T, JsonObject> write, Function<JsonObject, T> read) {
        JsonObject json = new JsonObject(write.apply(value).encode());
        T again = read.apply(json);
        assertThat(write.apply(again)).isEqualTo(write.apply(value));
        assertThat(again).isEqualTo(value);
    }

    @Provide
    Arbitrary<AuthSession> sessions() {
        return Samples.sessions();
    }

    @Provide
    Arbitrary<NewSession> requests() {
        Arbitrary<Long> millis = Arbitraries.longs().greaterOrEqual(1).injectNull(0.3);
        return Combinators.combine(
                        Samples.texts(),
                        Samples.texts().injectNull(0.3),
                        Samples.metas(),
                        Samples.clients().injectNull(0.3),
                        millis,
                        millis)
                .as(NewSession::new);
    }

    @Provide
    Arbitrary<SessionUpdate> updates() {
        return Combinators.combine(
                        Samples.texts().injectNull(0.3),
                        Samples.metas().injectNull(0.3),
                        Arbitraries.of(true, false),
                        Samples.times().injectNull(0.3))
                .as(SessionUpdate::new);
    }

    @Provide
    Arbitrary<SessionEvent> events() {
        return Combinators.combine(
                        Samples.texts(),
                        Arbitraries.of(SessionEvent.Type.values()),
                        Samples.texts().injectNull(0.3),
                        Samples.texts().injectNull(0.3),
                        Samples.times(),
                        Samples.texts().injectNull(0.3))
                .as(SessionEvent::new);
    }

    @Property(tries = 300)
    @Label("a session, a page, a resolution and an issued session are read as they were written")
    void sessions(@ForAll("sessions") AuthSession session) {
        roundTrip(session, AuthSession::toJson, AuthSession::fromJson);
        roundTrip(Resolution.live(session), Resolution::toJson, Resolution::fromJson);
        roundTrip(new IssuedSession(session, "aus1_x"), IssuedSession::toJson, IssuedSession::fromJson);
        roundTrip(new SessionPage(List.of(session, session), "c"), SessionPage::toJson, SessionPage::fromJson);
        roundTrip(new SessionPage(List.of(), null), SessionPage::toJson, SessionPage::fromJson);
    }

    @Property(tries = 300)
    @Label("a new session is read as it was written")
    void requests(@ForAll("requests") NewSession request) {
        roundTrip(request, NewSession::toJson, NewSession::fromJson);
    }

    @Property(tries = 300)
    @Label("an update is read as it was written")
    void updates(@ForAll("updates") SessionUpdate update) {
        roundTrip(update, SessionUpdate::toJson, SessionUpdate::fromJson);
    }

    @Property(tries = 300)
    @Label("an event is read as it was written")
    void events(@ForAll("events") SessionEvent event) {
        roundTrip(event, SessionEvent::toJson, SessionEvent::fromJson);
    }

    @Test
    @DisplayName("the small values are read as they were written")
    void small() {
        roundTrip(Resolution.NONE, Resolution::toJson, Resolution::fromJson);
        roundTrip(Resolution.ended("revoked", 5), Resolution::toJson, Resolution::fromJson);
        roundTrip(new BulkResult(Integer.MAX_VALUE, true), BulkResult::toJson, BulkResult::fromJson);
        roundTrip(PageRequest.FIRST, PageRequest::toJson, PageRequest::fromJson);
        roundTrip(
                PageRequest.FIRST.withLimit(500).after("c").orderedBy(PageRequest.Order.CREATED),
                PageRequest::toJson,
                PageRequest::fromJson);
        for (boolean strict : new boolean[] {true, false}) {
            roundTrip(new ResolveOptions(strict, !strict), ResolveOptions::toJson, ResolveOptions::fromJson);
        }
    }

    @Test
    @DisplayName("fields have the documented names, and what is absent is left out")
    void names() {
        assertThat(Samples.session().toJson().encode())
                .isEqualTo("{\"id\":\"0H00000000000000000000\",\"userId\":\"alice\",\"label\":\"Chrome on macOS\","
                        + "\"meta\":{\"role\":\"admin\"},\"createdAt\":1000,\"lastUsedAt\":2000,"
                        + "\"authenticatedAt\":1500,\"expiresAt\":9000,\"version\":3,"
                        + "\"client\":{\"ip\":\"192.0.2.1\",\"userAgent\":\"Mozilla/5.0\"}}");
        assertThat(NewSession.of("a").toJson().encode()).isEqualTo("{\"userId\":\"a\",\"meta\":{}}");
        assertThat(Resolution.NONE.toJson().encode()).isEqualTo("{}");
        assertThat(Resolution.ended("limit", 7).toJson().encode())
                .isEqualTo("{\"ended\":{\"reason\":\"limit\",\"at\":7}}");
        assertThat(new SessionPage(List.of(), null).toJson().encode()).isEqualTo("{\"items\":[]}");
        assertThat(new SessionEvent("e", SessionEvent.Type.GAP, null, null, 1, null)
                        .toJson()
                        .encode())
                .isEqualTo("{\"eventId\":\"e\",\"type\":\"gap\",\"at\":1}");
    }

    @Test
    @DisplayName("a field that holds null counts as absent")
    void nullIsAbsent() {
        JsonObject request = new JsonObject().put("userId", "alice");
        for (String name : List.of("label", "meta", "client", "idleTimeoutMillis", "absoluteTimeoutMillis")) {
            request.putNull(name);
        }

        assertThat(NewSession.fromJson(request)).isEqualTo(NewSession.of("alice"));
        assertThat(PageRequest.fromJson(
                        new JsonObject().putNull("limit").putNull("order").putNull("cursor")))
                .isEqualTo(PageRequest.FIRST);
        assertThat(ResolveOptions.fromJson(new JsonObject().putNull("strict").putNull("touch")))
                .isEqualTo(ResolveOptions.DEFAULT);
        assertThat(SessionUpdate.fromJson(new JsonObject().putNull("label").putNull("meta")))
                .isEqualTo(SessionUpdate.NOTHING);
        assertThat(Samples.mistakes(() -> NewSession.fromJson(new JsonObject().putNull("userId"))))
                .containsExactly("userId");
    }

    static Stream<Arguments> wrong() {
        BigInteger huge = new BigInteger("99999999999999999999");
        return Stream.of(
                request("userId", 5, true, new JsonObject(), new JsonArray()),
                request("label", 5, new JsonObject(), new JsonArray().add("x")),
                request("meta", "x", 5, new JsonArray(), true),
                request("client", "x", 5, new JsonArray()),
                request("idleTimeoutMillis", "5", 5.9, 5.0, 1e300, huge, 0, -1, true, new JsonObject()),
                request("absoluteTimeoutMillis", "5", 5.9, 1e300, huge, 0, -1),
                wrong("limit", PageRequest::fromJson, "5", 5.9, 4294967297L, 1e300, huge, 0, -1, 501, true),
                wrong("cursor", PageRequest::fromJson, 5, new JsonObject()),
                wrong("order", PageRequest::fromJson, "USED", "", 5, "newest"),
                wrong("strict", ResolveOptions::fromJson, "true", 1, 0, new JsonObject()),
                wrong("touch", ResolveOptions::fromJson, "true", 1, 0, new JsonObject()),
                wrong("label", SessionUpdate::fromJson, 5, new JsonObject()),
                wrong("meta", SessionUpdate::fromJson, "x", new JsonArray(), 5),
                wrong("mergeMeta", SessionUpdate::fromJson, "true", 1),
                wrong("ifVersion", SessionUpdate::fromJson, "1", 1.5, -1, 1e300, huge),
                reply("id", 5, true),
                reply("userId", 5),
                reply("meta", "x"),
                reply("createdAt", "5", 5.9, 1e300, huge, -1),
                reply("expiresAt", "5", 5.9, 1e300, huge, -1),
                reply("version", "5", 5.9, -1),
                wrong("ended", BulkResult::fromJson, "5", 5.9, 4294967297L, -1),
                wrong("more", BulkResult::fromJson, "true"),
                wrong("session", Resolution::fromJson, "x", 5),
                wrong("ended", Resolution::fromJson, "x", 5),
                wrong("items", SessionPage::fromJson, "x", new JsonObject(), new JsonArray().add(5)),
                wrong("next", SessionPage::fromJson, 5));
    }

    private static Arguments wrong(String field, Function<JsonObject, ?> read, Object... values) {
        return Arguments.of(new JsonObject(), field, List.of(values), read);
    }

    private static Arguments request(String field, Object... values) {
        Function<JsonObject, ?> read = NewSession::fromJson;
        return Arguments.of(new JsonObject().put("userId", "alice"), field, List.of(values), read);
    }

    private static Arguments reply(String field, Object... values) {
        Function<JsonObject, ?> read = AuthSession::fromJson;
        return Arguments.of(Samples.session().toJson(), field, List.of(values), read);
    }

    @ParameterizedTest(name = "{1}: {2}")
    @MethodSource
    @Tag("corpus-36")
    @Tag("corpus-37")
    @Tag("corpus-38")
    @Tag("corpus-39")
    @DisplayName("nothing is converted: a value of another type or out of range is a mistake of its field")
    void wrong(JsonObject base, String field, List<Object> values, Function<JsonObject, ?> read) {
        for (Object value : values) {
            JsonObject json = base.copy().put(field, value);
            assertThat(Samples.mistakes(() -> read.apply(json)))
                    .as("%s = %s", field, value)
                    .contains(field);
        }
    }

    @Test
    @DisplayName("a mistake says what was expected, and never repeats what was sent")
    void mistakesRepeatNothing() {
        JsonObject json =
                new JsonObject().put("userId", 666).put("evil<script>", 1).put("label", 777);

        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> NewSession.fromJson(json)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("userId: must be a string; label: must be a string; : holds a field that does not exist");
    }

    @Test
    @Tag("ASVS-15.3.3")
    @DisplayName("requests refuse unknown fields, also within the client")
    void requestsRefuseUnknownFields() {
        for (Function<JsonObject, ?> read : List.<Function<JsonObject, ?>>of(
                PageRequest::fromJson, ResolveOptions::fromJson, SessionUpdate::fromJson)) {
            assertThat(Samples.mistakes(() -> read.apply(new JsonObject().put("x", 1))))
                    .containsExactly("");
        }
        JsonObject request = new JsonObject().put("userId", "a");
        assertThat(Samples.mistakes(() -> NewSession.fromJson(request.copy().put("roles", new JsonArray()))))
                .containsExactly("");
        assertThat(Samples.mistakes(
                        () -> NewSession.fromJson(request.copy().put("client", new JsonObject().put("x", 1)))))
                .containsExactly("client");
    }

    @Test
    @DisplayName("replies tolerate fields of a newer version, at every level")
    void repliesTolerateUnknownFields() {
        JsonObject session = Samples.session().toJson().put("newer", 1);
        session.getJsonObject("client").put("newer", 1);

        assertThat(AuthSession.fromJson(session)).isEqualTo(Samples.session());
        assertThat(IssuedSession.fromJson(new JsonObject()
                                .put("session", session)
                                .put("token", "t")
                                .put("newer", 1))
                        .session())
                .isEqualTo(Samples.session());
        assertThat(Resolution.fromJson(new JsonObject().put("session", session).put("newer", 1)))
                .isEqualTo(Resolution.live(Samples.session()));
        assertThat(Resolution.fromJson(new JsonObject()
                        .put(
                                "ended",
                                new JsonObject().put("reason", "x").put("at", 1).put("newer", 1))))
                .isEqualTo(Resolution.ended("x", 1));
        assertThat(SessionPage.fromJson(new JsonObject()
                        .put("items", new JsonArray().add(session))
                        .put("newer", 1)))
                .isEqualTo(new SessionPage(List.of(Samples.session()), null));
        assertThat(BulkResult.fromJson(new JsonObject().put("ended", 1).put("newer", 1)))
                .isEqualTo(new BulkResult(1, false));
        assertThat(SessionEvent.fromJson(new JsonObject()
                        .put("eventId", "e")
                        .put("type", "gap")
                        .put("at", 1)
                        .put("newer", 1)))
                .isEqualTo(new SessionEvent("e", SessionEvent.Type.GAP, null, null, 1, null));
    }

    @Test
    @DisplayName("all that a reply lacks is reported at once")
    void missingFields() {
        assertThat(Samples.mistakes(() -> AuthSession.fromJson(new JsonObject())))
                .containsExactlyInAnyOrder(
                        "id", "userId", "createdAt", "lastUsedAt", "authenticatedAt", "expiresAt", "version");
        assertThat(Samples.mistakes(() -> IssuedSession.fromJson(new JsonObject())))
                .containsExactlyInAnyOrder("session", "token");
        assertThat(Samples.mistakes(() -> SessionEvent.fromJson(new JsonObject())))
                .contains("eventId", "type", "at");
    }
}
