package io.authsessions.service;

import io.authsessions.model.AuthSession;
import io.authsessions.model.BulkResult;
import io.authsessions.model.FailureCode;
import io.authsessions.model.InvalidRequestException;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest;
import io.authsessions.model.Resolution;
import io.authsessions.model.ResolveOptions;
import io.authsessions.model.SessionPage;
import io.authsessions.model.SessionToken;
import io.authsessions.model.SessionUpdate;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The service as callers on the bus get it: the generated proxy, tried on this node first, with the failures of the bus
 * told in the service's own codes. What a token stands for, which is asked for each request of a web application, is asked
 * of a service in the same Vert.x directly (docs/decisions/0005). Thread-safe.
 */
final class BusSessionService implements AuthSessionService, TokenResolver {
    static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(2);

    private final NearbyServices nearbyServices;
    private final long deadlineMillis;
    private final AuthSessionService nearby;
    private final @Nullable AuthSessionService cluster;

    BusSessionService(Vertx vertx, String address, Duration deadline) {
        this.nearbyServices = NearbyServices.at(vertx, address);
        this.deadlineMillis = deadline.toMillis();
        DeliveryOptions options = new DeliveryOptions().setSendTimeout(deadline.toMillis());
        this.nearby =
                new AuthSessionServiceVertxEBProxy(vertx, address, new DeliveryOptions(options).setLocalOnly(true));
        this.cluster = vertx.isClustered() ? new AuthSessionServiceVertxEBProxy(vertx, address, options) : null;
    }

    @Override
    public Future<IssuedSession> createSession(NewSession request) {
        return call(service -> service.createSession(request));
    }

    @Override
    public Future<Resolution> resolveSession(@Nullable String token) {
        TokenResolver direct = nearbyServices.first();
        if (direct == null || isLong(token)) {
            return call(service -> service.resolveSession(token));
        }
        return ask(direct, SessionToken.parse(token), ResolveOptions.DEFAULT);
    }

    @Override
    public Future<Resolution> resolveSessionWith(@Nullable String token, ResolveOptions options) {
        TokenResolver direct = nearbyServices.first();
        if (direct == null || isLong(token) || isMissing(options)) {
            return call(service -> service.resolveSessionWith(token, options));
        }
        return ask(direct, SessionToken.parse(token), options);
    }

    @Override
    public Future<Resolution> resolve(SessionToken token, ResolveOptions options) {
        TokenResolver direct = nearbyServices.first();
        if (direct != null) {
            return ask(direct, token, options);
        }
        return options.equals(ResolveOptions.DEFAULT)
                ? call(service -> service.resolveSession(token.reveal()))
                : call(service -> service.resolveSessionWith(token.reveal(), options));
    }

    @Override
    public Future<@Nullable String> getUserIdFromSession(@Nullable String token) {
        return call(service -> service.getUserIdFromSession(token));
    }

    @Override
    public Future<@Nullable JsonObject> getSessionMeta(@Nullable String token) {
        return call(service -> service.getSessionMeta(token));
    }

    @Override
    public Future<@Nullable AuthSession> getSession(String sessionId) {
        return call(service -> service.getSession(sessionId));
    }

    @Override
    public Future<SessionPage> getSessionsForUser(String userId, PageRequest page) {
        return call(service -> service.getSessionsForUser(userId, page));
    }

    @Override
    public Future<SessionPage> listSessions(PageRequest page) {
        return call(service -> service.listSessions(page));
    }

    @Override
    public Future<Long> countSessions() {
        return call(AuthSessionService::countSessions);
    }

    @Override
    public Future<AuthSession> updateSession(String sessionId, SessionUpdate update) {
        return call(service -> service.updateSession(sessionId, update));
    }

    @Override
    public Future<IssuedSession> rotateSession(String token) {
        return call(service -> service.rotateSession(token));
    }

    @Override
    public Future<IssuedSession> reauthenticateSession(String token) {
        return call(service -> service.reauthenticateSession(token));
    }

    @Override
    public Future<Boolean> destroySession(String sessionId, String reason) {
        return call(service -> service.destroySession(sessionId, reason));
    }

    @Override
    public Future<Boolean> destroySessionByToken(@Nullable String token, String reason) {
        return call(service -> service.destroySessionByToken(token, reason));
    }

    @Override
    public Future<BulkResult> destroySessionsForUser(String userId, @Nullable String exceptSessionId, String reason) {
        return call(service -> service.destroySessionsForUser(userId, exceptSessionId, reason));
    }

    /** Nobody there means that nothing was done, so the second try repeats nothing. */
    private <T extends @Nullable Object> Future<T> call(Function<AuthSessionService, Future<T>> method) {
        AuthSessionService elsewhere = cluster;
        Future<T> answer = ask(nearby, method);
        if (elsewhere != null) {
            answer = answer.recover(
                    failure -> isNobodyThere(failure) ? ask(elsewhere, method) : Future.failedFuture(failure));
        }
        return ours(answer);
    }

    /** The proxy writes the arguments before anybody judges them, and throws where they cannot be written. */
    private static <T extends @Nullable Object> Future<T> ask(
            AuthSessionService proxy, Function<AuthSessionService, Future<T>> method) {
        try {
            return method.apply(proxy);
        } catch (InvalidRequestException e) {
            return Future.failedFuture(Failures.invalid(e));
        } catch (RuntimeException | StackOverflowError e) {
            return Future.failedFuture(Failures.invalid(new InvalidRequestException("body", "cannot be written")));
        }
    }

    /** Asks a service in this Vert.x, which keeps its own deadline; this keeps that of the proxy. */
    private Future<Resolution> ask(TokenResolver direct, @Nullable SessionToken token, ResolveOptions options) {
        if (token == null) {
            return Resolver.NONE;
        }
        Future<Resolution> answer;
        try {
            answer = Objects.requireNonNull(direct.resolve(token, options), "answer");
        } catch (Throwable e) {
            return Future.failedFuture(ForeignService.told(e));
        }
        return answer.succeeded()
                ? answer
                : answer.timeout(deadlineMillis, TimeUnit.MILLISECONDS)
                        .recover(failure -> Future.failedFuture(
                                failure instanceof TimeoutException
                                        ? Failures.from(new ReplyException(ReplyFailure.TIMEOUT))
                                        : ForeignService.told(failure)));
    }

    /** What the guard of the service refuses is for it to refuse. */
    private static boolean isLong(@Nullable String token) {
        return token != null && token.length() > BusGuard.MAX_TEXT;
    }

    private static boolean isMissing(@Nullable Object value) {
        return value == null;
    }

    private static <T extends @Nullable Object> Future<T> ours(Future<T> answer) {
        return answer.recover(failure -> Future.failedFuture(explain(failure)));
    }

    /** A reply that cannot be read is a fault of the service, not of the request. */
    private static Throwable explain(@Nullable Throwable failure) {
        return failure instanceof ReplyException
                ? Failures.from(failure)
                : Failures.of(FailureCode.INTERNAL, "the session service answered in another language");
    }

    private static boolean isNobodyThere(@Nullable Throwable failure) {
        return failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS;
    }
}
