package io.authsessions.server;

import io.authsessions.AuthSessions;
import io.authsessions.service.AuthSessionService;
import io.authsessions.service.CacheMeters;
import io.authsessions.web.AuthSessionHandler;
import io.authsessions.web.CorsAllowlist;
import io.authsessions.web.CrossSiteGuard;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;

/** What both listeners show of some sessions, and what all their event loops share. Thread-safe. */
final class Surface {
    private final AuthSessionService service;
    private final ServerConfig config;
    private final Metrics metrics;
    private final AdminKeyGuard.Holders holders;
    private final Health health;
    private final EventHub events;
    private final KnownTokens known = new KnownTokens();
    private final FailedResolves limiter;
    private final EndOlder older;

    Surface(Vertx vertx, ServerConfig config, AdminKeys keys, Metrics metrics, AuthSessions sessions) {
        this.service = sessions.service();
        this.config = config;
        this.metrics = metrics;
        this.holders = new AdminKeyGuard.Holders(keys, new IntrospectionClients(config.introspectionClients()));
        this.health = new Health(
                sessions, config.sessions().storeType(), config.sessions().deadline());
        this.events = new EventHub(vertx, config.sessions().eventsAddress());
        this.limiter = new FailedResolves(
                config.limits().trustedProxies(),
                new FailureCounts(config.limits().maxFailedResolves(), System::nanoTime),
                known,
                config.browsers().cookie());
        this.older = new EndOlder(service, System::nanoTime);
        metrics.watch(events, limiter);
        CacheMeters cache = sessions.cacheMeters();
        if (cache != null) {
            metrics.watchCache(sessions, cache);
        }
    }

    /** What stands on every answer of the public listener. */
    SecurityHeaders publicHeaders() {
        return new SecurityHeaders(config.browsers().secureOnly());
    }

    /** What stands on every answer of the admin listener. */
    SecurityHeaders adminHeaders() {
        return new SecurityHeaders(false);
    }

    /** The routes of the public listener, for one event loop. */
    Router publicRoutes(Vertx vertx) {
        Routes routes = new Routes(vertx, publicHeaders());
        mountPublic(routes);
        return routes.router();
    }

    /** The routes of the admin listener, for one event loop. */
    Router adminRoutes(Vertx vertx) {
        Routes routes = new Routes(vertx, adminHeaders());
        mountAdmin(routes);
        return routes.router();
    }

    void mountPublic(Routes routes) {
        PublicApi.Doors doors = doors();
        // Before the list of origins, which answers a preflight with 204, and to a proxy 204 says that it may pass.
        ForwardAuth.mount(routes, limiter, doors.verifying());
        routes.before(CorsAllowlist.create(config.browsers().corsOrigins()));
        health.mount(routes);
        routes.before(limiter);
        new PublicApi(service, doors, known).mount(routes);
    }

    void mountAdmin(Routes routes) {
        health.mount(routes);
        new AdminApi(service, holders, known, older, metrics::noRoom).mount(routes);
        new Operations(service, events, limiter, metrics).mount(routes, AdminKeyGuard.forOperators(holders));
    }

    /** Ends what would otherwise keep requests under way. */
    Future<Void> close() {
        return events.close();
    }

    private PublicApi.Doors doors() {
        CrossSiteGuard guard = config.browsers().guard();
        AuthSessionHandler signedIn = AuthSessionHandler.create(service)
                .cookie(config.browsers().cookie())
                .guard(guard);
        AuthSessionHandler verifying = signedIn.guard(guard.judgingForwarded());
        AuthSessionHandler ending =
                config.freshToEnd() ? signedIn.fresh(config.sessions().policy().freshFor()) : signedIn;
        return new PublicApi.Doors(signedIn, signedIn, ending, verifying);
    }
}
