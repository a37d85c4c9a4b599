package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.model.SessionPolicy;
import io.authsessions.store.SessionStore;
import io.authsessions.store.SessionStoreContract;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

@Tag("slow")
@Tag("redis")
@DisplayName("The Redis store on a Cluster of three primaries")
class ClusterSessionStoreTest extends SessionStoreContract {
    private static TestCluster cluster;

    @BeforeAll
    static void start() {
        cluster = TestCluster.of(3);
    }

    @AfterAll
    static void end() {
        if (cluster != null) {
            for (int i = 0; i < 3; i++) {
                assertThat(cluster.member(i).admin("ACL", "LOG")).isEqualTo("*0");
            }
            cluster.close();
        }
    }

    @Override
    protected SessionStore createStore(Vertx vertx, SessionPolicy policy, InstantSource clock, String space) {
        return cluster.store(vertx, policy, clock, space);
    }

    @Override
    protected int eventWays() {
        return 30;
    }
}
