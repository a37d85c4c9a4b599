package io.authsessions.store.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads many keys of a Cluster as one MGET would: slot by slot, and key by key where a slot is on the move and neither
 * side has all of them. For one use.
 */
final class SplitRead {
    private final ClusterLink cluster;
    private final List<byte[]> keys;
    private final long expiresAt;
    private final @Nullable Response[] values;

    SplitRead(ClusterLink cluster, List<byte[]> keys) {
        this.cluster = cluster;
        this.keys = keys;
        this.expiresAt = cluster.expiresAt();
        this.values = new Response[keys.size()];
    }

    Future<@Nullable Response> begin() {
        Map<Integer, List<Integer>> bySlot = new LinkedHashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            bySlot.computeIfAbsent(SlotMap.slotOf(keys.get(i)), slot -> new ArrayList<>())
                    .add(i);
        }
        List<Future<?>> reads = new ArrayList<>(bySlot.size());
        bySlot.forEach((slot, places) -> reads.add(read(slot, places)));
        return Future.all(reads).map(all -> new Values(Arrays.asList(values)));
    }

    private Future<?> read(int slot, List<Integer> places) {
        Request mget = Request.cmd(Command.MGET);
        places.forEach(place -> mget.arg(keys.get(place)));
        return cluster.read(mget, slot, places.size() == 1, expiresAt)
                .map(answer -> take(answer, places))
                .recover(failure -> places.size() > 1 && RedisLink.refusedWith(failure, ErrorReply.TRYAGAIN)
                        ? Future.all(places.stream()
                                        .map(place -> read(slot, List.of(place)))
                                        .toList())
                                .mapEmpty()
                        : Future.failedFuture(failure));
    }

    private @Nullable Void take(@Nullable Response answer, List<Integer> places) {
        for (int i = 0; answer != null && i < places.size(); i++) {
            values[places.get(i)] = answer.get(i);
        }
        return null;
    }

    /** The values in the order of the keys. */
    private record Values(List<@Nullable Response> items) implements Response {
        @Override
        public ResponseType type() {
            return ResponseType.MULTI;
        }

        @Override
        public int size() {
            return items.size();
        }

        @Override
        @SuppressWarnings("NullAway") // as all arrays of the driver: null where there is no value
        public Response get(int index) {
            return items.get(index);
        }

        @Override
        public String toString() {
            return items.size() + " values";
        }
    }
}
