package io.authsessions.server;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One event loop's share of an HTTP listener; all instances with the same options listen at the same port. */
final class Listener extends VerticleBase {
    private static final int MAX_HEADER_BYTES = 8_192;
    private static final int MAX_FIRST_LINE_BYTES = 4_096;
    private static final int IDLE_SECONDS = 30;

    private final String host;
    private final int port;
    private final Function<Vertx, Router> routes;
    private final Duration drain;
    private final Promise<Integer> actualPort;
    private @Nullable HttpServer server;

    /**
     * An instance.
     *
     * @param port a negative one takes a free one, the same for all instances that name it
     * @param actualPort told the port that is listened at
     */
    Listener(String host, int port, Function<Vertx, Router> routes, Duration drain, Promise<Integer> actualPort) {
        this.host = host;
        this.port = port;
        this.routes = routes;
        this.drain = drain;
        this.actualPort = actualPort;
    }

    @Override
    public Future<?> start() {
        HttpServer http = vertx.createHttpServer(new HttpServerOptions()
                .setHost(host)
                .setPort(port)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(MAX_FIRST_LINE_BYTES)
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setHttp2ClearTextEnabled(false)
                .setHandle100ContinueAutomatically(true));
        this.server = http;
        http.invalidRequestHandler(InvalidRequests::refuse).requestHandler(routes.apply(vertx));
        return http.listen().onSuccess(listening -> actualPort.tryComplete(listening.actualPort()));
    }

    /** Takes no more requests, and lets those under way end. */
    @Override
    public Future<?> stop() {
        return server == null ? Future.succeededFuture() : server.shutdown(drain.toMillis(), TimeUnit.MILLISECONDS);
    }
}
