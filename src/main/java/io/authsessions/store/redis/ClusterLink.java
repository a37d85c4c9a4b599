package io.authsessions.store.redis;

import io.netty.channel.EventLoop;
import io.vertx.core.Closeable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.RequestImpl;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections to a Cluster: to each primary those of a {@link RedisLink}, and one to any member for the feed, which a
 * Cluster passes on to all of its members. Every command goes to the primary that serves its keys, reads too. Its keys
 * lie in one slot; those of an MGET need not. Thread-safe.
 */
final class ClusterLink implements RedisCommands {
    private static final int IN_FLIGHT_PER_PLACE = 4;

    private final VertxInternal vertx;
    private final RedisLinkOptions options;
    private final ReplicaRule rule;
    private final InstantSource clock;
    private final StoreTime time;
    private final Topology topology;
    private final ClusterMembers members;
    private final Connector feedConnector;
    private final Feed feed;
    private final EventLoop home;
    private final RoutedCommand.Way plain;
    private final RoutedCommand.Way lookups;
    private final RoutedCommand.Way confirmed;
    private final ConcurrentHashMap<EventLoop, WaitingRoom> rooms = new ConcurrentHashMap<>();
    private final Closeable hook = completion -> close().onComplete(completion);
    private volatile boolean closed;

    /**
     * Links that connect when they are first used.
     *
     * @param options of each member, but for its URI
     * @param uris of some members; the first one's scheme and login are those of all
     * @param rule when a change counts as done
     * @param clock gives the time, unless it is the system's: then the primaries give it
     */
    ClusterLink(Vertx vertx, RedisLinkOptions options, List<String> uris, ReplicaRule rule, InstantSource clock) {
        this.vertx = (VertxInternal) vertx;
        this.options = options;
        this.rule = rule;
        this.clock = clock;
        this.time = StoreTime.of(clock);
        this.home = this.vertx.nettyEventLoopGroup().next();
        this.members = new ClusterMembers(this::link, own -> new ConfirmedChanges(vertx, own, options, rule));
        this.plain =
                (member, request, expiresAt, asking) -> members.link(member).send(request, expiresAt, asking);
        this.lookups =
                (member, request, expiresAt, asking) -> members.link(member).lookup(request, expiresAt, asking);
        this.confirmed =
                (member, request, expiresAt, asking) -> members.changes(member).send(request, asking, expiresAt);
        this.topology = new Topology(context(home), uris, this::ask, this::changed);
        this.feedConnector = new Connector(vertx, options, StoreTime.of(clock), topology, Primary.member());
        this.feed = new Feed(context(home), feedConnector, options, new LinkLog());
        this.vertx.addCloseHook(hook);
    }

    @Override
    public Future<@Nullable Response> send(Request request) {
        List<byte[]> keys = ((RequestImpl) request).keys();
        if (request.command().equals(Command.MGET) && keys.size() > 1) {
            return new SplitRead(this, keys).begin();
        }
        int slot = keys.isEmpty() ? RoutedCommand.ANYWHERE : SlotMap.slotOf(keys.get(0));
        return route(plain, request, slot, true, expiresAt());
    }

    /** Who may not wait for the end of a migration learns at once that its keys are apart. */
    @Override
    public Future<@Nullable Response> lookup(Request request) {
        int slot = SlotMap.slotOf(((RequestImpl) request).keys().get(0));
        return route(lookups, request, slot, false, expiresAt());
    }

    @Override
    public Future<@Nullable Response> eval(Script script, List<Buffer> keys, List<Buffer> args) {
        return eval(plain, script, keys, args);
    }

    @Override
    public boolean confirms() {
        return rule.waits();
    }

    @Override
    public Future<@Nullable Response> evalConfirmed(Script script, List<Buffer> keys, List<Buffer> args) {
        return eval(confirms() ? confirmed : plain, script, keys, args);
    }

    private Future<@Nullable Response> eval(
            RoutedCommand.Way way, Script script, List<Buffer> keys, List<Buffer> args) {
        long expiresAt = expiresAt();
        int slot = SlotMap.slotOf(keys.get(0).getBytes());
        return route(way, RedisLink.run(Command.EVALSHA, script.sha1(), keys, args), slot, true, expiresAt)
                .recover(failure -> RedisLink.refusedWith(failure, ErrorReply.NOSCRIPT)
                        ? route(way, RedisLink.run(Command.EVAL, script.source(), keys, args), slot, true, expiresAt)
                        : Future.failedFuture(failure));
    }

    /** Sends an MGET whose keys lie in one slot. */
    Future<@Nullable Response> read(Request mget, int slot, boolean patient, long expiresAt) {
        return route(plain, mget, slot, patient, expiresAt);
    }

