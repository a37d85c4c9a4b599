package io.authsessions.server;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection whose client still sends the body of a request a while after it was answered: most routes read no
 * body, and one without end would hold the connection for good. Stands before all routes. Thread-safe.
 */
final class Farewell implements Handler<RoutingContext> {
    /** So long the client has to read the answer, and to send the rest, before the connection goes. */
    private static final long FAREWELL_MILLIS = TimeUnit.SECONDS.toMillis(1);

    @Override
    public void handle(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        if (announcesBody(request.headers())) {
            ctx.addEndHandler(answered -> ctx.vertx().setTimer(FAREWELL_MILLIS, over -> {
                if (!request.isEnded()) {
                    request.connection().close();
                }
            }));
        }
        ctx.next();
    }

    private static boolean announcesBody(MultiMap headers) {
        String length = headers.get(HttpHeaders.CONTENT_LENGTH);
        return headers.contains(HttpHeaders.TRANSFER_ENCODING) || (length != null && !length.equals("0"));
    }
}
