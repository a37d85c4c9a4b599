package io.authsessions.store.redis;

import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest;
import io.authsessions.model.SecretHash;
import io.authsessions.model.SessionIds;
import io.authsessions.model.SessionPolicy;
import io.authsessions.model.SessionToken;
import io.authsessions.store.CreateOutcome;
import io.authsessions.store.ListQuery;
import io.authsessions.store.Nonce;
import io.authsessions.store.RotateOutcome;
import io.authsessions.store.SessionRecord;
import io.authsessions.store.SessionStore;
import io.authsessions.store.StoreException;
import io.authsessions.store.UseOutcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One user whose sessions are rotated, re-authenticated, pushed out by others, listed, swept and ended all at once, over
 * and over. Notes what was half done, or not at all although it was said to have been.
 */
final class ChangesLoad {
    private final SessionStore store;
    private final SessionPolicy policy;
    private final String user;
    private final SecureRandom random = new SecureRandom();
    private final List<String> wrong = new CopyOnWriteArrayList<>();
    private final List<String> failed = new CopyOnWriteArrayList<>();
    private final AtomicInteger rounds = new AtomicInteger();
    private final Promise<Void> end = Promise.promise();
    private volatile boolean ending;

    /** @param policy of the store; permits fewer sessions of one user than a round makes */
    ChangesLoad(SessionStore store, SessionPolicy policy, String user) {
        this.store = store;
        this.policy = policy;
        this.user = user;
    }

    /** Goes on until {@link #end}; on an event loop. */
    void begin() {
        round().onComplete(done -> {
            rounds.incrementAndGet();
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

    List<String> wrong() {
        return wrong;
    }

    /** Counts only what fails from now on. */
    void forgetFailures() {
        failed.clear();
    }

    /** What failed, each of which may. */
    List<String> failed() {
        return failed;
    }

    /** How often all of it has been done. */
    int rounds() {
        return rounds.get();
    }

    private Future<Void> round() {
        List<String> made = new ArrayList<>();
        return create(made)
                .compose(this::rotate)
                .compose(done -> create(made))
                .compose(this::reauthenticate)
                .compose(done -> create(made))
                .compose(done -> create(made))
                .compose(done -> list(policy.maxSessionsPerUser()))
                .compose(done -> sweep())
                .compose(done -> endAll(made));
    }

    private Future<SessionToken> create(List<String> made) {
        int bucket = SessionIds.bucketOfUser(user, store.buckets());
        long now = store.nowMillis();
        SessionToken token =
                SessionToken.issue(SessionIds.create(bucket, now * 1_000, ThreadLocalRandom.current()), random);
        SessionRecord record = SessionRecord.create(token.id(), token.secretHash(), NewSession.of(user), policy, now);
        made.add(token.id());
        return tolerant(store.create(record)).map(outcome -> outcome == CreateOutcome.CREATED ? token : null);
    }

    private Future<Void> rotate(SessionToken token) {
        if (token == null) {
            return Future.succeededFuture();
        }
        Nonce nonce = Nonce.create(random);
        SecretHash successor = token.successor(nonce.toBytes()).secretHash();
        return tolerant(store.rotate(token.id(), token.secretHash(), successor, nonce))
                .compose(outcome -> {
                    if (outcome == null) {
                        return hasOneOf(token.id(), token.secretHash(), successor);
                    }
                    if (!(outcome instanceof RotateOutcome.Rotated)) {
                        wrong.add("a living session was not rotated: " + outcome);
                    }
                    return hasOneOf(token.id(), successor, successor);
                });
    }

    private Future<Void> reauthenticate(SessionToken token) {
        if (token == null) {
            return Future.succeededFuture();
        }
        SecretHash fresh = SessionToken.issue(token.id(), random).secretHash();
        return tolerant(store.reauthenticate(token.id(), token.secretHash(), fresh))
                .compose(outcome -> {
                    if (outcome == null) {
                        return hasOneOf(token.id(), token.secretHash(), fresh);
                    }
                    if (!(outcome instanceof UseOutcome.Live)) {
                        wrong.add("a living session was not re-authenticated: " + outcome);
                    }
                    return hasOneOf(token.id(), fresh, fresh);
                });
    }

    private Future<Void> hasOneOf(String id, SecretHash one, SecretHash other) {
        return tolerant(store.find(id)).map(found -> {
            if (found instanceof SessionRecord record
                    && !record.secretHash().equals(one)
                    && !record.secretHash().equals(other)) {
                wrong.add("a session has neither the old nor the new secret: " + id);
            }
            return null;
        });
    }

    private Future<Void> list(int most) {
        return tolerant(store.listForUser(user, new ListQuery(PageRequest.Order.USED, 100, null)))
                .map(page -> {
                    if (page != null && page.items().size() > most) {
                        wrong.add(
                                "more sessions than permitted: " + page.items().size());
                    }
                    return null;
                });
    }

    /** Of any bucket, so whether it fails says nothing of this user's. */
    private Future<Void> sweep() {
        return store.sweep().<Void>mapEmpty().recover(failure -> {
            if (!(failure instanceof StoreException)) {
                wrong.add("an unknown failure: " + failure);
            }
            return Future.succeededFuture();
        });
    }

    private Future<Void> endAll(List<String> made) {
        return tolerant(store.destroyForUser(user, null, "revoked")).compose(result -> {
            if (result == null || result.more()) {
                return Future.succeededFuture();
            }
            Future<Void> looks = list(0);
            for (String id : made) {
                looks = looks.compose(before -> tolerant(store.find(id))).map(found -> {
                    if (found instanceof SessionRecord) {
                        wrong.add("found after all were ended: " + id);
                    }
                    return null;
                });
            }
            return looks;
        });
    }

    /** Null where it failed. */
    private <T> Future<T> tolerant(Future<T> call) {
        return call.recover(failure -> {
            if (!(failure instanceof StoreException)) {
                wrong.add("an unknown failure: " + failure);
            }
            failed.add(String.valueOf(failure));
            return Future.succeededFuture();
        });
    }
}