    private Future<@Nullable Response> route(
            RoutedCommand.Way way, Request request, int slot, boolean patient, long expiresAt) {
        ContextInternal caller = ContextInternal.current();
        boolean ours = caller != null && caller.owner() == vertx;
        WaitingRoom room = room(ours ? caller.nettyEventLoop() : home);
        ContextInternal context = room.context();
        Promise<@Nullable Response> promise = caller == null ? context.promise() : caller.promise();
        if (closed) {
            return Future.failedFuture(LinkFailure.closed(LinkFailure.Outcome.NOT_SENT));
        }
        RoutedCommand command = new RoutedCommand(way, topology, room, request, slot, patient, expiresAt, promise);
        if (ours && context.nettyEventLoop().inEventLoop()) {
            command.begin();
            return promise.future();
        }
        try {
            context.runOnContext(now -> command.begin());
            return promise.future();
        } catch (RejectedExecutionException vertxHasEnded) {
            return Future.failedFuture(LinkFailure.closed(LinkFailure.Outcome.NOT_SENT));
        }
    }

    long expiresAt() {
        return System.nanoTime() + options.commandDeadline().toNanos();
    }

    /**
     * {@inheritDoc}
     *
     * <p>It is the median of the clocks of the primaries, so that one of them that is wrong changes nothing.
     */
    @Override
    public long nowMillis(long nanoTime) {
        return time.isGiven()
                ? time.nowMillis(nanoTime)
                : members.medianMillis(topology.map().primaries(), time, nanoTime);
    }

    @Override
    public long redisMillis(Buffer key) {
        HostPort owner = topology.map().owner(SlotMap.slotOf(key.getBytes()));
        if (owner == null) {
            return nowMillis();
        }
        StoreTime clock = members.link(owner).time();
        // Before it has been heard of, the other primaries know better what time it is than this machine.
        return clock.isKnown()
                ? clock.redisMillis()
                : members.medianMillis(topology.map().primaries(), clock, System.nanoTime());
    }

    @Override
    public List<Share> byPrimary(List<Buffer> keys) {
        SlotMap map = topology.map();
        Map<@Nullable HostPort, List<Buffer>> groups = new LinkedHashMap<>();
        for (Buffer key : keys) {
            groups.computeIfAbsent(map.owner(SlotMap.slotOf(key.getBytes())), owner -> new ArrayList<>())
                    .add(key);
        }
        List<Share> shares = new ArrayList<>(groups.size());
        groups.forEach((owner, group) ->
                shares.add(new Share(group, Optional.ofNullable(owner), request -> sendOnlyTo(owner, request))));
        return shares;
    }

    /** Who points elsewhere, or does not answer, may serve no longer what it is thought to serve. */
    private Future<@Nullable Response> sendOnlyTo(@Nullable HostPort member, Request request) {
        if (closed) {
            return Future.failedFuture(LinkFailure.closed(LinkFailure.Outcome.NOT_SENT));
        }
        Future<@Nullable Response> answer = member == null
                ? Future.failedFuture(LinkFailure.unreachable())
                : members.link(member).send(request, expiresAt(), false);
        return answer.onFailure(failure -> {
            LinkFailure known = LinkFailure.of(failure);
            if (!closed && (known == null || known.reply() != ErrorReply.ASK)) {
                topology.refresh();
            }
        });
    }

    /**
     * {@inheritDoc}
     *
     * <p>They may not, although an MGET is divided here: what is read so may come from several servers in turn.
     */
    @Override
    public boolean acrossSlots() {
        return false;
    }

    @Override
    public Future<Void> open(Consumer<FeedMessage> messages, Runnable gap) {
        // The feed goes on trying for a while; when it stands, a member can be asked.
        return feed.open(messages, gap)
                .compose(opened -> topology.refresh())
                .recover(failure -> options.lazyConnect() ? Future.succeededFuture() : Future.failedFuture(failure))
                .recover(failure -> close().transform(end -> Future.failedFuture(failure)));
    }

    @Override
    public Future<Void> close() {
        closed = true;
        topology.close();
        vertx.removeCloseHook(hook);
        return Future.join(feed.close(), members.close())
                .eventually(feedConnector::close)
                .mapEmpty();
    }

    private WaitingRoom room(EventLoop loop) {
        int places = Math.max(1, options.maxInFlight() / IN_FLIGHT_PER_PLACE);
        return rooms.computeIfAbsent(loop, made -> new WaitingRoom(Connector.context(vertx, made), places));
    }

    private ContextInternal context(EventLoop loop) {
        return room(loop).context();
    }

    private Future<@Nullable Response> ask(HostPort member, Request request) {
        return members.link(member)
                .send(request, System.nanoTime() + options.connectTimeout().toNanos(), false);
    }

    /** Hears of the clock of each primary, and forgets the members that nobody needs. */
    private void changed(SlotMap map) {
        if (closed) {
            return;
        }
        members.keep(map.primaries());
        for (HostPort primary : map.primaries()) {
            if (!members.link(primary).time().isKnown()) {
                ask(primary, Request.cmd(Command.PING));
            }
        }
    }

    private RedisLink link(HostPort member) {
        return new RedisLink(vertx, options, clock, Whereabouts.fixed(topology.uriOf(member)), Primary.member());
    }
}
