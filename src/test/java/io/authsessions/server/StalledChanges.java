package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.OpenLoop;
import io.authsessions.OpenLoop.Answer;
import io.authsessions.OpenLoop.Ask;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;

/**
 * Changes of all kinds that are asked for while Redis stands still: each of a session of its own, which is looked at
 * afterwards. What was answered with 503 must not have happened, but for ends, which may.
 */
final class StalledChanges implements AutoCloseable {
    /** All but the creation change a session that is made before. */
    private enum Kind {
        CREATE,
        RENAME,
        ROTATE,
        REAUTHENTICATE,
        END
    }

    private static final int PER_SECOND = 20;
    private static final int KINDS = Kind.values().length;

    private static final Map<String, String> ADMIN =
            Map.of("Authorization", "Bearer " + TestServer.ADMIN_KEY, "Content-Type", "application/json");
    private static final Map<String, String> PATCH =
            Map.of("Authorization", "Bearer " + TestServer.ADMIN_KEY, "Content-Type", "application/merge-patch+json");

    private final String adminUri;
    private final OpenLoop operators;
    private final OpenLoop users;
    private final List<JsonObject> sessions = new ArrayList<>();
    private final Map<String, String> changed = new ConcurrentHashMap<>();

    StalledChanges(String publicUri, String adminUri) {
        this.adminUri = adminUri;
        this.operators = new OpenLoop(adminUri);
        this.users = new OpenLoop(publicUri);
    }

    /** Signs in those whose sessions are to be changed in so many seconds. */
    void prepare(int seconds) throws Exception {
        for (int i = 0; i < seconds * PER_SECOND * (KINDS - 1) / KINDS; i++) {
            sessions.add(signIn(adminUri, "changed-" + i));
        }
    }

    static JsonObject signIn(String adminUri, String user) throws Exception {
        Ask ask = create(user);
        return TestServer.exchange(
                        adminUri + ask.path(), "POST", ask.headers(), ask.body().getBytes(StandardCharsets.UTF_8))
                .json();
    }

    /** Begins to ask; who rotates asks the public listener, all others that of operators. */
    void begin() {
        operators.begin(PER_SECOND * (KINDS - 1) / KINDS, n -> {
            Kind[] kinds = {Kind.CREATE, Kind.RENAME, Kind.REAUTHENTICATE, Kind.END};
            return ask(kinds[n % kinds.length], n);
        });
        users.begin(PER_SECOND / KINDS, n -> ask(Kind.ROTATE, n));
    }

    void end() {
        operators.end();
        users.end();
    }

    int open() {
        return operators.open() + users.open();
    }

    private synchronized Ask ask(Kind kind, int number) {
        if (kind == Kind.CREATE) {
            return create("user-" + number);
        }
        assertThat(sessions).as("sessions that are left to be changed").isNotEmpty();
        JsonObject issued = sessions.remove(sessions.size() - 1);
        String id = issued.getJsonObject("session").getString("id");
        String token = issued.getString("token");
        String path = "/v1/admin/sessions/" + id;
        changed.put(id, kind.name());
        return switch (kind) {
            case RENAME ->
                new Ask(
                        id,
                        HttpMethod.PATCH,
                        path,
                        PATCH,
                        new JsonObject().put("label", "late").encode());
            case ROTATE ->
                new Ask(id, HttpMethod.POST, "/v1/session/rotate", Map.of("Authorization", "Bearer " + token), "");
            case REAUTHENTICATE ->
                new Ask(
                        id,
                        HttpMethod.POST,
                        "/v1/admin/sessions/reauthenticate",
                        ADMIN,
                        new JsonObject().put("token", token).encode());
            case END -> new Ask(id, HttpMethod.DELETE, path, ADMIN, "");
            case CREATE -> throw new AssertionError(id);
        };
    }

    private static Ask create(String user) {
        return new Ask(
                user,
                HttpMethod.POST,
                "/v1/admin/sessions",
                ADMIN,
                new JsonObject().put("userId", user).encode());
    }

    /**
     * Nothing that was refused has happened, and all has that was not.
     *
     * @param cutOff tells by when it was sent whether a request may have been done by Redis but not answered any more,
     *     since Redis was stopped between the two
     */
    void check(LongPredicate cutOff) throws Exception {
        List<Answer> all = new ArrayList<>(operators.answers());
        all.addAll(users.answers());
        assertThat(all).allSatisfy(answer -> assertThat(answer.status()).isIn(200, 201, 204, 503));
        Map<String, JsonObject> living = living();
        Set<String> created = new TreeSet<>();
        Set<String> uncertain = new HashSet<>();
        Map<String, Long> refused = all.stream()
                .filter(answer -> answer.status() == 503)
                .collect(Collectors.groupingBy(this::kind, Collectors.counting()));
        assertThat(refused)
                .hasSize(KINDS)
                .allSatisfy((kind, count) -> assertThat(count).as(kind).isGreaterThan(20));
        for (Answer answer : all) {
            String name = answer.ask().name();
            if (answer.status() == 503 && cutOff.test(answer.sentAt())) {
                uncertain.add(name);
                continue;
            }
            switch (Kind.valueOf(kind(answer))) {
                case CREATE -> {
                    if (answer.status() == 201) {
                        created.add(name);
                    }
                }
                case END ->
                    assertThat(answer.status() == 503 || !living.containsKey(name))
                            .isTrue();
                default ->
                    assertThat(living.get(name).getLong("version"))
                            .as("%s, answered with %d", kind(answer), answer.status())
                            .isEqualTo(answer.status() == 503 ? 1 : 2);
            }
        }
        assertThat(living.values().stream()
                        .map(session -> session.getString("userId"))
                        .filter(user -> user.startsWith("user-") && !uncertain.contains(user)))
                .containsExactlyInAnyOrderElementsOf(created);
    }

    private String kind(Answer answer) {
        return changed.getOrDefault(answer.ask().name(), Kind.CREATE.name());
    }

    private Map<String, JsonObject> living() throws Exception {
        Map<String, JsonObject> found = new ConcurrentHashMap<>();
        String next = "";
        while (next != null) {
            JsonObject page = TestServer.exchange(
                            adminUri + "/v1/admin/sessions?limit=500" + next, "GET", ADMIN, new byte[0])
                    .json();
            page.getJsonArray("items").stream()
                    .map(JsonObject.class::cast)
                    .forEach(session -> found.put(session.getString("id"), session));
            String cursor = page.getString("next");
            next = cursor == null ? null : "&cursor=" + cursor;
        }
        return found;
    }

    @Override
    public void close() {
        operators.close();
        users.close();
    }
}
