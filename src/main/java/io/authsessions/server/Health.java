package io.authsessions.server;

import io.authsessions.AuthSessions;
import io.authsessions.AuthSessions.CacheStatus;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Says whether the process lives, and whether it can do its work. Needs no key, so it tells no more than that, and
 * however many ask, the store is asked by one check at a time. Thread-safe.
 */
final class Health {
    private static final String UP = "up";
    private static final String DOWN = "down";
    private static final String DEGRADED = "degraded";

    private final AuthSessions sessions;
    private final String storeType;
    private final Duration deadline;
    private final AtomicReference<@Nullable Future<List<String>>> underWay = new AtomicReference<>();

    /**
     * The health of some sessions.
     *
     * @param deadline after which a store that says nothing counts as down
     */
    Health(AuthSessions sessions, String storeType, Duration deadline) {
        this.sessions = sessions;
        this.storeType = storeType;
        this.deadline = deadline;
    }

    Routes mount(Routes routes) {
        JsonObject up = new JsonObject().put("status", UP);
        routes.at("/health/live").get(ctx -> Answers.json(ctx, 200, up)).only();
        routes.at("/health/ready").get(this::ready).only();
        return routes;
    }

    private void ready(RoutingContext ctx) {
        check().onComplete(warnings -> Answers.json(ctx, 200, working(warnings)), failure -> {
            ctx.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
            Answers.json(ctx, 503, body(DOWN, List.of()));
        });
    }

    /** Without answers from memory all is answered, and more slowly. */
    private JsonObject working(List<String> warnings) {
        JsonObject body = body(UP, warnings);
        CacheStatus cache = sessions.cacheStatus();
        if (cache == CacheStatus.OFF) {
            return body;
        }
        String status = cache == CacheStatus.UP ? UP : DEGRADED;
        return body.put("status", status).put("cache", new JsonObject().put("status", status));
    }

    private JsonObject body(String status, List<String> warnings) {
        return new JsonObject()
                .put("status", status)
                .put(
                        "store",
                        new JsonObject()
                                .put("type", storeType)
                                .put("status", status)
                                .put("warnings", new JsonArray(warnings)));
    }

    private Future<List<String>> check() {
        Future<List<String>> known = underWay.get();
        if (known != null && !known.isComplete()) {
            return known;
        }
        Future<List<String>> begun = sessions.checkStore().timeout(deadline.toMillis(), TimeUnit.MILLISECONDS);
        underWay.compareAndSet(known, begun);
        return begun;
    }
}
