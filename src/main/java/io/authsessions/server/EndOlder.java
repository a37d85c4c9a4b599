package io.authsessions.server;

import io.authsessions.model.AuthSession;
import io.authsessions.model.BulkResult;
import io.authsessions.model.EndReason;
import io.authsessions.model.PageRequest;
import io.authsessions.model.SessionPage;
import io.authsessions.service.AuthSessionService;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends all sessions that were created before a moment: after a breach, or a restored backup that brought ended ones back.
 * A call does a bounded part of the walk over all sessions and remembers, per moment, how far it came; repeated until
 * {@code more} is false, here or on any node, it has met every session that lived when the first call began.
 * Thread-safe.
 */
final class EndOlder {
    private static final int PAGES_PER_CALL = 10;
    private static final int ENDED_PER_CALL = 1_000;
    private static final int AT_ONCE = 50;
    private static final int MAX_WALKS = 16;

    /** Behind a place that was left alone for longer, a backup may have been restored again. */
    private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Where to go on, by moment. Each place is the end of one unbroken walk from the beginning. */
    private final Map<Long, Place> places = new LinkedHashMap<>();

    private final AuthSessionService service;
    private final LongSupplier nanoTime;

    /**
     * A walker over the sessions of that service.
     *
     * @param nanoTime a clock that only goes forward, in nanoseconds
     */
    EndOlder(AuthSessionService service, LongSupplier nanoTime) {
        this.service = service;
        this.nanoTime = nanoTime;
    }

    private record Place(String cursor, long keptAt) {}

    /** Ends sessions that were created before the moment, in milliseconds since the epoch. */
    Future<BulkResult> end(long createdBefore) {
        return part(createdBefore, takePlace(createdBefore), 0, PAGES_PER_CALL);
    }

    private Future<BulkResult> part(long createdBefore, @Nullable String place, int ended, int pagesLeft) {
        PageRequest request = new PageRequest(PageRequest.MAX_LIMIT, place, PageRequest.Order.CREATED);
        return service.listSessions(request)
                .compose(page -> endAll(older(page, createdBefore), 0, 0).map(count -> new Step(page, ended + count)))
                .onFailure(failure -> keepPlace(createdBefore, place))
                .compose(step -> {
                    String next = step.page.next();
                    if (next == null) {
                        return Future.succeededFuture(new BulkResult(step.ended, false));
                    }
                    if (pagesLeft > 1 && step.ended < ENDED_PER_CALL) {
                        return part(createdBefore, next, step.ended, pagesLeft - 1);
                    }
                    keepPlace(createdBefore, next);
                    return Future.succeededFuture(new BulkResult(step.ended, true));
                });
    }

    private record Step(SessionPage page, int ended) {}

    private static List<String> older(SessionPage page, long createdBefore) {
        return page.items().stream()
                .filter(session -> session.createdAtMillis() < createdBefore)
                .map(AuthSession::id)
                .toList();
    }

    /** A few at a time: others use the store too. */
    private Future<Integer> endAll(List<String> ids, int from, int ended) {
        if (from >= ids.size()) {
            return Future.succeededFuture(ended);
        }
        int to = Math.min(ids.size(), from + AT_ONCE);
        List<Future<Boolean>> calls = new ArrayList<>();
        ids.subList(from, to).forEach(id -> calls.add(service.destroySession(id, EndReason.REVOKED)));
        return Future.join(calls).compose(all -> {
            int count = (int) calls.stream().filter(Future::result).count();
            return endAll(ids, to, ended + count);
        });
    }

    private synchronized @Nullable String takePlace(long createdBefore) {
        Place place = places.remove(createdBefore);
        return place == null || nanoTime.getAsLong() - place.keptAt > KEPT_NANOS ? null : place.cursor;
    }

    /** A forgotten place costs a walk from the beginning, and nothing else. */
    private synchronized void keepPlace(long createdBefore, @Nullable String cursor) {
        if (cursor == null) {
            return;
        }
        places.put(createdBefore, new Place(cursor, nanoTime.getAsLong()));
        if (places.size() > MAX_WALKS) {
            places.remove(places.keySet().iterator().next());
        }
    }
}
