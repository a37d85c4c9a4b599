package io.authsessions.bench;

import io.vertx.core.Vertx;
import java.io.IOException;

/**
 * The Redis store without a cache: the HTTP rows of {@link HttpBench} that read Redis, then {@link RedisSizeBench}. Ends with
 * exit code 1 if a bound was missed.
 */
public final class RedisBench {
    private RedisBench() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        System.out.printf(
                "Redis store without a cache, Java %s, %d processors%n",
                Runtime.version(), Runtime.getRuntime().availableProcessors());
        Vertx vertx = Vertx.vertx();
        try {
            HttpBench.print(vertx, Peer.NOTHING, Peer.HMGET, Peer.UNCACHED, Peer.VERTX_WEB_REDIS);
            new RedisSizeBench(vertx).run();
        } finally {
            vertx.close().await();
        }
        System.exit(Rounds.allHeld() ? 0 : 1);
    }
}
