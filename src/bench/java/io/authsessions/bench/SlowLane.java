package io.authsessions.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets so many bytes a second through to a server, shared fairly by all connections: a Redis that can do no more. */
final class SlowLane implements AutoCloseable {
    private static final int TICK_MILLIS = 2;
    private static final int UNLIMITED = 1_000_000_000;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final NetClient client = vertx.createNetClient();
    private final List<Lane> lanes = new ArrayList<>();
    private final NetServer server;
    private final int target;
    private volatile int bytesPerSecond = UNLIMITED;
    private int next;

    SlowLane(int target) {
        this.target = target;
        this.server = vertx.createNetServer().connectHandler(this::accept);
        server.listen(0, "127.0.0.1").await();
        vertx.setPeriodic(TICK_MILLIS, tick -> share());
    }

    String uri() {
        return "redis://127.0.0.1:" + server.actualPort();
    }

    void limit(int perSecond) {
        bytesPerSecond = perSecond;
    }

    private void accept(NetSocket near) {
        Lane lane = new Lane(near);
        near.handler(lane::take);
        near.closeHandler(closed -> lane.close());
        client.connect(target, "127.0.0.1").onSuccess(lane::open).onFailure(failure -> near.close());
    }

    private void share() {
        int budget = (int) ((long) bytesPerSecond * TICK_MILLIS / 1_000);
        for (int idle = 0; budget > 0 && idle < lanes.size(); ) {
            Lane lane = lanes.get(next++ % lanes.size());
            int passed = lane.pass(Math.min(budget, 1_024));
            budget -= passed;
            idle = passed == 0 ? idle + 1 : 0;
        }
    }

    @Override
    public void close() {
        vertx.close().await();
    }

    private final class Lane {
        private final NetSocket near;
        private final ArrayDeque<Buffer> queue = new ArrayDeque<>();
        private @Nullable NetSocket far;

        Lane(NetSocket near) {
            this.near = near;
        }

        void open(NetSocket socket) {
            far = socket;
            lanes.add(this);
            socket.handler(near::write);
            socket.closeHandler(closed -> near.close());
        }

        void take(Buffer bytes) {
            queue.addLast(bytes);
        }

        int pass(int most) {
            Buffer first = queue.pollFirst();
            NetSocket socket = far;
            if (first == null || socket == null) {
                return 0;
            }
            int passed = Math.min(most, first.length());
            if (passed < first.length()) {
                queue.addFirst(first.getBuffer(passed, first.length()));
            }
            socket.write(first.getBuffer(0, passed));
            return passed;
        }

        void close() {
            lanes.remove(this);
            queue.clear();
            if (far != null) {
                far.close();
            }
        }
    }
}
