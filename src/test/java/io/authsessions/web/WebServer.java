package io.authsessions.web;

import io.authsessions.Futures;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.WebSocketClient;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;

/** A router on a free port of the loopback. */
final class WebServer implements AutoCloseable {
    final Vertx vertx;
    /** Held, as the other: a client that nobody holds is closed by the garbage collector, in the midst of a handshake. */
    final WebSocketClient webSockets;

    final HttpClient client;
    private final HttpServer server;

    WebServer(Consumer<Router> routes) {
        this(Vertx.vertx(), routes);
    }

    WebServer(Vertx vertx, Consumer<Router> routes) {
        this(vertx, router(vertx, routes));
    }

    WebServer(Vertx vertx, Router router) {
        this.vertx = vertx;
        webSockets = vertx.createWebSocketClient();
        client = vertx.createHttpClient();
        server = await(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
    }

    /** A server whose one route says who asks: {@code user session}, or {@code anonymous}. */
    static WebServer whoAmI(AuthSessionHandler handler) {
        return new WebServer(router -> router.route("/me").handler(handler).handler(WebServer::sayWho));
    }

    private static Router router(Vertx vertx, Consumer<Router> routes) {
        Router router = Router.router(vertx);
        routes.accept(router);
        return router;
    }

    static void sayWho(RoutingContext ctx) {
        AuthSessionContext found = AuthSessionContext.find(ctx);
        ctx.end(
                found == null
                        ? "anonymous"
                        : found.session().userId() + " " + found.session().id());
    }

    int port() {
        return server.actualPort();
    }

    static <T> T await(Future<T> future) {
        return Futures.get(future);
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
