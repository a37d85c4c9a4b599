package io.authsessions.server;

import io.authsessions.AuthSessions;
import io.authsessions.model.SessionEvent;
import io.authsessions.service.CacheMeters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.util.EnumSet;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The server's metrics in the text form of Prometheus. No label tells a user, a session, an address or a path: labels
 * come from small closed sets. Thread-safe.
 */
final class Metrics {
    private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Counter full;
    private volatile double sessions = Double.NaN;

    /** Nothing is measured yet but what {@link #vertx} and {@link #watch} add. */
    Metrics() {
        // Each event loop's share of a listener or a link would register its gauges anew, and Micrometer would warn of
        // it.
        registry.config()
                .meterFilter(MeterFilter.deny(
                        id -> id.getType() == Meter.Type.GAUGE && id.getName().startsWith("vertx.")));
        full = Counter.builder("authsessions.store.full")
                .description("Sessions that were not created since the store has no room")
                .register(registry);
    }

    /** Counts a session that was not created since the store has no room. */
    void noRoom() {
        full.increment();
    }

    /** A Vert.x whose HTTP servers, event bus and event loops are measured. */
    Vertx vertx() {
        MicrometerMetricsOptions options = new MicrometerMetricsOptions()
                .setEnabled(true)
                // The local address tells the listeners apart. A method is whatever the client sends, and would be a
                // label without end.
                .setLabels(EnumSet.of(Label.LOCAL, Label.HTTP_CODE))
                .addDisabledMetricsCategory(MetricsDomain.EVENT_BUS)
                .addDisabledMetricsCategory(MetricsDomain.NAMED_POOLS)
                .addDisabledMetricsCategory(MetricsDomain.NET_CLIENT)
                .addDisabledMetricsCategory(MetricsDomain.DATAGRAM_SOCKET);
        return Vertx.builder()
                .withMetrics(new MicrometerMetricsFactory(registry))
                .with(new VertxOptions().setMetricsOptions(options))
                .build();
    }

    /** Measures a server. */
    void watch(EventHub events, FailedResolves limiter) {
        for (SessionEvent.Type type : SessionEvent.Type.values()) {
            FunctionCounter.builder("authsessions.events", events, hub -> hub.count(type))
                    .tag("type", type.name().toLowerCase(Locale.ROOT))
                    .description("Changes of sessions that were announced")
                    .register(registry);
        }
        FunctionCounter.builder("authsessions.requests.refused", limiter, FailedResolves::refused)
                .description("Requests refused after too many bad tokens from one address")
                .register(registry);
        Gauge.builder("authsessions.event.streams", events, EventHub::size)
                .description("Clients that listen to events")
                .register(registry);
        Gauge.builder("authsessions.sessions", this, metrics -> metrics.sessions)
                .description("Living sessions; NaN while the store does not answer")
                .register(registry);
    }

    /** Measures what answers from memory; {@code docs/metrics.md} describes the meters. */
    void watchCache(AuthSessions cached, CacheMeters known) {
        count(cached, "hits", "Resolves that were answered from memory", CacheMeters::hits);
        count(cached, "misses", "Resolves that asked the store", CacheMeters::misses);
        count(cached, "invalidations", "Sessions that a change named", CacheMeters::invalidations);
        leases(cached, "alive", CacheMeters::leasesAlive);
        leases(cached, "lapsed", CacheMeters::leasesLapsed);
        Gauge.builder(
                        "authsessions.cache.proof.age",
                        cached,
                        sessions -> read(sessions, CacheMeters::markRoundAgeMillis) / 1000)
                .baseUnit("seconds")
                .description("How long ago the last round of mark reads began that was answered in full")
                .register(registry);
        for (String cause : known.dropsByCause().keySet()) {
            FunctionCounter.builder(
                            "authsessions.cache.drops",
                            cached,
                            sessions -> read(
                                    sessions, meters -> meters.dropsByCause().getOrDefault(cause, 0L)))
                    .tag("cause", cause)
                    .description("Times that the copies of a bucket were dropped at once")
                    .register(registry);
        }
    }

    private void count(AuthSessions cached, String what, String description, ToDoubleFunction<CacheMeters> figure) {
        FunctionCounter.builder("authsessions.cache." + what, cached, sessions -> read(sessions, figure))
                .description(description)
                .register(registry);
    }

    private void leases(AuthSessions cached, String state, ToDoubleFunction<CacheMeters> figure) {
        Gauge.builder("authsessions.cache.leases", cached, sessions -> read(sessions, figure))
                .tag("state", state)
                .description("Buckets that are asked for, by whether their copies count as current")
                .register(registry);
    }

    private static double read(AuthSessions sessions, ToDoubleFunction<CacheMeters> figure) {
        CacheMeters meters = sessions.cacheMeters();
        return meters == null ? Double.NaN : figure.applyAsDouble(meters);
    }

    /** Answers with everything that is measured. */
    void answer(RoutingContext ctx, @Nullable Long living) {
        sessions = living == null ? Double.NaN : living;
        ctx.response().putHeader(HttpHeaders.CONTENT_TYPE, CONTENT_TYPE).end(registry.scrape());
    }
}
