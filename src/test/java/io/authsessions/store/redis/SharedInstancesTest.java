package io.authsessions.store.redis;

import static io.authsessions.Futures.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.AuthSessionVerticle;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.Futures;
import io.authsessions.LogCapture;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.service.AuthSessionService;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

@DisplayName("Four instances of the verticle, deployed at once")
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = LogCapture.LOCK, mode = ResourceAccessMode.READ)
class SharedInstancesTest {
    private static final int INSTANCES = 4;

    private final Vertx vertx = Vertx.vertx();
    private final AuthSessionsOptions options =
            AuthSessionsOptions.defaults().withStore("redis", TestRedis.config("instances"));

    @AfterEach
    void close() {
        get(vertx.close());
    }

    private String deploy() {
        return get(vertx.deployVerticle(
                () -> new AuthSessionVerticle(options), new DeploymentOptions().setInstances(INSTANCES)));
    }

    private String resolveByEach(AuthSessionService service, IssuedSession issued) {
        StringBuilder answers = new StringBuilder();
        for (int i = 0; i < INSTANCES; i++) {
            answers.append(get(service.resolveSession(issued.token())).session() == null ? '-' : '+');
        }
        return answers.toString();
    }

    @Test
    @DisplayName("share the store and what is held in memory: an end holds in each at once, and is told once")
    void shared() {
        String deployment = deploy();
        AuthSessionService service = AuthSessionService.createProxy(vertx);
        List<String> told = new CopyOnWriteArrayList<>();
        vertx.eventBus()
                .<JsonObject>localConsumer(
                        options.eventsAddress(), event -> told.add(event.body().getString("type")));
        for (int i = 0; i < 20; i++) {
            IssuedSession issued = get(service.createSession(NewSession.of("user-" + i)));
            assertThat(resolveByEach(service, issued)).isEqualTo("++++");
            get(service.destroySession(issued.session().id(), "revoked"));
            assertThat(resolveByEach(service, issued)).isEqualTo("----");
        }
        Awaitility.await().until(() -> told.contains("destroyed"));
        get(vertx.undeploy(deployment));
        assertThat(told.stream().filter("created"::equals)).hasSizeLessThanOrEqualTo(20);
    }

    @Test
    @DisplayName("end with the last of them, and can be deployed again; one that cannot start leaves nothing behind")
    void again() {
        String one = deploy();
        String two = deploy();
        AuthSessionService service = AuthSessionService.createProxy(vertx);
        IssuedSession issued = get(service.createSession(NewSession.of("ann")));
        get(vertx.undeploy(one));
        assertThat(resolveByEach(service, issued)).isEqualTo("++++");
        get(vertx.undeploy(two));
        assertThat(Futures.settled(service.resolveSession(issued.token())).failed())
                .isTrue();
        deploy();
        assertThat(resolveByEach(service, issued)).isEqualTo("++++");
        AuthSessionsOptions broken = options.withStore("redis", new JsonObject().put("uri", "redis://127.0.0.1:1"));
        DeploymentOptions many = new DeploymentOptions().setInstances(INSTANCES);
        for (int i = 0; i < 2; i++) {
            assertThat(Futures.settled(vertx.deployVerticle(() -> new AuthSessionVerticle(broken), many))
                            .failed())
                    .isTrue();
        }
    }
}
