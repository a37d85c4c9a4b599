package io.authsessions.store.redis;

import io.authsessions.AuthSessions;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.SessionUpdate;
import io.authsessions.service.AuthSessionService;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A program that creates, uses, rotates, changes and ends sessions without pause until it is killed. It prints, at the
 * moment itself, {@code created ID}, {@code ending ID} before and {@code ended ID} after an end.
 */
final class Churn {
    private static final int WORKERS = 24;

    private final AuthSessionService service;

    private Churn(AuthSessionService service) {
        this.service = service;
    }

    public static void main(String[] arguments) {
        Vertx vertx = Vertx.vertx();
        JsonObject redis = new JsonObject().put("uri", arguments[0]).put("prefix", arguments[1]);
        AuthSessionsOptions options = AuthSessionsOptions.defaults()
                .withStore("redis", redis)
                .withSweepInterval(Duration.ofMillis(10))
                .withPolicy(AuthSessionsOptions.defaults().policy().toBuilder()
                        .touchInterval(Duration.ZERO)
                        .maxSessionsPerUser(1000)
                        .build());
        AuthSessions.start(vertx, options)
                .onComplete(
                        started -> {
                            Churn churn = new Churn(started.service());
                            for (int i = 0; i < WORKERS; i++) {
                                churn.work("user-" + i % 5);
                            }
                            churn.bulk();
                            churn.brief();
                        },
                        failure -> System.exit(1));
    }

    private void work(String user) {
        service.createSession(NewSession.of(user).withLabel("Chrome"))
                .compose(issued -> {
                    String id = issued.session().id();
                    System.out.println("created " + id);
                    return live(issued, ThreadLocalRandom.current().nextInt(4));
                })
                .compose(this::end)
                .onComplete(done -> work(user));
    }

    private Future<IssuedSession> live(IssuedSession issued, int steps) {
        if (steps == 0) {
            return Future.succeededFuture(issued);
        }
        String id = issued.session().id();
        Future<IssuedSession> step =
                switch (ThreadLocalRandom.current().nextInt(4)) {
                    case 0 -> service.rotateSession(issued.token());
                    case 1 -> service.reauthenticateSession(issued.token());
                    case 2 ->
                        service.updateSession(id, SessionUpdate.NOTHING.withLabel("l" + steps))
                                .map(issued);
                    default -> service.resolveSession(issued.token()).map(issued);
                };
        return step.compose(next -> live(next, steps - 1));
    }

    private Future<Boolean> end(IssuedSession issued) {
        if (ThreadLocalRandom.current().nextInt(3) == 0) {
            return Future.succeededFuture(false);
        }
        String id = issued.session().id();
        System.out.println("ending " + id);
        return service.destroySessionByToken(issued.token(), "signed_out").onSuccess(ended -> {
            if (ended) {
                System.out.println("ended " + id);
            }
        });
    }

    /** Sessions of which nothing is said, ended many at a time. */
    private void bulk() {
        NewSession request = NewSession.of("many");
        Future.all(service.createSession(request), service.createSession(request), service.createSession(request))
                .compose(three -> service.destroySessionsForUser("many", null, "revoked"))
                .onComplete(done -> bulk());
    }

    /** Sessions of which nothing is said, left to the sweeper. */
    private void brief() {
        service.createSession(NewSession.of("brief").withAbsoluteTimeout(Duration.ofSeconds(1)))
                .onComplete(done -> brief());
    }
}
