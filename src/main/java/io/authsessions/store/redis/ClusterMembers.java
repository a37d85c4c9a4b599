package io.authsessions.store.redis;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The links to the members of a Cluster: made when one is needed, closed when none has been for a while. Thread-safe. */
final class ClusterMembers {
    private static final long IDLE_NANOS = Duration.ofSeconds(30).toNanos();

    private final Map<HostPort, Member> members = new ConcurrentHashMap<>();
    private final Function<HostPort, RedisLink> connect;
    private final Function<RedisLink, ConfirmedChanges> confirm;
    private volatile boolean closed;

    /**
     * No members yet.
     *
     * @param connect makes a link to one
     * @param confirm makes of a link of its own a way for changes that wait for replicas
     */
    ClusterMembers(Function<HostPort, RedisLink> connect, Function<RedisLink, ConfirmedChanges> confirm) {
        this.connect = connect;
        this.confirm = confirm;
    }

    private static final class Member {
        private final RedisLink link;
        private final ConfirmedChanges changes;
        private volatile long usedAt = System.nanoTime();

        Member(RedisLink link, ConfirmedChanges changes) {
            this.link = link;
            this.changes = changes;
        }

        Future<Void> close() {
            return Future.join(link.close(), changes.close()).mapEmpty();
        }
    }

    RedisLink link(HostPort address) {
        return member(address).link;
    }

    /** For changes that wait for replicas. */
    ConfirmedChanges changes(HostPort address) {
        return member(address).changes;
    }

    private Member member(HostPort address) {
        Member member = members.computeIfAbsent(
                address, made -> new Member(connect.apply(made), confirm.apply(connect.apply(made))));
        member.usedAt = System.nanoTime();
        if (closed) {
            member.close();
        }
        return member;
    }

    /** The time in the middle of what the clocks of these tell, as far as they have been heard of; else another. */
    long medianMillis(List<HostPort> primaries, StoreTime otherwise, long nanoTime) {
        long[] times = new long[primaries.size()];
        int known = 0;
        for (HostPort primary : primaries) {
            Member member = members.get(primary);
            if (member != null && member.link.time().isKnown()) {
                times[known++] = member.link.time().redisMillis(nanoTime);
            }
        }
        if (known == 0) {
            return otherwise.redisMillis(nanoTime);
        }
        Arrays.sort(times, 0, known);
        return times[(known - 1) / 2];
    }

    /** Closes the links to all others that were not used lately. */
    void keep(Collection<HostPort> primaries) {
        long now = System.nanoTime();
        members.forEach((address, member) -> {
            boolean idle = !primaries.contains(address) && now - member.usedAt > IDLE_NANOS;
            if (idle && members.remove(address, member)) {
                member.close();
            }
        });
    }

    Future<Void> close() {
        closed = true;
        List<Future<Void>> ends = new ArrayList<>();
        members.values().forEach(member -> ends.add(member.close()));
        return Future.join(ends).mapEmpty();
    }
}
