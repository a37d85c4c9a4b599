package io.authsessions;

import io.authsessions.model.NewSession;
import io.authsessions.service.AuthSessionService;
import io.authsessions.web.AuthSessionHandler;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;

/** What an application does that has not every library; run in a JVM of its own. */
public final class MissingDependencyProbe {
    private MissingDependencyProbe() {}

    /** Does what the argument names and prints the outcome as one line: {@code ok …} or {@code failed …}. */
    public static void main(String[] arguments) {
        Vertx vertx = Vertx.vertx();
        try {
            System.out.println("ok " + run(vertx, arguments[0]));
        } catch (Throwable e) {
            System.out.println("failed " + e.getClass().getSimpleName() + ": " + e.getMessage());
        } finally {
            Futures.get(vertx.close());
        }
    }

    private static String run(Vertx vertx, String what) {
        return switch (what) {
            case "process" ->
                live(Futures.get(AuthSessions.start(vertx, AuthSessionsOptions.defaults()))
                        .service());
            case "bus" -> {
                Futures.get(vertx.deployVerticle(new AuthSessionVerticle(AuthSessionsOptions.defaults())));
                yield live(AuthSessionService.createProxy(vertx));
            }
            case "store" ->
                String.valueOf(Futures.get(AuthSessions.start(
                        vertx, AuthSessionsOptions.defaults().withStore("nowhere", new JsonObject()))));
            case "redis" ->
                String.valueOf(Futures.get(AuthSessions.start(
                        vertx, AuthSessionsOptions.defaults().withStore("redis", new JsonObject()))));
            case "meta" ->
                Futures.get(service(vertx).createSession(NewSession.of("alice")))
                        .session()
                        .meta(Profile.class)
                        .toString();
            case "web" -> AuthSessionHandler.create(service(vertx)).getClass().getSimpleName();
            default -> throw new IllegalArgumentException(what);
        };
    }

    private static AuthSessionService service(Vertx vertx) {
        return Futures.get(AuthSessions.start(vertx, AuthSessionsOptions.defaults()))
                .service();
    }

    private static String live(AuthSessionService service) {
        NewSession request = NewSession.of("alice").withMeta(new JsonObject().put("role", "admin"));
        String token = Futures.get(service.createSession(request)).token();
        String user = Futures.get(service.getUserIdFromSession(token));
        String meta = String.valueOf(Futures.get(service.getSessionMeta(token)));
        boolean ended = Futures.get(service.destroySessionByToken(token, "signed_out"));
        return user + " " + meta + " " + ended + " " + Futures.get(service.getUserIdFromSession(token));
    }

    /** The application's own type of meta. */
    record Profile(String role) {}
}
