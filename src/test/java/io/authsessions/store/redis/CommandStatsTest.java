package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessions;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.Futures;
import io.authsessions.model.AuthSession;
import io.authsessions.model.EndReason;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest;
import io.authsessions.model.Resolution;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionToken;
import io.authsessions.model.SessionUpdate;
import io.authsessions.service.AuthSessionService;
import io.authsessions.service.CacheOptions;
import io.authsessions.store.TestClock;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("By Redis's own count a call of the service, without a cache,")
class CommandStatsTest {
    private static final Map<String, Integer> GET = Map.of("get", 1);
    private static final Map<String, Integer> GET_AND_SCRIPT = Map.of("get", 1, "evalsha", 1);
    private static final Pattern DOCUMENTED = Pattern.compile("(?:(\\d+) )(?:`([A-Z]+)`|(script))");

    private final Vertx vertx = Vertx.vertx();
    private final TestClock clock = new TestClock();
    private final GuardedRedis redis = GuardedRedis.started();
    private final SeenCommands seen = new SeenCommands(redis.port());
    private AuthSessions sessions;

    @AfterEach
    void close() {
        Futures.get(sessions.close());
        Futures.get(vertx.close());
        seen.close();
        redis.close();
    }

    private AuthSessionService start(SessionPolicy policy) {
        AuthSessionsOptions options = AuthSessionsOptions.defaults()
                .withStore("redis", redis.config("aus"))
                .withDeadline(Duration.ofSeconds(18))
                .withCache(CacheOptions.OFF)
                .withSweepInterval(Duration.ofHours(1))
                .withPolicy(policy);
        sessions = Futures.get(AuthSessions.start(vertx, options, clock));
        List.of(Change.CREATE, Change.USE, Change.UPDATE, Change.ROTATE, Change.DESTROY, Change.DESTROY_MANY)
                .forEach(change -> seen.know(change.script()));
        seen.take();
        return sessions.service();
    }

    private Map<String, Integer> sentBy(Runnable call) {
        seen.take();
        call.run();
        return seen.take();
    }

    /** What a call sends that has a script sent off the response path: waits for one, and for another one that must not be. */
    private Map<String, Integer> sentWithScript(Runnable call) {
        Map<String, Integer> all = new TreeMap<>(sentBy(call));
        Awaitility.await().until(() -> {
            seen.take().forEach((name, count) -> all.merge(name, count, Integer::sum));
            return all.containsKey("evalsha");
        });
        seen.take().forEach((name, count) -> all.merge(name, count, Integer::sum));
        return all;
    }

    private static Map<String, Integer> documented(String call) throws Exception {
        Path page = Path.of(System.getProperty("project.root", "."), "docs", "redis.md");
        String row = Files.readAllLines(page).stream()
                .filter(line -> line.startsWith("| " + call + " |"))
                .findFirst()
                .orElseThrow();
        Map<String, Integer> counts = new TreeMap<>();
        Matcher count = DOCUMENTED.matcher(row);
        while (count.find()) {
            String name = count.group(2) == null ? "evalsha" : count.group(2).toLowerCase(Locale.ROOT);
            counts.merge(name, Integer.valueOf(count.group(1)), Integer::sum);
        }
        return counts;
    }

    @Test
    @DisplayName("is one GET for a resolve, known or unknown, and nothing for what is no token")
    void resolves() {
        AuthSessionService service = start(SessionPolicy.DEFAULT);
        String token = Futures.get(service.createSession(NewSession.of("ann"))).token();
        String unknown = SessionToken.issue(
                        SessionToken.parse(token).id().substring(0, 2) + "a".repeat(SessionIds.LENGTH - 2),
                        new SecureRandom())
                .reveal();
        assertThat(sentBy(() -> {
                    for (int i = 0; i < 10; i++) {
                        assertThat(Futures.get(service.resolveSession(token)).session())
                                .isNotNull();
                    }
                }))
                .isEqualTo(Map.of("get", 10));
        assertThat(sentBy(() -> assertThat(
                                Futures.get(service.resolveSession(unknown)).session())
                        .isNull()))
                .isEqualTo(GET);
        assertThat(sentBy(() -> {
                    Futures.get(service.resolveSession("aus1_nonsense"));
                    Futures.get(service.resolveSession(null));
                }))
                .isEmpty();
    }

    @Test
    @DisplayName("is one script more where a touch is due, a successor comes first, or an old token comes again")
    void resolvesWithMore() {
        SessionPolicy policy = SessionPolicy.DEFAULT;
        AuthSessionService service = start(policy);
        String token = Futures.get(service.createSession(NewSession.of("ann"))).token();
        assertThat(sentBy(() -> Futures.get(service.resolveSession(token)))).isEqualTo(GET);
        clock.advance(policy.touchInterval());
        assertThat(sentWithScript(() -> Futures.get(service.resolveSession(token))))
                .isEqualTo(GET_AND_SCRIPT);
        assertThat(sentBy(() -> Futures.get(service.resolveSession(token)))).isEqualTo(GET);
        String successor = Futures.get(service.rotateSession(token)).token();
        assertThat(sentBy(() -> Futures.get(service.resolveSession(token)))).isEqualTo(GET);
        assertThat(sentWithScript(() -> Futures.get(service.resolveSession(successor))))
                .isEqualTo(GET_AND_SCRIPT);
        assertThat(sentBy(() -> Futures.get(service.resolveSession(successor)))).isEqualTo(GET);
        clock.advance(policy.rotationGrace());
        assertThat(sentBy(() ->
                        assertThat(Futures.get(service.resolveSession(token))).isEqualTo(Resolution.NONE)))
                .isEqualTo(GET_AND_SCRIPT);
        assertThat(Futures.get(service.resolveSession(successor)).ended().reason())
                .isEqualTo(EndReason.TOKEN_REUSE);
    }

