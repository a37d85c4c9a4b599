package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.server.TestServer.Reply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/** Thousands of bodies that nobody has thought of, to the real server on any store. */
abstract class MadeBodiesContract {
    /** How many bodies are sent at once. */
    static final int TOGETHER = 8;

    private static final String MARK = HostileInputs.MARK;
    private static final List<String> NAMES = List.of(
            "userId", "label", "meta", "client", "idleTimeoutMillis", "absoluteTimeoutMillis", "token", MARK, "");
    private static TestServer server;
    private static String id;
    private static String token;

    /** Before all, with the environment that chooses the store. */
    static void start(Map<String, String> environment) throws Exception {
        server = TestServer.start(environment);
        JsonObject issued = server.signIn("made");
        id = issued.getJsonObject("session").getString("id");
        token = issued.getString("token");
    }

    @AfterContainer
    static void stop() throws Exception {
        server.close();
    }

    @Property
    @Label("whatever the body, there is an answer, which is no 5xx and repeats nothing of it")
    void answers(@ForAll("requests") List<Made> requests) throws Exception {
        List<CompletableFuture<Void>> answered = new ArrayList<>();
        for (Made made : requests) {
            answered.add(ServerOnRedis.begin(() -> {
                isAnswered(made);
                return null;
            }));
        }
        for (CompletableFuture<Void> answer : answered) {
            answer.get(20, TimeUnit.SECONDS);
        }
    }

    private static void isAnswered(Made made) throws Exception {
        String path = made.path.replace("{id}", id);
        byte[] body = made.body.getBytes(StandardCharsets.UTF_8);
        Map<String, String> type = Map.of("Content-Type", made.type);
        Map<String, String> mine = Map.of("Content-Type", made.type, "Authorization", "Bearer " + token);
        Reply reply = path.startsWith("/v1/admin")
                ? server.asAdmin(made.method, path, type, body)
                : server.send(server.server().publicUri(), made.method, path, mine, body);
        assertThat(reply.status()).as(made.body).isBetween(200, 415);
        if (reply.status() >= 400) {
            assertThat(reply.body())
                    .doesNotContain(MARK)
                    .doesNotContain("Exception")
                    .doesNotContain("io.");
            assertThat(reply.code()).isNotEmpty();
        }
    }

    record Made(String method, String path, String type, String body) {}

    @Provide
    Arbitrary<List<Made>> requests() {
        Arbitrary<String[]> routes = Arbitraries.of(
                new String[] {"POST", "/v1/admin/sessions"},
                new String[] {"POST", "/v1/admin/sessions/reauthenticate"},
                new String[] {"PATCH", "/v1/sessions/{id}"},
                new String[] {"PATCH", "/v1/admin/sessions/{id}"});
        Arbitrary<String> types = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(9, Arbitraries.just("application/json")),
                net.jqwik.api.Tuple.of(1, Arbitraries.just("application/merge-patch+json")));
        return Combinators.combine(routes, types, bodies())
                .as((route, type, body) -> new Made(route[0], route[1], type, body))
                .list()
                .ofSize(TOGETHER);
    }

    private static Arbitrary<String> bodies() {
        Arbitrary<String> objects = objects(3).map(JsonObject::encode);
        Arbitrary<String> damaged = Combinators.combine(
                        objects,
                        Arbitraries.integers().between(0, 200),
                        Arbitraries.chars().all())
                .as((text, at, c) -> text.substring(0, Math.min(at, text.length()))
                        + c
                        + text.substring(Math.min(at + 1, text.length())));
        return Arbitraries.oneOf(objects, damaged, Arbitraries.strings().ofMaxLength(200));
    }

    private static Arbitrary<JsonObject> objects(int depth) {
        return Arbitraries.maps(Arbitraries.of(NAMES), values(depth))
                .ofMaxSize(4)
                .map(map -> {
                    JsonObject object = new JsonObject();
                    map.forEach((name, value) -> object.put(name, "null".equals(value) ? null : value));
                    return object;
                });
    }

    private static Arbitrary<Object> values(int depth) {
        Arbitrary<Object> plain = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(300).map(text -> (Object) text),
                Arbitraries.of("null", MARK, "a\u0000", "\u202e", "\ud800", "aus1_", "ada")
                        .map(text -> (Object) text),
                Arbitraries.longs().map(number -> (Object) number),
                Arbitraries.doubles().map(number -> (Object) number),
                Arbitraries.of(true, false).map(truth -> (Object) truth));
        return depth == 0
                ? plain
                : Arbitraries.oneOf(
                        plain,
                        objects(depth - 1).map(object -> (Object) object),
                        plain.list().ofMaxSize(3).map(list -> (Object) new JsonArray(list)));
    }
}
