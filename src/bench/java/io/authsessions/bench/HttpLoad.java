package io.authsessions.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sends one HTTP/1.1 request over and over on a number of connections, each answered before the next, and takes as an
 * answer only a status of 200 with the body {@code ok}. Bytes that lie ready, so that what is measured is the server and
 * not a client.
 */
final class HttpLoad extends AbstractVerticle {
    private static final byte[] OK = "HTTP/1.1 200 ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);
    private static final long PACE_NANOS = 50_000;

    private final int port;
    private final int connections;
    private final List<NetSocket> sockets = new ArrayList<>();
    /** Held, since a client that nobody holds is closed with its connections. */
    private @Nullable NetClient client;

    HttpLoad(int port, int connections) {
        this.port = port;
        this.connections = connections;
    }

    @Override
    public void start(Promise<Void> started) {
        NetClient made = vertx.createNetClient();
        client = made;
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            all.add(made.connect(port, "127.0.0.1").onSuccess(sockets::add));
        }
        Future.all(all).<Void>mapEmpty().onComplete(started);
    }

    /** The bytes of a GET with one more header. */
    static Buffer get(String path, String header, String value) {
        return Buffer.buffer(
                "GET " + path + " HTTP/1.1\r\nhost: 127.0.0.1\r\n" + header + ": " + value + "\r\n\r\n", "US-ASCII");
    }

    /**
     * Sends as fast as it is answered, one request under way on each connection; gives the answers in a second.
     *
     * @param leadIn so many requests come before those that count
     */
    double perSecond(Buffer request, int leadIn, int requests) {
        Promise<Long> done = Promise.promise();
        context.runOnContext(start -> {
            int[] left = {leadIn + requests};
            int[] answered = {0};
            long[] begun = {System.nanoTime()};
            for (NetSocket socket : sockets) {
                Runnable next = () -> {
                    if (left[0] > 0) {
                        left[0]--;
                        socket.write(request);
                    }
                };
                onAnswer(socket, done, () -> {
                    if (++answered[0] == leadIn) {
                        begun[0] = System.nanoTime();
                    }
                    if (answered[0] == leadIn + requests) {
                        done.tryComplete(System.nanoTime() - begun[0]);
                    }
                    next.run();
                });
                next.run();
            }
        });
        return requests / (done.future().await() / 1e9);
    }

    /**
     * Sends at that rate, however it is answered, and gives how many milliseconds each answer took from when its request
     * was due: also the time that it waited for a free connection.
     */
    double[] millis(Buffer request, double perSecond, int requests) {
        Promise<Void> done = Promise.promise();
        Schedule schedule = new Schedule(request, perSecond, requests, done);
        context.runOnContext(start -> sockets.forEach(schedule::open));
        while (!done.future().isComplete()) {
            context.runOnContext(turn -> schedule.sendDue());
            LockSupport.parkNanos(PACE_NANOS);
        }
        done.future().await();
        return schedule.millis;
    }

    /** Requests that are due at even distances. On the event loop only. */
    private static final class Schedule {
        private final ArrayDeque<Runnable> free = new ArrayDeque<>();
        private final double[] millis;
        private final Buffer request;
        private final double gapNanos;
        private final Promise<Void> done;
        private final long begun = System.nanoTime();
        private int sent;
        private int answered;

        Schedule(Buffer request, double perSecond, int requests, Promise<Void> done) {
            this.request = request;
            this.gapNanos = 1e9 / perSecond;
            this.millis = new double[requests];
            this.done = done;
        }

        void open(NetSocket socket) {
            int[] number = {0};
            Runnable send = () -> {
                number[0] = sent++;
                socket.write(request);
            };
            onAnswer(socket, done, () -> {
                millis[number[0]] = (System.nanoTime() - dueAt(number[0])) / 1e6;
                free.add(send);
                if (++answered == millis.length) {
                    done.tryComplete();
                }
                sendDue();
            });
            free.add(send);
        }

        void sendDue() {
            while (sent < millis.length && !free.isEmpty() && System.nanoTime() - dueAt(sent) >= 0) {
                free.remove().run();
            }
        }

        private long dueAt(int number) {
            return begun + (long) (number * gapNanos);
        }
    }

    private static void onAnswer(NetSocket socket, Promise<?> done, Runnable answered) {
        Buffer[] part = {Buffer.buffer()};
        socket.closeHandler(closed -> done.tryFail("the server closed a connection"));
        socket.handler(bytes -> {
            Buffer answer = part[0].length() == 0 ? bytes : part[0].appendBuffer(bytes);
            if (!endsWith(answer, END)) {
                part[0] = answer;
                return;
            }
            part[0] = Buffer.buffer();
            if (startsWith(answer, OK)) {
                answered.run();
            } else {
                done.tryFail("the server answered " + answer.toString("US-ASCII"));
            }
        });
    }

    private static boolean startsWith(Buffer bytes, byte[] expected) {
        for (int i = 0; i < expected.length; i++) {
            if (bytes.length() <= i || bytes.getByte(i) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean endsWith(Buffer bytes, byte[] expected) {
        int from = bytes.length() - expected.length;
        for (int i = 0; i < expected.length; i++) {
            if (from < 0 || bytes.getByte(from + i) != expected[i]) {
                return false;
            }
        }
        return true;
    }
}
