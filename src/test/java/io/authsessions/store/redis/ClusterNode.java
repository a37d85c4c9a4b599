package io.authsessions.store.redis;

import com.hazelcast.config.Config;
import io.authsessions.AuthSessionVerticle;
import io.authsessions.AuthSessionsOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;

/** A node of a cluster on loopback: a program that offers the sessions of one Redis until its standard input ends. */
final class ClusterNode {
    private ClusterNode() {}

    public static void main(String[] arguments) throws IOException {
        Vertx vertx = join(arguments[0], arguments[1], arguments[2]).await();
        try {
            vertx.deployVerticle(new AuthSessionVerticle(options(arguments[3]))).await();
        } catch (Throwable failure) {
            System.out.println(failure);
            System.exit(1);
        }
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // The parent holds the other end until it is done.
        }
        vertx.close().await();
    }

    static AuthSessionsOptions options(String redisUri) {
        return AuthSessionsOptions.defaults()
                .withStore(
                        "redis",
                        new JsonObject()
                                .put("uri", redisUri)
                                .put("commandDeadline", "8s")
                                .put("callDeadline", "16s"));
    }

    /** Joins the other member, or waits for it; finds nobody by any other way. */
    static Future<Vertx> join(String cluster, String ownPort, String otherPort) {
        Config config = ConfigUtil.loadConfig();
        config.setClusterName(cluster);
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.logging.type", "none");
        config.setProperty("hazelcast.shutdownhook.enabled", "false");
        config.getNetworkConfig()
                .setPort(Integer.parseInt(ownPort))
                .setPortAutoIncrement(false)
                .getInterfaces()
                .setEnabled(true)
                .addInterface("127.0.0.1");
        config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
        config.getNetworkConfig()
                .getJoin()
                .getTcpIpConfig()
                .setEnabled(true)
                .addMember("127.0.0.1:" + ownPort)
                .addMember("127.0.0.1:" + otherPort);
        VertxOptions options = new VertxOptions().setEventBusOptions(new EventBusOptions().setHost("127.0.0.1"));
        return Vertx.builder()
                .with(options)
                .withClusterManager(new HazelcastClusterManager(config))
                .buildClustered();
    }
}
