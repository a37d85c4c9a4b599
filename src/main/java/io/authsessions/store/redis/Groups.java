package io.authsessions.store.redis;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Does something for each of many, a bounded number at a time, so that a long list floods nobody. */
final class Groups {
    private static final int WIDTH = 64;

    private Groups() {}

    /** The results in order; fails as soon as one fails. */
    static <T, R> Future<List<R>> each(List<T> items, Function<T, Future<R>> work) {
        return from(items, 0, work, new ArrayList<>(items.size()));
    }

    private static <T, R> Future<List<R>> from(List<T> items, int first, Function<T, Future<R>> work, List<R> done) {
        if (first >= items.size()) {
            return Future.succeededFuture(done);
        }
        int end = Math.min(first + WIDTH, items.size());
        List<Future<R>> running = items.subList(first, end).stream().map(work).toList();
        return Future.all(running).compose(all -> {
            running.forEach(each -> done.add(each.result()));
            return from(items, end, work, done);
        });
    }
}
