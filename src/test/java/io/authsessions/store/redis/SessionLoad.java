package io.authsessions.store.redis;

import io.authsessions.model.NewSession;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionToken;
import io.authsessions.model.SessionUpdate;
import io.authsessions.store.CreateOutcome;
import io.authsessions.store.SessionRecord;
import io.authsessions.store.SessionStore;
import io.authsessions.store.StoreException;
import io.authsessions.store.StoreUnderTest;
import io.authsessions.store.UseOutcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One user whose sessions are created, found, used, renamed and ended without pause, one step after the other. It knows
 * which of them must live and which must not, and notes each answer that says otherwise.
 */
final class SessionLoad {
    private static final int KEPT = 12;

    private final SessionStore store;
    private final String user;
    private final SecureRandom random = new SecureRandom();
    private final List<SessionToken> living = new ArrayList<>();
    private final List<String> ended = new CopyOnWriteArrayList<>();
    private final List<String> wrong = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<String> failedReads = new ConcurrentLinkedQueue<>();
    private final AtomicInteger failedWrites = new AtomicInteger();
    private final AtomicLong steps = new AtomicLong();
    private final Promise<Void> end = Promise.promise();
    private boolean lossy;
    private @Nullable String lastChanged;
    private volatile boolean ending;
    private volatile long workedAt = System.nanoTime();

    SessionLoad(SessionStore store, String user) {
        this.store = store;
        this.user = user;
    }

    /**
     * Expects of a server that it may die after it has answered a change, and before a replica has that change: of the last
     * one before a failure nothing is known then.
     */
    SessionLoad onLossyServer() {
        lossy = true;
        return this;
    }

    /** Where its sessions lie. */
    String bucketName() {
        return SessionIds.bucketName(SessionIds.bucketOfUser(user, store.buckets()));
    }

    /** Goes on until {@link #end}; on an event loop. */
    void begin() {
        round().onComplete(done -> {
            if (ending) {
                end.complete();
            } else {
                begin();
            }
        });
    }

    Future<Void> end() {
        ending = true;
        return end.future();
    }

    /** Answers that were not true. */
    List<String> wrong() {
        return wrong;
    }

    List<String> failedReads() {
        return List.copyOf(failedReads);
    }

    int failedWrites() {
        return failedWrites.get();
    }

    long steps() {
        return steps.get();
    }

    /** When a change succeeded last, by {@link System#nanoTime()}. */
    long workedAt() {
        return workedAt;
    }

    /** The ids of all sessions whose end was acknowledged. */
    List<String> ended() {
        return ended;
    }

    /** Looks once more at every session that must live, and every one that must not. */
    Future<Void> checkLiving() {
        Future<Void> checks = Future.succeededFuture();
        for (SessionToken token : List.copyOf(living)) {
            checks = checks.compose(before -> mustLive(token.id()));
        }
        for (String id : ended) {
            checks = checks.compose(before -> mustNotLive(id));
        }
        return checks;
    }

    private Future<Void> round() {
        return create().compose(made -> look())
                .compose(seen -> use())
                .compose(used -> rename())
                .compose(done -> living.size() > KEPT ? endOne() : Future.succeededFuture());
    }

    private Future<Void> create() {
        int bucket = SessionIds.bucketOfUser(user, store.buckets());
        long now = store.nowMillis();
        SessionToken token =
                SessionToken.issue(SessionIds.create(bucket, now * 1_000, ThreadLocalRandom.current()), random);
        SessionRecord record =
                SessionRecord.create(token.id(), token.secretHash(), NewSession.of(user), StoreUnderTest.POLICY, now);
        return write(store.create(record)).compose(outcome -> {
            if (outcome != CreateOutcome.CREATED) {
                return Future.succeededFuture();
            }
            living.add(token);
            lastChanged = token.id();
            return mustLive(token.id());
        });
    }

    private Future<Void> look() {
        Future<Void> looks = Future.succeededFuture();
        for (int i = 0; i < 4 && !living.isEmpty(); i++) {
            looks = looks.compose(before -> mustLive(any().id()));
        }
        return ended.isEmpty()
                ? looks
                : looks.compose(before ->
                        mustNotLive(ended.get(ThreadLocalRandom.current().nextInt(ended.size()))));
    }

    private Future<Void> use() {
        if (living.isEmpty()) {
            return Future.succeededFuture();
        }
        SessionToken token = any();
        return write(store.use(token.id(), token.secretHash(), store.nowMillis()))
                .map(outcome -> {
                    if (outcome != null && !(outcome instanceof UseOutcome.Live)) {
                        wrong.add("a use found no session " + token.id());
                    }
                    return null;
                });
    }

    private Future<Void> rename() {
        return living.isEmpty()
                ? Future.succeededFuture()
                : write(store.update(any().id(), SessionUpdate.NOTHING.withLabel("l" + steps.get())))
                        .mapEmpty();
    }

    private Future<Void> endOne() {
        SessionToken token = living.remove(ThreadLocalRandom.current().nextInt(living.size()));
        return write(store.destroy(token.id(), null, "signed_out")).compose(done -> {
            if (done == null) {
                // Nobody knows whether it lives.
                return Future.succeededFuture();
            }
            if (!done) {
                wrong.add("a session that lived could not be ended: " + token.id());
                return Future.succeededFuture();
            }
            ended.add(token.id());
            lastChanged = token.id();
            return mustNotLive(token.id());
        });
    }

    private SessionToken any() {
        return living.get(ThreadLocalRandom.current().nextInt(living.size()));
    }

    private Future<Void> mustLive(String id) {
        return read(id, true);
    }

    private Future<Void> mustNotLive(String id) {
        return read(id, false);
    }

    private Future<Void> read(String id, boolean lives) {
        return store.find(id)
                .map(found -> {
                    lastChanged = null;
                    if (found instanceof SessionRecord != lives) {
                        wrong.add(id + (lives ? " lives and was not found" : " was found after its end"));
                    }
                    return (Void) null;
                })
                .recover(failure -> {
                    failedReads.add(describe(failure));
                    return Future.succeededFuture();
                })
                .onComplete(done -> steps.incrementAndGet());
    }

    /** Null where it failed. */
    private <T> Future<T> write(Future<T> change) {
        return change.onSuccess(done -> {
                    lastChanged = null;
                    workedAt = System.nanoTime();
                })
                .recover(failure -> {
                    describe(failure);
                    failedWrites.incrementAndGet();
                    return Future.succeededFuture();
                })
                .onComplete(done -> steps.incrementAndGet());
    }

    private String describe(Throwable failure) {
        if (!(failure instanceof StoreException)) {
            wrong.add("an unknown failure: " + failure);
        }
        String last = lastChanged;
        if (lossy && last != null) {
            lastChanged = null;
            living.removeIf(token -> token.id().equals(last));
            ended.remove(last);
        }
        return failure.toString();
    }
}
