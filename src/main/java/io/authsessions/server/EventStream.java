package io.authsessions.server;

import io.authsessions.model.SessionEvent;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One client's Server-Sent Events. A client that does not read is not waited for: what it has not taken waits in a short
 * queue, and when that is full, or 5 s are over, the connection is closed; the client comes back and is told that there
 * is a gap. A comment every 15 s finds out clients that are gone. Confined to its context, but for {@link #send} and
 * {@link #end}.
 */
final class EventStream {
    /** The most streams of one server. */
    static final int MAX_STREAMS = 512;
    /** The most events that wait for one client. */
    static final int MAX_PENDING = 256;

    private static final long HEARTBEAT_MILLIS = TimeUnit.SECONDS.toMillis(15);
    private static final long PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(5);
    private static final int WRITE_QUEUE_BYTES = 4_096;
    private static final Buffer HELLO = Buffer.buffer("retry: 1000\n\n");
    private static final Buffer HEARTBEAT = Buffer.buffer(":\n\n");
    /** A client that comes back cannot be told what it missed. */
    private static final Buffer GAP = Buffer.buffer("event: gap\ndata: {\"eventId\":null,\"type\":\"gap\","
            + "\"sessionId\":null,\"userId\":null,\"at\":null,\"reason\":null}\n\n");

    private final Vertx vertx;
    private final Context context;
    private final HttpServerResponse response;
    private final Runnable abort;
    private final Consumer<EventStream> onClose;
    private final Queue<Buffer> pending = new ArrayDeque<>();
    private long heartbeat = -1;
    private long impatience = -1;
    private boolean closed;

    /**
     * A stream into a response whose headers are set.
     *
     * @param abort closes the connection whatever is still to be written
     * @param onClose told when nothing more can be sent
     */
    EventStream(Vertx vertx, HttpServerResponse response, Runnable abort, Consumer<EventStream> onClose) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.response = response;
        this.abort = abort;
        this.onClose = onClose;
    }

    /** An event as text; its data is one line of JSON. */
    static Buffer write(SessionEvent event) {
        return Buffer.buffer("id: " + event.eventId().replaceAll("[\\r\\n\\x00]", "") + "\nevent: "
                + event.type().wireName() + "\ndata: "
                + SessionJson.event(event).encode() + "\n\n");
    }

    /** Begins. */
    void open(boolean again) {
        response.setWriteQueueMaxSize(WRITE_QUEUE_BYTES)
                .drainHandler(drained -> flush())
                .exceptionHandler(failure -> close())
                .closeHandler(gone -> close());
        response.setChunked(true).write(HELLO);
        heartbeat = vertx.setPeriodic(HEARTBEAT_MILLIS, tick -> beat());
        if (again) {
            offer(GAP);
        }
    }

    /** Sends an event, soon. */
    void send(Buffer event) {
        context.runOnContext(there -> offer(event));
    }

    /** Ends the stream in order. */
    void end() {
        context.runOnContext(there -> {
            if (!closed) {
                close();
                response.end();
            }
        });
    }

    private void beat() {
        if (pending.isEmpty() && !response.writeQueueFull()) {
            response.write(HEARTBEAT);
        }
    }

    private void offer(Buffer event) {
        if (closed) {
            return;
        }
        if (pending.isEmpty() && !response.writeQueueFull()) {
            response.write(event);
            return;
        }
        pending.add(event);
        if (pending.size() > MAX_PENDING) {
            giveUp();
        } else if (impatience < 0) {
            impatience = vertx.setTimer(PATIENCE_MILLIS, over -> giveUp());
        }
    }

    private void flush() {
        while (!closed && !pending.isEmpty() && !response.writeQueueFull()) {
            response.write(pending.remove());
        }
        if (pending.isEmpty() && impatience >= 0) {
            vertx.cancelTimer(impatience);
            impatience = -1;
        }
    }

    private void giveUp() {
        close();
        abort.run();
    }

    private void close() {
        if (closed) {
            return;
        }
        closed = true;
        pending.clear();
        vertx.cancelTimer(heartbeat);
        vertx.cancelTimer(impatience);
        onClose.accept(this);
    }
}
