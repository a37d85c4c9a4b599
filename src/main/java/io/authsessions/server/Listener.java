package io.authsessions.server;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One event loop's share of an HTTP listener; all instances with the same options listen at the same port. */
final class Listener extends VerticleBase {
    private static final int MAX_HEADER_BYTES = 8_192;
    private static final int MAX_FIRST_LINE_BYTES = 4_096;

    private final String host;
    private final int port;
    private final Function<Vertx, Router> routes;
    private final Share share;
    private final Promise<Integer> actualPort;
    private @Nullable HttpServer server;

    /** What all instances of one listener have in common. Thread-safe. */
    static final class Share {
        private final int maxConnections;
        private final Duration idleTimeout;
        private final Duration drain;
        private final SecurityHeaders headers;
        private final AtomicInteger connections = new AtomicInteger();

        /**
         * Limits for one listener.
         *
         * @param drain how long requests under way may go on at the end
         * @param headers what stands on answers that no route makes
         */
        Share(ServerConfig.Limits limits, Duration drain, SecurityHeaders headers) {
            this.maxConnections = limits.maxConnections();
            this.idleTimeout = limits.idleTimeout();
            this.drain = drain;
            this.headers = headers;
        }

        /** Nothing is said to one connection too many, for that would be work for it. */
        private void admit(HttpConnection connection) {
            boolean fits = connections.incrementAndGet() <= maxConnections;
            connection.closeHandler(closed -> connections.decrementAndGet());
            if (!fits) {
                connection.close();
            }
        }
    }

    /**
     * An instance.
     *
     * @param port a negative one takes a free one, the same for all instances that name it
     * @param share what all instances of the listener have in common
     * @param actualPort told the port that is listened at
     */
    Listener(String host, int port, Function<Vertx, Router> routes, Share share, Promise<Integer> actualPort) {
        this.host = host;
        this.port = port;
        this.routes = routes;
        this.share = share;
        this.actualPort = actualPort;
    }

    @Override
    public Future<?> start() {
        HttpServer http = vertx.createHttpServer(new HttpServerOptions()
                .setHost(host)
                .setPort(port)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(MAX_FIRST_LINE_BYTES)
                .setIdleTimeout((int) share.idleTimeout.toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setHttp2ClearTextEnabled(false)
                .setHandle100ContinueAutomatically(true));
        this.server = http;
        http.invalidRequestHandler(request -> InvalidRequests.refuse(request, share.headers))
                .connectionHandler(share::admit)
                .requestHandler(new LoadShedding(
                        Congestion.ofThread(context::runOnContext), share.headers, routes.apply(vertx)));
        return http.listen().onSuccess(listening -> actualPort.tryComplete(listening.actualPort()));
    }

    /** Takes no more requests, and lets those under way end. */
    @Override
    public Future<?> stop() {
        return server == null
                ? Future.succeededFuture()
                : server.shutdown(share.drain.toMillis(), TimeUnit.MILLISECONDS);
    }
}
