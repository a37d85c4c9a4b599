package io.authsessions;

import static io.authsessions.Futures.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.AuthSession;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest;
import io.authsessions.model.SessionUtils;
import io.authsessions.service.AuthSessionService;
import io.authsessions.store.TestClock;
import io.authsessions.web.AuthSessionContext;
import io.authsessions.web.AuthSessionHandler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Goes through the npm package {@code authsessions}, function by function; each store has a class of its own. */
abstract class ParityContract {
    /** The application's own type of meta. */
    record Profile(String role) {}

    /** Where the sessions of one test are kept. */
    abstract AuthSessionsOptions options();

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient();
    private final TestClock clock = new TestClock();
    private AuthSessions sessions;
    private AuthSessionService service;

    @BeforeEach
    void start() {
        sessions = get(AuthSessions.start(vertx, options(), clock));
        service = sessions.service();
    }

    @AfterEach
    void stop() {
        get(sessions.close());
        get(vertx.close());
    }

    private IssuedSession signIn(String userId, String label) {
        clock.advance(Duration.ofMinutes(2));
        return get(service.createSession(
                NewSession.of(userId).withLabel(label).withMeta(new JsonObject().put("role", "admin"))));
    }

    private static List<String> labels(List<AuthSession> found) {
        return found.stream().map(AuthSession::label).toList();
    }

    /** A use may be under way when the call that made it has been answered. */
    private void assertUsedNow(IssuedSession issued) {
        Awaitility.await().untilAsserted(() -> assertThat(
                        get(service.getSession(issued.session().id())).lastUsedAt())
                .isEqualTo(clock.instant()));
    }

    @Test
    @DisplayName("createSession({userId, label, meta})")
    void createSession() {
        IssuedSession issued = signIn("alice", "Chrome on macOS");

        assertThat(issued.token()).startsWith("aus1_");
        assertThat(issued.session().userId()).isEqualTo("alice");
        assertThat(issued.session().label()).isEqualTo("Chrome on macOS");
        assertThat(issued.session().meta()).isEqualTo(new JsonObject().put("role", "admin"));
        assertThat(issued.session().createdAt()).isEqualTo(clock.instant());
    }

    @Test
    @DisplayName("getUserIdFromSession(token), a use; null for null and for what nobody knows")
    void getUserIdFromSession() {
        IssuedSession issued = signIn("alice", "a");
        clock.advance(Duration.ofMinutes(5));

        assertThat(get(service.getUserIdFromSession(issued.token()))).isEqualTo("alice");
        assertUsedNow(issued);
        assertThat(get(service.getUserIdFromSession(null))).isNull();
        assertThat(get(service.getUserIdFromSession("nonsense"))).isNull();
        assertThat(get(service.getUserIdFromSession(issued.session().id())))
                .as("the listed id is no token")
                .isNull();
    }

    @Test
    @DisplayName("getSessionMeta(token), a use; null for null and for what nobody knows")
    void getSessionMeta() {
        IssuedSession issued = signIn("alice", "a");
        clock.advance(Duration.ofMinutes(5));

        assertThat(get(service.getSessionMeta(issued.token()))).isEqualTo(new JsonObject().put("role", "admin"));
        assertUsedNow(issued);
        assertThat(get(service.getSessionMeta(null))).isNull();
        assertThat(get(service.getSessionMeta("nonsense"))).isNull();
    }

    @Test
    @DisplayName("getSessionsForUser(userId), most recently used first")
    void getSessionsForUser() {
        IssuedSession first = signIn("alice", "first");
        signIn("alice", "second");
        signIn("bob", "other");
        clock.advance(Duration.ofMinutes(5));
        get(service.getUserIdFromSession(first.token()));
        assertUsedNow(first);

        assertThat(labels(get(service.getSessionsForUser("alice", PageRequest.FIRST))
                        .items()))
                .containsExactly("first", "second");
        assertThat(get(service.getSessionsForUser("nobody", PageRequest.FIRST)).items())
                .isEmpty();
    }

    @Test
    @DisplayName("listSessions(), most recently used first")
    void listSessions() {
        IssuedSession first = signIn("alice", "first");
        signIn("bob", "second");
        signIn("carol", "third");
        clock.advance(Duration.ofMinutes(5));
        get(service.getUserIdFromSession(first.token()));
        assertUsedNow(first);

        assertThat(labels(get(service.listSessions(PageRequest.FIRST)).items()))
                .containsExactly("first", "third", "second");
    }

    @Test
    @DisplayName("destroySession(id); a use after it brings nothing back")
    void destroySession() {
        IssuedSession issued = signIn("alice", "a");

        assertThat(get(service.destroySession(issued.session().id(), "signed_out")))
                .isTrue();

        clock.advance(Duration.ofMinutes(5));
        assertThat(get(service.getUserIdFromSession(issued.token()))).isNull();
        assertThat(get(service.getSessionMeta(issued.token()))).isNull();
        assertThat(get(service.listSessions(PageRequest.FIRST)).items()).isEmpty();
        assertThat(get(service.destroySession(issued.session().id(), "signed_out")))
                .isFalse();
    }

    @Test
    @DisplayName("SessionUtils.getSessionIdFromAuthToken(header) and getAuthTokenForSessionId(id)")
    void sessionUtils() {
        IssuedSession issued = signIn("alice", "a");
        String header = SessionUtils.getAuthTokenForSessionId(issued.token());

        assertThat(header).isEqualTo("Bearer " + issued.token());
        assertThat(get(service.getUserIdFromSession(SessionUtils.getSessionIdFromAuthToken(header))))
                .isEqualTo("alice");
        assertThat(get(service.getUserIdFromSession(SessionUtils.getSessionIdFromAuthToken(null))))
                .isNull();
    }

    @Test
    @DisplayName("meta of the application's own type")
    void genericMeta() {
        IssuedSession issued = signIn("alice", "a");

        AuthSession session = get(service.resolveSession(issued.token())).session();

        assertThat(session.meta(Profile.class)).isEqualTo(new Profile("admin"));
    }

    @Test
    @DisplayName("a context per request, with the session and the service")
    void requestContext() {
        IssuedSession issued = signIn("alice", "a");
        Router router = Router.router(vertx);
        router.get("/me").handler(AuthSessionHandler.create(service)).handler(ctx -> {
            AuthSessionContext context = AuthSessionContext.of(ctx);
            ctx.json(new JsonObject()
                    .put("userId", context.session().userId())
                    .put("same", context.service() == service));
        });
        int port = get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"))
                .actualPort();

        String body = get(Futures.on(vertx, () -> client.request(HttpMethod.GET, port, "127.0.0.1", "/me")
                .compose(request -> request.putHeader(
                                "Authorization", SessionUtils.getAuthTokenForSessionId(issued.token()))
                        .send())
                .compose(HttpClientResponse::body)
                .map(Object::toString)));

        assertThat(new JsonObject(body))
                .isEqualTo(new JsonObject().put("userId", "alice").put("same", true));
    }
}
