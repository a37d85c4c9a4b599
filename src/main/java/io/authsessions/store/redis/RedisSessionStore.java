package io.authsessions.store.redis;

import io.authsessions.model.BulkResult;
import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionEvent;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionUpdate;
import io.authsessions.store.ChangeMarks;
import io.authsessions.store.CreateOutcome;
import io.authsessions.store.ListQuery;
import io.authsessions.store.Nonce;
import io.authsessions.store.RecordPage;
import io.authsessions.store.RecordView;
import io.authsessions.store.RotateOutcome;
import io.authsessions.store.SessionRecord;
import io.authsessions.store.SessionStore;
import io.authsessions.store.StoreException;
import io.authsessions.store.StoreHealth;
import io.authsessions.store.StoreInspection;
import io.authsessions.store.StoredSession;
import io.authsessions.store.UpdateOutcome;
import io.authsessions.store.UseOutcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in Redis (6.2 or newer, or Valkey), shared by all nodes that use it.
 *
 * <h2>Layout v1</h2>
 *
 * <p>{@code aus} is the prefix; {@code b} are the two characters of the session id that name the bucket of its user, so
 * that all keys of one user lie in one hash slot.
 *
 * <table>
 *   <caption>Keys</caption>
 *   <tr><th>key</th><th>type</th><th>holds</th><th>TTL</th></tr>
 *   <tr><td>{@code aus:{b}:s:<id>}</td><td>string</td><td>the record, or after the end its marker, as
 *       {@link io.authsessions.store.RecordCodec} describes</td><td>deadline + {@code endedRetention}; a marker
 *       {@code endedRetention}</td></tr>
 *   <tr><td>{@code aus:{b}:u:<user key>}</td><td>sorted set</td><td>ids of the user's sessions by last use; the user key
 *       is the first half of SHA-256(userId) in base64url</td><td>that of its longest record, only ever raised</td></tr>
 *   <tr><td>{@code aus:{b}:x}</td><td>sorted set</td><td>ids by deadline</td><td>as above</td></tr>
 *   <tr><td>{@code aus:{b}:r}</td><td>sorted set</td><td>ids by last use</td><td>as above</td></tr>
 *   <tr><td>{@code aus:{b}:m}</td><td>string</td><td>the change mark: a random text that every change of a session in the
 *       bucket replaces</td><td>24 h</td></tr>
 *   <tr><td>{@code aus:layout}</td><td>string</td><td>{@code v1 buckets=256}, written by the first start and the same for
 *       good</td><td>none</td></tr>
 * </table>
 *
 * <p>Channel {@code aus:events}: each change publishes one message {@code {previous, mark, bucket, ids, events}}.
 *
 * <h2>Commands</h2>
 *
 * <p>{@code GET} finds a session, for a near cache {@code MGET} with its bucket's mark; {@code ZRANGE} and {@code MGET} list a user's; {@code ZRANGE}, {@code MGET} and
 * {@code ZCOUNT} once per bucket list and count all. Every change is one script ({@code EVALSHA}, {@code EVAL} where Redis
 * does not know it), with every key that it touches declared; before it one {@code GET} where the user of the session is
 * not known, and at a limit {@code ZRANGE} and {@code ZMSCORE}. The sweeper sends {@code ZRANGE}, and for what has expired
 * {@code MGET} and a script. An index entry without a record is removed by {@code ZREM} when it is met. At the start
 * {@code GET} and {@code SET} of the layout. For a near cache, four times a second, {@code MGET} of the marks (in a
 * Cluster {@code GET} of each) and one {@code PEXPIRE}; {@code SET NX} where there is no mark. A check of the health sends {@code PING}, {@code INFO} and a script that
 * renews a mark.
 *
 * <p>Thread-safe.
 */
public final class RedisSessionStore implements SessionStore, ChangeMarks, StoreHealth, StoreInspection {
    private final RedisCommands commands;
    private final RedisKeys keys;
    private final Records records;
    private final SessionChanges changes;
    private final Updates updates;
    private final Bulk bulk;
    private final Creation creation;
    private final Lists lists;
    private final Sweep sweep;
    private final EventFeed feed;
    private final RedisHealth health;
    private final Marks marks;
    private final boolean lazyConnect;
    private final ScriptCalls scripts;
    private volatile boolean laidOut;
    private volatile boolean heardOf;
    private volatile boolean closed;

