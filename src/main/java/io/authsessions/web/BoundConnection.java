package io.authsessions.web;

import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import java.util.concurrent.TimeUnit;

/** A connection that lasts no longer than its session. Its methods may be called on any thread. */
sealed interface BoundConnection {
    /** Whether it has ended by itself. */
    boolean isGone();

    /** Ends it because the session has ended, or because nobody watches over that any more. */
    void end(boolean sessionEnded);

    /** A WebSocket. */
    record Socket(ServerWebSocket socket) implements BoundConnection {
        private static final short POLICY_VIOLATION = 1008;
        private static final short GOING_AWAY = 1001;

        @Override
        public boolean isGone() {
            return socket.isClosed();
        }

        @Override
        public void end(boolean sessionEnded) {
            if (sessionEnded) {
                socket.close(POLICY_VIOLATION, "the session has ended");
            } else {
                socket.close(GOING_AWAY, "the server is going away");
            }
        }
    }

    /** An answer that goes on, such as an event stream, on the context of its request. */
    record Stream(Context home, HttpServerResponse response) implements BoundConnection {
        /** So long a client may take to read what it was sent before the end. */
        private static final long PATIENCE_SECONDS = 5;

        @Override
        public boolean isGone() {
            return response.ended() || response.closed();
        }

        @Override
        public void end(boolean sessionEnded) {
            home.runOnContext(back -> {
                if (isGone()) {
                    return;
                }
                response.end().timeout(PATIENCE_SECONDS, TimeUnit.SECONDS).onFailure(unread -> response.reset());
            });
        }
    }
}
