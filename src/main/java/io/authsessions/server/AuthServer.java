package io.authsessions.server;

import io.authsessions.AuthSessions;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** The running server: sessions and two HTTP listeners that share them. Thread-safe. */
final class AuthServer {
    /**
     * To Vert.x, port 0 is another free port for each instance, and each negative one a free port that all instances
     * share.
     */
    private static final int PUBLIC = -1;

    private static final int ADMIN = -2;

    private final Vertx vertx;
    private final AuthSessions sessions;
    private final Deployed http;
    private final Deployed admin;

    private AuthServer(Vertx vertx, AuthSessions sessions, Deployed http, Deployed admin) {
        this.vertx = vertx;
        this.sessions = sessions;
        this.http = http;
        this.admin = admin;
    }

    private record Deployed(String id, String uri) {}

    /** A listener that could not be opened. */
    static final class ListenException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ListenException(String uri, Throwable cause) {
            super("cannot listen on " + uri + ": " + cause.getMessage(), cause);
        }
    }

    /**
     * Opens the store, then the listeners.
     *
     * @return fails with {@link io.authsessions.model.InvalidRequestException} on wrong configuration, with
     *     {@link ListenException}, or with what kept the store from opening; nothing is left open then
     */
    static Future<AuthServer> start(Vertx vertx, ServerConfig config, AdminKeys keys) {
        return AuthSessions.start(vertx, config.sessions()).compose(sessions -> listen(vertx, config, keys, sessions)
                .recover(failure -> sessions.close().transform(closed -> Future.<AuthServer>failedFuture(failure))));
    }

    /** Where the public listener is. */
    String publicUri() {
        return http.uri();
    }

    /** Where the admin listener is. */
    String adminUri() {
        return admin.uri();
    }

    /** Stops listening, lets requests under way end, and closes the store. */
    Future<Void> stop() {
        return Future.join(vertx.undeploy(http.id()), vertx.undeploy(admin.id()))
                .eventually(sessions::close)
                .mapEmpty();
    }

    private static Future<AuthServer> listen(Vertx vertx, ServerConfig config, AdminKeys keys, AuthSessions sessions) {
        Duration drain = config.sessions().drain();
        Health health = new Health(
                sessions, config.sessions().storeType(), config.sessions().deadline());
        Future<Deployed> http =
                deploy(vertx, config.http(), PUBLIC, drain, each -> publicRoutes(each, sessions, health));
        Future<Deployed> admin =
                deploy(vertx, config.admin(), ADMIN, drain, each -> adminRoutes(each, sessions, health, keys));
        return Future.join(http, admin)
                .map(both -> new AuthServer(vertx, sessions, http.result(), admin.result()))
                .recover(failure -> Future.join(List.of(http, admin).stream()
                                .map(one -> undeploy(vertx, one))
                                .toList())
                        .transform(undeployed -> Future.failedFuture(failure)));
    }

    private static Future<Void> undeploy(Vertx vertx, Future<Deployed> deployed) {
        return deployed.succeeded() ? vertx.undeploy(deployed.result().id()) : Future.succeededFuture();
    }

    private static Future<Deployed> deploy(
            Vertx vertx, ServerConfig.Address address, int anyPort, Duration drain, Function<Vertx, Router> routes) {
        int wanted = address.port() == 0 ? anyPort : address.port();
        Promise<Integer> port = Promise.promise();
        DeploymentOptions instances = new DeploymentOptions().setInstances(VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE);
        return vertx.deployVerticle(() -> new Listener(address.host(), wanted, routes, drain, port), instances)
                .recover(failure ->
                        Future.failedFuture(new ListenException(uri(address.host(), address.port()), failure)))
                .compose(id -> port.future().map(actual -> new Deployed(id, uri(address.host(), actual))));
    }

    private static String uri(String host, int port) {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    private static Router publicRoutes(Vertx vertx, AuthSessions sessions, Health health) {
        Routes routes = health.mount(new Routes(vertx));
        new PublicApi(sessions.service()).mount(routes);
        return routes.router();
    }

    private static Router adminRoutes(Vertx vertx, AuthSessions sessions, Health health, AdminKeys keys) {
        Routes routes = health.mount(new Routes(vertx));
        new AdminApi(sessions.service(), keys).mount(routes);
        return routes.router();
    }
}