    RedisSessionStore(Vertx vertx, RedisCommands commands, SessionPolicy policy, RedisOptions options) {
        this.commands = commands;
        this.keys = new RedisKeys(options.prefix(), options.buckets());
        Attempts attempts = new Attempts(options.callDeadline(), options.commandDeadline());
        this.scripts = new ScriptCalls(vertx, commands, attempts, keys, policy);
        UserKeys userKeys = new UserKeys();
        this.records = new Records(commands, attempts, keys, policy, userKeys);
        this.changes = new SessionChanges(scripts, records, keys, userKeys);
        this.updates = new Updates(commands, records, changes);
        UserIndex index = new UserIndex(commands, records, keys);
        this.bulk = new Bulk(scripts, index, keys);
        this.creation = new Creation(vertx, scripts, index, records, keys, policy, bulk, options.callDeadline());
        this.lists = new Lists(commands, records, keys);
        this.sweep = new Sweep(commands, scripts, records, keys, options.callDeadline());
        this.feed = new EventFeed(keys.channel(), commands::nowMillis);
        this.lazyConnect = options.lazyConnect();
        this.health = new RedisHealth(commands, scripts, keys);
        this.marks = new Marks(commands, keys, scripts::freshMark);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Fails with {@link StoreException#UNAVAILABLE} also where the sessions that are there were laid out otherwise. With
     * {@code lazyConnect} it does not wait for Redis: then the first calls that reach it find that out.
     */
    @Override
    public Future<Void> open(Consumer<SessionEvent> events) {
        feed.announceTo(events);
        return commands.open(feed::take, this::gap)
                .compose(opened -> lazyConnect ? Future.succeededFuture() : checkLayout())
                .recover(failure -> close().transform(done -> Future.failedFuture(failure)));
    }

    @Override
    public Future<Void> close() {
        closed = true;
        return commands.close().onComplete(done -> scripts.close());
    }

    @Override
    public long nowMillis() {
        return commands.nowMillis(System.nanoTime());
    }

    @Override
    public long nowMillis(long nanoTime) {
        return commands.nowMillis(nanoTime);
    }

    @Override
    public int buckets() {
        return keys.buckets();
    }

    @Override
    public Future<CreateOutcome> create(SessionRecord record) {
        return answer(heardOf ? () -> creation.create(record) : () -> creation.createFirst(record, nowMillis()));
    }

    @Override
    public Future<@Nullable StoredSession> find(String sessionId) {
        // The path of every resolve, without the steps that only other calls need.
        return laidOut && !closed ? records.find(sessionId) : answer(() -> records.find(sessionId));
    }

    @Override
    public Future<UseOutcome> use(String sessionId, SecretHash presented, long usedAt) {
        return answer(() -> changes.use(sessionId, presented, usedAt));
    }

    @Override
    public Future<UpdateOutcome> update(String sessionId, SessionUpdate update) {
        return answer(() -> updates.update(sessionId, update));
    }

    @Override
    public Future<RotateOutcome> rotate(String sessionId, SecretHash presented, SecretHash successor, Nonce nonce) {
        return answer(() -> changes.rotate(sessionId, presented, successor, nonce));
    }

    @Override
    public Future<UseOutcome> reauthenticate(String sessionId, SecretHash presented, SecretHash fresh) {
        return answer(() -> changes.reauthenticate(sessionId, presented, fresh));
    }

    @Override
    public Future<Boolean> destroy(String sessionId, @Nullable SecretHash presented, String reason) {
        return answer(() -> changes.destroy(sessionId, presented, reason));
    }

    @Override
    public Future<BulkResult> destroyForUser(String userId, @Nullable String exceptSessionId, String reason) {
        return answer(() -> bulk.destroyForUser(userId, exceptSessionId, reason));
    }

    @Override
    public Future<RecordPage> listForUser(String userId, ListQuery query) {
        return answer(() -> lists.ofUser(userId, query));
    }

    @Override
    public Future<RecordPage> list(ListQuery query) {
        return answer(() -> lists.all(query));
    }

    @Override
    public Future<Long> count() {
        return answer(lists::count);
    }

    @Override
    public Future<Boolean> sweep() {
        return answer(sweep::sweep);
    }

    @Override
    public void changesTo(Consumer<Announcement> changes) {
        feed.changesTo(changes);
    }

    @Override
    public Future<MarkedSession> findMarked(String sessionId) {
        return laidOut && !closed ? records.findMarked(sessionId) : answer(() -> records.findMarked(sessionId));
    }

    @Override
    public Future<List<Mark>> readMarks(List<Integer> buckets, Duration patience) {
        return answer(() -> marks.read(buckets, patience));
    }

    @Override
    public Future<Void> setMissingMarks(List<Integer> buckets) {
        return answer(() -> marks.setMissing(buckets));
    }

    /**
     * {@inheritDoc}
     *
     * <p>Redis answers PING and may run scripts that write. Warned of is a {@code maxmemory-policy} that is not
     * {@code noeviction}, or that cannot be read since the user may not INFO.
     */
    @Override
    public Future<List<String>> check() {
        return answer(health::check);
    }

    @Override
    public Future<@Nullable JsonObject> inspect(String sessionId) {
        return SessionIds.isId(sessionId)
                ? answer(() ->
                        records.read(sessionId).map(bytes -> bytes == null ? null : RecordView.of(sessionId, bytes)))
                : Future.succeededFuture();
    }

    /** How many times something stood under a session's key that nobody here can read; such a session is absent. */
    public long corruptRecords() {
        return records.corrupt();
    }

    /** How many messages of the feed could not be read. */
    public long malformedMessages() {
        return feed.malformed();
    }

    private <T extends @Nullable Object> Future<T> answer(Supplier<Future<T>> call) {
        if (closed) {
            return Future.failedFuture(
                    new StoreException(StoreException.UNAVAILABLE, "the session store is closed", null));
        }
        try {
            return laidOut
                    ? call.get().recover(RedisSessionStore::ours)
                    : checkLayout().compose(checked -> call.get()).recover(RedisSessionStore::ours);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    /**
     * What was missed may be that Redis lost all it had; another may have begun it anew since, and otherwise. No call waits
     * for this: the key is on one primary of a Cluster, and the others need not care whether that one answers.
     */
    private void gap() {
        if (laidOut) {
            Layout.isOurs(records, keys).onSuccess(ours -> laidOut = ours);
        }
        feed.gap();
    }

    private Future<Void> checkLayout() {
        return Layout.check(records, keys).onSuccess(checked -> {
            heardOf = true;
            laidOut = true;
        });
    }

    /** Other types than ours in our keys are somebody else's doing; what failed is the store. */
    private static <T extends @Nullable Object> Future<T> ours(Throwable failure) {
        return failure instanceof StoreException store && store.detail().equals(RedisCommands.WRONG_TYPE)
                ? Future.failedFuture(new StoreException(
                        StoreException.UNAVAILABLE, "a key of the session store holds something else", failure))
                : Future.failedFuture(failure);
    }
}
