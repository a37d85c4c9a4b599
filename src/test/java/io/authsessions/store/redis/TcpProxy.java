package io.authsessions.store.redis;

import io.authsessions.Futures;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SelfSignedCertificate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Stands between a client and a server on loopback, and does to the connections what networks do. */
final class TcpProxy implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final NetClient client = vertx.createNetClient();
    private final NetServer server;
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final List<Pair> pairs = new ArrayList<>();
    private volatile int target;
    private volatile boolean stalled;
    private volatile boolean refusing;
    private volatile long resetAfter = Long.MAX_VALUE;
    private volatile Function<String, String> answers = request -> null;
    private final AtomicInteger feedChunks = new AtomicInteger();
    private volatile FeedFault feedFault = FeedFault.NONE;

    /** What becomes of what a server publishes to its subscribers; all else passes. */
    enum FeedFault {
        NONE,
        /** Subscribers are cut off, as often as they come. */
        CUT,
        /** Nothing reaches them, and nothing says so. */
        HELD,
        /** No message reaches them, while all else does: the connection looks as good as ever. */
        MUTE,
        /** It reaches them so much later that it is of no use. */
        LATE,
        /** Every other message does not reach them. */
        LOSING
    }

    private static final long LATE_MILLIS = 5_000;
    private static final String MESSAGE = "$7\r\nmessage\r\n";

    private TcpProxy(int target, NetServerOptions options) {
        this.target = target;
        this.server = vertx.createNetServer(options).connectHandler(this::accept);
        Futures.get(server.listen(0, "127.0.0.1"));
    }

    static TcpProxy to(int port) {
        return new TcpProxy(port, new NetServerOptions());
    }

    /** One that speaks TLS to its clients. */
    static TcpProxy withTls(int port, SelfSignedCertificate certificate) {
        return new TcpProxy(port, new NetServerOptions().setSsl(true).setKeyCertOptions(certificate.keyCertOptions()));
    }

    int port() {
        return server.actualPort();
    }

    /** How many connections there are at present. */
    int open() {
        return open.get();
    }

    String uri() {
        return "redis://127.0.0.1:" + server.actualPort();
    }

    /** How many connections have come so far. */
    int accepted() {
        return accepted.get();
    }

    /** Lets everything through again. */
    void pass() {
        onLoop(() -> {
            stalled = false;
            refusing = false;
            feedFault = FeedFault.NONE;
            resetAfter = Long.MAX_VALUE;
            answers = request -> null;
            pairs.forEach(Pair::resume);
        });
    }

    /** Does that to subscriptions from now on. */
    void disturbFeed(FeedFault fault) {
        onLoop(() -> {
            feedFault = fault;
            if (fault == FeedFault.CUT) {
                List.copyOf(pairs).stream().filter(pair -> pair.feed).forEach(Pair::cut);
            }
        });
    }

    /** Accepts everything and lets nothing through, as a server that was stopped. */
    void stall() {
        onLoop(this::stallAll);
    }

    /** As {@link #stall()}, for callers on an event loop. */
    void stallSoon() {
        vertx.runOnContext(now -> stallAll());
    }

    /** Ends all connections, and new ones as soon as they come. */
    void cut() {
        onLoop(() -> {
            refusing = true;
            cutAll();
        });
    }

    /** Ends all connections; new ones are welcome. */
    void cutOnce() {
        onLoop(this::cutAll);
    }

    /** Ends each connection after so many further bytes from the server. */
    void resetAfter(long bytes) {
        onLoop(() -> {
            pairs.forEach(pair -> pair.passed = 0);
            resetAfter = bytes;
        });
    }

    /** Answers requests itself where the function gives an answer, else lets them through. */
    void answer(Function<String, String> instead) {
        answers = instead;
    }

    /** Sends something to all clients that they did not ask for. */
    void say(String unasked) {
        onLoop(() -> pairs.forEach(pair -> pair.near.write(unasked)));
    }

    /** Leads new connections to another server. */
    void target(int port) {
        target = port;
    }

    @Override
    public void close() {
        Futures.get(vertx.close());
    }

    private void stallAll() {
        stalled = true;
        pairs.forEach(Pair::pause);
    }

    private void cutAll() {
        List.copyOf(pairs).forEach(Pair::cut);
    }

    private void onLoop(Runnable work) {
        Promise<Void> done = Promise.promise();
        vertx.runOnContext(now -> {
            work.run();
            done.complete();
        });
        Futures.get(done.future());
    }

    private void accept(NetSocket near) {
        accepted.incrementAndGet();
        if (refusing) {
            near.close();
        } else {
            Pair pair = new Pair(near);
            pairs.add(pair);
            open.incrementAndGet();
            if (!stalled) {
                pair.resume();
            }
        }
    }

    private final class Pair {
        private final NetSocket near;
        private NetSocket far;
        private boolean connecting;
        private long passed;
        private boolean feed;

        Pair(NetSocket near) {
            this.near = near;
            near.pause();
            near.handler(this::fromClient);
            near.exceptionHandler(failure -> cut());
            near.closeHandler(end -> cut());
        }

        void pause() {
            near.pause();
            if (far != null) {
                far.pause();
            }
        }

        void resume() {
            if (far != null) {
                far.resume();
                near.resume();
            } else if (!connecting) {
                connecting = true;
                client.connect(target, "127.0.0.1").onFailure(failure -> cut()).onSuccess(this::connected);
            }
        }

        private void connected(NetSocket server) {
            far = server;
            server.handler(this::fromServer);
            server.exceptionHandler(failure -> cut());
            server.closeHandler(end -> cut());
            if (stalled) {
                pause();
            } else {
                near.resume();
            }
        }

        private void fromClient(Buffer request) {
            feed |= request.toString().toLowerCase(Locale.ROOT).contains("subscribe");
            if (feed && feedFault == FeedFault.CUT) {
                cut();
                return;
            }
            String answer = answers.apply(request.toString());
            if (answer == null) {
                far.write(request);
            } else {
                near.write(answer);
            }
        }

        private void fromServer(Buffer reply) {
            if (!feed || feedFault == FeedFault.NONE) {
                forward(reply);
            } else if (feedFault == FeedFault.MUTE) {
                if (!reply.toString(StandardCharsets.ISO_8859_1).contains(MESSAGE)) {
                    forward(reply);
                }
            } else if (feedFault == FeedFault.LATE) {
                vertx.setTimer(LATE_MILLIS, due -> forward(reply));
            } else if (feedFault == FeedFault.LOSING && feedChunks.incrementAndGet() % 2 == 0) {
                forward(reply);
            }
        }

        private void forward(Buffer reply) {
            long left = resetAfter - passed;
            if (reply.length() < left) {
                passed += reply.length();
                near.write(reply);
            } else {
                near.write(reply.slice(0, (int) left)).onComplete(sent -> cut());
            }
        }

        void cut() {
            if (pairs.remove(this)) {
                open.decrementAndGet();
            }
            near.close();
            if (far != null) {
                far.close();
            }
        }
    }
}
