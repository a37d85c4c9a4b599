package io.authsessions.web;

import io.authsessions.model.AuthSession;
import io.authsessions.model.InvalidRequestException;
import io.authsessions.model.SessionEvent;
import io.authsessions.service.AuthSessionService;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * WebSockets and event streams that end when their session ends: a WebSocket is closed with status 1008, a stream comes
 * to its end. Told by the events of this Vert.x ({@code destroyed}, {@code expired}); after a {@code gap} every session
 * with a connection is asked for again, as it is when a connection is bound, at its deadline, and once per
 * {@link Options#recheck()}, which is also the bound where the service is on another node and its events are not heard
 * here. While sessions cannot be read connections stay, and are asked for again each second: an outage signs nobody
 * out. A connection by itself is not a use of its session.
 *
 * <p>The numbers of connections, in all and of one session, are bounded. Thread-safe. What is created in a verticle ends
 * with it.
 */
public final class SessionConnections {
    private static final long TICK_MILLIS = 1_000;
    private static final short TRY_AGAIN_LATER = 1013;

    private final AuthSessionService service;
    private final InstantSource clock;
    private final WatchedSessions sessions;
    private final Vertx vertx;
    private final MessageConsumer<JsonObject> events;
    private final long timer;

    /**
     * What may differ.
     *
     * @param eventsAddress where the service announces events
     * @param maxConnections the most connections in all; at least 1
     * @param maxPerSession the most connections of one session; at least 1
     * @param recheck how often each session is asked for again, events or not; at least one second
     */
    public record Options(String eventsAddress, int maxConnections, int maxPerSession, Duration recheck) {
        /** The service's own address, 10,000 connections, 32 per session, once a minute. */
        public static final Options DEFAULT =
                new Options(AuthSessionService.EVENTS_ADDRESS, 10_000, 32, Duration.ofMinutes(1));

        /**
         * Holds the values against their bounds.
         *
         * @throws IllegalArgumentException if one is out of them
         */
        public Options {
            Objects.requireNonNull(eventsAddress, "eventsAddress");
            if (maxConnections < 1 || maxPerSession < 1 || recheck.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException("at least 1 connection, and at least one second between checks");
            }
        }
    }

    private SessionConnections(Vertx vertx, AuthSessionService service, Options options, InstantSource clock) {
        this.vertx = vertx;
        this.service = service;
        this.clock = clock;
        this.sessions = new WatchedSessions(
                options.maxConnections(),
                options.maxPerSession(),
                options.recheck().toMillis());
        this.events = vertx.eventBus().localConsumer(options.eventsAddress(), this::heard);
        this.timer = vertx.setPeriodic(TICK_MILLIS, tick -> check(sessions.due(clock.millis())));
    }

    /**
     * Connections of the sessions that a service knows; completes when its events are heard.
     *
     * @throws IllegalStateException if {@code io.vertx:vertx-web} is not on the class path
     */
    public static Future<SessionConnections> create(Vertx vertx, AuthSessionService service) {
        return create(vertx, service, Options.DEFAULT, InstantSource.system());
    }

    /** As {@link #create(Vertx, AuthSessionService)}, otherwise configured, and with the clock for deadlines. */
    public static Future<SessionConnections> create(
            Vertx vertx, AuthSessionService service, Options options, InstantSource clock) {
        VertxWeb.requireFor(SessionConnections.class);
        SessionConnections made = new SessionConnections(vertx, service, options, clock);
        return made.events.completion().map(made);
    }

    /**
     * Lets a WebSocket last no longer than the session of the request that it came from.
     *
     * @return false if there are too many connections: then it is closed with status 1013
     * @throws IllegalStateException if the request has no session
     */
    public boolean bind(RoutingContext ctx, ServerWebSocket socket) {
        boolean isBound =
                bind(AuthSessionContext.of(ctx).session(), new BoundConnection.Socket(socket)) == Outcome.BOUND;
        if (!isBound) {
            socket.close(TRY_AGAIN_LATER, "too many connections");
        }
        return isBound;
    }

    /**
     * Lets the answer to a request, which the route is about to write as a stream, last no longer than the request's
     * session. Nothing of it may have been written.
     *
     * @return false if the request was refused and answered: 403 if a page of another site made the browser send it with
     *     the cookie, 429 or 503 if there are too many connections of the session or in all
     * @throws IllegalStateException if the request has no session
     */
    public boolean bind(RoutingContext ctx) {
        AuthSessionContext context = AuthSessionContext.of(ctx);
        if (!context.permitsStream(ctx.request())) {
            Problems.send(ctx, ProblemCode.CROSS_SITE_REQUEST);
            return false;
        }
        Outcome outcome =
                bind(context.session(), new BoundConnection.Stream(ctx.vertx().getOrCreateContext(), ctx.response()));
        if (outcome == Outcome.BOUND) {
            return true;
        }
        boolean isOfSession = outcome == Outcome.TOO_MANY_OF_SESSION;
        Problems.send(ctx, isOfSession ? ProblemCode.TOO_MANY_REQUESTS : ProblemCode.OVERLOADED);
        return false;
    }

    /** How many connections are bound. */
    public int size() {
        return sessions.size();
    }

    /** Stops watching, and ends all connections: WebSockets with status 1001. */
    public Future<Void> close() {
        vertx.cancelTimer(timer);
        sessions.removeAll().forEach(connection -> connection.end(false));
        return events.unregister();
    }

    /** What became of a connection that was to be bound. */
    enum Outcome {
        BOUND,
        TOO_MANY_OF_SESSION,
        TOO_MANY
    }

    /** The session may have ended since it was resolved, and that been announced: so it is asked for once more. */
    private Outcome bind(AuthSession session, BoundConnection connection) {
        Outcome outcome = sessions.add(session.id(), connection);
        if (outcome == Outcome.BOUND) {
            check(sessions.toCheck(session.id()));
        }
        return outcome;
    }

    private void heard(Message<JsonObject> message) {
        SessionEvent event = read(message.body());
        if (event == null || event.type() == SessionEvent.Type.GAP) {
            check(sessions.allToCheck());
        } else if (event.sessionId() != null
                && (event.type() == SessionEvent.Type.DESTROYED || event.type() == SessionEvent.Type.EXPIRED)) {
            end(event.sessionId());
        }
    }

    /** Null for what cannot be read: it may have been an end. */
    private static @Nullable SessionEvent read(JsonObject body) {
        try {
            return SessionEvent.fromJson(body);
        } catch (InvalidRequestException | NullPointerException e) {
            return null;
        }
    }

    private void end(String sessionId) {
        sessions.remove(sessionId).forEach(connection -> connection.end(true));
    }

    private void check(List<String> ids) {
        List<String> next = new ArrayList<>(ids);
        next.forEach(id -> Asking.here(() -> service.getSession(id)).onComplete((session, failure) -> {
            if (failure == null && session == null) {
                end(id);
            }
            Long deadline = session == null ? null : session.expiresAtMillis();
            check(sessions.checked(id, clock.millis(), deadline));
        }));
    }
}
