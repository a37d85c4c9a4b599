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
    private final Surface surface;
    private final Deployed http;
    private final Deployed admin;

    private AuthServer(Vertx vertx, AuthSessions sessions, Surface surface, Deployed http, Deployed admin) {
        this.vertx = vertx;
        this.sessions = sessions;
        this.surface = surface;
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
     * @param vertx best the one that the metrics made
     * @return fails with {@link io.authsessions.model.InvalidRequestException} on wrong configuration, with
     *     {@link ListenException}, or with what kept the store from opening; nothing is left open then
     */
    static Future<AuthServer> start(Vertx vertx, ServerConfig config, AdminKeys keys, Metrics metrics) {
        return AuthSessions.start(vertx, config.sessions()).compose(sessions -> listen(
                        vertx, config, keys, metrics, sessions)
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
        // Begun first, but not waited for first: its future belongs to an event loop, which may end before the
        // caller's.
        Future<Void> quiet = surface.close();
        return Future.join(vertx.undeploy(http.id()), vertx.undeploy(admin.id()))
                .eventually(() -> quiet)
                .eventually(sessions::close)
                .mapEmpty();
    }

    private static Future<AuthServer> listen(
            Vertx vertx, ServerConfig config, AdminKeys keys, Metrics metrics, AuthSessions sessions) {
        Duration drain = config.sessions().drain();
        Surface surface = new Surface(vertx, config, keys, metrics, sessions);
        Listener.Share httpShare = new Listener.Share(config.limits(), drain, surface.publicHeaders());
        Listener.Share adminShare = new Listener.Share(config.limits(), drain, surface.adminHeaders());
        Future<Deployed> http = deploy(vertx, config.http(), PUBLIC, httpShare, surface::publicRoutes);
        Future<Deployed> admin = deploy(vertx, config.admin(), ADMIN, adminShare, surface::adminRoutes);
        return Future.join(http, admin)
                .map(both -> new AuthServer(vertx, sessions, surface, http.result(), admin.result()))
                .recover(failure -> Future.join(List.of(http, admin).stream()
                                .map(one -> undeploy(vertx, one))
                                .toList())
                        .eventually(surface::close)
                        .transform(undeployed -> Future.failedFuture(failure)));
    }

    private static Future<Void> undeploy(Vertx vertx, Future<Deployed> deployed) {
        return deployed.succeeded() ? vertx.undeploy(deployed.result().id()) : Future.succeededFuture();
    }

    private static Future<Deployed> deploy(
            Vertx vertx,
            ServerConfig.Address address,
            int anyPort,
            Listener.Share share,
            Function<Vertx, Router> routes) {
        int wanted = address.port() == 0 ? anyPort : address.port();
        Promise<Integer> port = Promise.promise();
        DeploymentOptions instances = new DeploymentOptions().setInstances(VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE);
        return vertx.deployVerticle(() -> new Listener(address.host(), wanted, routes, share, port), instances)
                .recover(failure ->
                        Future.failedFuture(new ListenException(uri(address.host(), address.port()), failure)))
                .compose(id -> port.future().map(actual -> new Deployed(id, uri(address.host(), actual))));
    }

    private static String uri(String host, int port) {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
