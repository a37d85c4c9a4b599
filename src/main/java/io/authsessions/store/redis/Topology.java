package io.authsessions.store.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a Cluster, shared by all event loops. It is read again when somebody finds it wrong: by one at a time,
 * and not again right after. Thread-safe.
 */
final class Topology implements Whereabouts {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ContextInternal home;
    private final String uri;
    private final List<HostPort> seeds;
    private final BiFunction<HostPort, Request, Future<@Nullable Response>> ask;
    private final Consumer<SlotMap> changed;
    private final AtomicInteger turn = new AtomicInteger();
    private volatile SlotMap map = SlotMap.EMPTY;
    private volatile boolean closed;
    private @Nullable Future<Void> reading;
    private long readAt = System.nanoTime() - PAUSE_NANOS;

    /**
     * Knows nothing yet.
     *
     * @param home where this waits
     * @param uris of some members; the first one's scheme and login are those of all
     * @param ask sends a command to one member
     * @param changed hears of each map that was read, on {@code home}
     */
    Topology(
            ContextInternal home,
            List<String> uris,
            BiFunction<HostPort, Request, Future<@Nullable Response>> ask,
            Consumer<SlotMap> changed) {
        this.home = home;
        this.uri = uris.get(0);
        this.seeds = uris.stream().map(HostPort::of).toList();
        this.ask = ask;
        this.changed = changed;
    }

    /** From now on nothing is waited for. */
    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    SlotMap map() {
        return map;
    }

    /** Takes the word of a member that another one serves a slot, and looks what else has changed. */
    void moved(int slot, HostPort owner) {
        synchronized (this) {
            map = map.with(slot, owner);
        }
        refresh();
    }

    /** Any member, each time another one: a primary where some are known, else one of those that were configured. */
    HostPort any() {
        List<HostPort> known = map.primaries().isEmpty() ? seeds : map.primaries();
        return known.get(Math.floorMod(turn.getAndIncrement(), known.size()));
    }

    /** For a connection that may go to any member. */
    @Override
    public Future<String> uri() {
        return Future.succeededFuture(uriOf(any()));
    }

    String uriOf(HostPort member) {
        return member.uriLike(uri);
    }

    /** Reads the map again, unless that is under way; completes when it has been read, or cannot be. */
    synchronized Future<Void> refresh() {
        if (reading != null) {
            return reading;
        }
        long restMillis = TimeUnit.NANOSECONDS.toMillis(readAt + PAUSE_NANOS - System.nanoTime());
        Promise<Void> end = home.promise();
        reading = end.future();
        try {
            if (restMillis > 0) {
                home.runOnContext(now -> home.setTimer(restMillis, rested -> read(members(), end::handle)));
            } else {
                home.runOnContext(now -> read(members(), end::handle));
            }
        } catch (RejectedExecutionException vertxHasEnded) {
            end.tryFail(LinkFailure.closed(LinkFailure.Outcome.NOT_SENT));
        }
        return end.future();
    }

    /** Primaries first, in any order: what one of them is the last to hear of, another one knows. */
    private Iterator<HostPort> members() {
        List<HostPort> known = new ArrayList<>(map.primaries());
        Collections.shuffle(known);
        Set<HostPort> all = new LinkedHashSet<>(known);
        all.addAll(seeds);
        return all.iterator();
    }

    private void read(Iterator<HostPort> members, Consumer<Future<Void>> end) {
        HostPort member = members.next();
        Request slots = Request.cmd(Command.CLUSTER).arg("SLOTS");
        ask.apply(member, slots).onComplete(answer -> {
            SlotMap found = answer.succeeded() ? SlotMap.read(answer.result(), member.host()) : null;
            // A member that was thrown out knows of nobody who serves anything.
            if (found != null && !found.primaries().isEmpty()) {
                finish(found);
                changed.accept(found);
                end.accept(Future.succeededFuture());
            } else if (members.hasNext()) {
                read(members, end);
            } else {
                finish(null);
                end.accept(Future.failedFuture(answer.failed() ? answer.cause() : LinkFailure.unreachable()));
            }
        });
    }

    private synchronized void finish(@Nullable SlotMap found) {
        reading = null;
        readAt = System.nanoTime();
        if (found != null) {
            map = found;
        }
    }
}