    @Test
    @DisplayName(
            "is one script for all who resolve a session at once shortly before its deadline, or its old token too late")
    void decidedOnce() {
        SessionPolicy policy = SessionPolicy.DEFAULT;
        AuthSessionService service = start(policy);
        IssuedSession issued = Futures.get(service.createSession(NewSession.of("ann")));
        clock.advance(policy.idleTimeout().plusSeconds(1));
        Map<String, Integer> sent = sentBy(() -> assertThat(resolveAtOnce(service, issued.token(), 100))
                .allMatch(resolution -> resolution.session() != null));
        assertThat(sent).isEqualTo(Map.of("get", 100, "evalsha", 1));
        String successor = Futures.get(service.rotateSession(issued.token())).token();
        Futures.get(service.resolveSession(successor));
        Awaitility.await().until(() -> {
            clock.advance(policy.rotationGrace());
            Map<String, Integer> late = sentBy(() -> resolveAtOnce(service, issued.token(), 100));
            return late.equals(Map.of("get", 100, "evalsha", 1));
        });
    }

    /** In one turn of an event loop, so that all of them read before any of them has decided. */
    private List<Resolution> resolveAtOnce(AuthSessionService service, String token, int count) {
        List<Future<Resolution>> all = new ArrayList<>();
        Promise<Void> sent = Promise.promise();
        vertx.runOnContext(now -> {
            for (int i = 0; i < count; i++) {
                all.add(service.resolveSession(token));
            }
            sent.complete();
        });
        Futures.get(sent.future());
        Futures.get(Future.join(all));
        return all.stream().map(Future::result).toList();
    }

    @Test
    @DisplayName("is one script for all who use a session when a touch is due, on whichever event loop they do")
    void touchedOnce() {
        SessionPolicy policy = SessionPolicy.DEFAULT;
        AuthSessionService service = start(policy);
        String token = Futures.get(service.createSession(NewSession.of("ann"))).token();
        List<ContextInternal> loops = Stream.generate(((VertxInternal) vertx)::createEventLoopContext)
                .limit(8)
                .toList();
        for (int round = 0; round < 20; round++) {
            clock.advance(policy.touchInterval());
            Map<String, Integer> sent = sentWithScript(() -> {
                useOnEach(loops, 50, service, token);
                // Whatever was sent before these is counted when they are answered.
                useOnEach(loops, 1, service, token);
            });
            assertThat(sent).isEqualTo(Map.of("get", 8 * 51, "evalsha", 1));
        }
    }

    private static void useOnEach(List<ContextInternal> loops, int times, AuthSessionService service, String token) {
        List<Future<Resolution>> answers = new ArrayList<>();
        for (ContextInternal loop : loops) {
            for (int i = 0; i < times; i++) {
                Promise<Resolution> answer = Promise.promise();
                loop.runOnContext(now -> service.resolveSession(token).onComplete(answer));
                answers.add(answer.future());
            }
        }
        answers.forEach(answer -> assertThat(Futures.get(answer).session()).isNotNull());
    }

    @Test
    @DisplayName("is what is documented for a user's list, a create, a destroy, an update and the end of all")
    void others() throws Exception {
        AuthSessionService service = start(SessionPolicy.DEFAULT);
        for (int i = 0; i < 9; i++) {
            Futures.get(service.createSession(NewSession.of("ann")));
        }
        List<IssuedSession> last = new ArrayList<>();
        assertThat(sentBy(() -> last.add(Futures.get(service.createSession(NewSession.of("ann"))))))
                .isEqualTo(Map.of("evalsha", 1));
        assertThat(sentBy(() -> assertThat(Futures.get(service.getSessionsForUser("ann", PageRequest.FIRST))
                                .items())
                        .hasSize(10)))
                .isEqualTo(documented("list of a user"))
                .isEqualTo(Map.of("zrange", 1, "mget", 1));
        AuthSession session = last.get(0).session();
        SessionUpdate label = SessionUpdate.NOTHING.withLabel("x");
        assertThat(sentBy(() -> Futures.get(service.updateSession(session.id(), label))))
                .isEqualTo(documented("update, rotate, re-authenticate"))
                .isEqualTo(GET_AND_SCRIPT);
        assertThat(sentBy(() -> Futures.get(service.destroySession(session.id(), EndReason.REVOKED))))
                .isEqualTo(documented("destroy"))
                .isEqualTo(GET_AND_SCRIPT);
        assertThat(sentBy(() -> Futures.get(service.destroySessionsForUser("ann", null, EndReason.REVOKED))))
                .isEqualTo(documented("end all of a user"))
                .isEqualTo(Map.of("zrange", 1, "evalsha", 1));
    }

    @Test
    @DisplayName("is two reads more for a create where there is a limit, below it and at it")
    void createWithLimit() throws Exception {
        AuthSessionService service =
                start(SessionPolicy.DEFAULT.toBuilder().maxSessionsPerUser(2).build());
        Futures.get(service.createSession(NewSession.of("ann")));
        for (int i = 0; i < 3; i++) {
            assertThat(sentBy(() -> Futures.get(service.createSession(NewSession.of("ann")))))
                    .isEqualTo(documented("create"))
                    .isEqualTo(Map.of("zrange", 1, "zmscore", 1, "evalsha", 1));
        }
        assertThat(Futures.get(service.countSessions())).isEqualTo(2);
    }
}
