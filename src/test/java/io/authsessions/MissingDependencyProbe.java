package io.authsessions;

import io.authsessions.model.NewSession;
import io.authsessions.service.AuthSessionService;
import io.authsessions.service.CacheOptions;
import io.authsessions.web.AuthSessionHandler;
import io.authsessions.web.CorsAllowlist;
import io.authsessions.web.CrossSiteGuard;
import io.authsessions.web.SessionConnections;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What an application does that has not every library; run in a JVM of its own. */
public final class MissingDependencyProbe {
    private MissingDependencyProbe() {}

    /** Does what each argument names and prints the outcome as a line of its own: {@code name: ok …} or {@code failed …}. */
    public static void main(String[] arguments) {
        for (String what : arguments) {
            Vertx vertx = Vertx.vertx();
            try {
                System.out.println(what + ": ok " + run(vertx, what));
            } catch (Throwable e) {
                System.out.println(what + ": failed " + e.getClass().getSimpleName() + ": " + e.getMessage());
            } finally {
                Futures.get(vertx.close());
            }
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
            case "cache" -> String.valueOf(Futures.get(AuthSessions.start(vertx, lazy().withCache(asked()))));
            case "no-cache" -> String.valueOf(Futures.get(unreached(vertx)).cacheStatus());
            case "meta" ->
                Futures.get(service(vertx).createSession(NewSession.of("alice")))
                        .session()
                        .meta(Profile.class)
                        .toString();
            case "handler" ->
                AuthSessionHandler.create(service(vertx)).getClass().getSimpleName();
            case "cors" -> CorsAllowlist.create(List.of()).getClass().getSimpleName();
            case "guard" -> CrossSiteGuard.create().getClass().getSimpleName();
            case "connections" ->
                Futures.get(SessionConnections.create(vertx, service(vertx)))
                        .getClass()
                        .getSimpleName();
            default -> throw new IllegalArgumentException(what);
        };
    }

    /** On a Redis that need not be there. */
    private static AuthSessionsOptions lazy() {
        JsonObject nobody = new JsonObject()
                .put("uri", "redis://127.0.0.1:1")
                .put("lazyConnect", true)
                .put("callDeadline", "1s");
        return AuthSessionsOptions.defaults().withStore("redis", nobody);
    }

    private static CacheOptions asked() {
        return new CacheOptions(true, CacheOptions.DEFAULT.size(), CacheOptions.DEFAULT.lease());
    }

    private static Future<AuthSessions> unreached(Vertx vertx) {
        Duration longer = CacheOptions.DEFAULT.lease().plusMillis(500);
        return AuthSessions.start(vertx, lazy())
                .compose(sessions ->
                        vertx.timer(longer.toMillis(), TimeUnit.MILLISECONDS).map(sessions));
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
