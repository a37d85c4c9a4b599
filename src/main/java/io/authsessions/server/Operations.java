package io.authsessions.server;

import io.authsessions.service.AuthSessionService;
import io.authsessions.web.ProblemCode;
import io.authsessions.web.Problems;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** What operators and their tools look at: counts, events, metrics. Event-loop confined. */
final class Operations {
    private final AuthSessionService service;
    private final EventHub events;
    private final FailedResolves limiter;
    private final Metrics metrics;

    Operations(AuthSessionService service, EventHub events, FailedResolves limiter, Metrics metrics) {
        this.service = service;
        this.events = events;
        this.limiter = limiter;
        this.metrics = metrics;
    }

    void mount(Routes routes, AdminKeyGuard guard) {
        routes.at("/v1/admin/stats").get(guard, this::stats).only();
        routes.at("/v1/admin/events").get(guard, this::stream).only();
        routes.at("/metrics").get(guard, this::scrape).only();
    }

    private void stats(RoutingContext ctx) {
        RequestReader.noQuery(ctx);
        Answers.ok(ctx, service.countSessions().map(sessions -> {
            JsonObject counts = new JsonObject();
            events.counts().forEach(counts::put);
            return new JsonObject()
                    .put("sessions", sessions)
                    .put("events", counts)
                    .put("eventStreams", events.size())
                    .put("refusedRequests", limiter.refused());
        }));
    }

    private void stream(RoutingContext ctx) {
        RequestReader.noQuery(ctx);
        ctx.response().putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream; charset=utf-8");
        if (ctx.request().method().equals(HttpMethod.HEAD)) {
            ctx.response().end();
            return;
        }
        EventStream stream =
                new EventStream(ctx.vertx(), ctx.response(), ctx.request().connection()::close, events::remove);
        if (events.add(stream)) {
            stream.open(ctx.request().headers().contains("Last-Event-ID"));
        } else {
            ctx.response().putHeader(HttpHeaders.RETRY_AFTER, "5");
            Problems.send(ctx, ProblemCode.TOO_MANY_REQUESTS);
        }
    }

    private void scrape(RoutingContext ctx) {
        RequestReader.noQuery(ctx);
        service.countSessions().onComplete(sessions -> metrics.answer(ctx, sessions.result()));
    }
}
