package io.authsessions.web;

import io.authsessions.model.AuthSession;
import io.authsessions.model.FailureCode;
import io.authsessions.model.Resolution;
import io.authsessions.model.ResolveOptions;
import io.authsessions.model.SessionToken;
import io.authsessions.service.AuthSessionService;
import io.authsessions.service.Failures;
import io.vertx.core.Completable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.ext.web.handler.JWTAuthHandler;
import io.vertx.ext.web.handler.impl.AuthenticationHandlerInternal;
import io.vertx.ext.web.impl.UserContextInternal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The handler. A decision is an {@link AuthSessionContext}, or null for an anonymous request that may pass, or a
 * failure: a {@link Refusal} or what the service failed with.
 */
final class SessionAuthentication implements AuthSessionHandler, AuthenticationHandlerInternal {
    private static final Duration MAX_FRESH_FOR = Duration.ofDays(365);
    private static final String REFUSAL_KEY = Refusal.class.getName();

    private final AuthSessionService service;
    private final InstantSource clock;
    private final Settings settings;

    /**
     * How one handler differs from another.
     *
     * @param freshFor how recent a proof of identity must be, or null if it does not matter
     */
    private record Settings(
            boolean optional,
            ResolveOptions resolve,
            @Nullable Duration freshFor,
            Challenges challenges) {
        static final Settings DEFAULT =
                new Settings(false, ResolveOptions.DEFAULT, null, new Challenges(Challenges.DEFAULT_REALM));
    }

    private SessionAuthentication(AuthSessionService service, InstantSource clock, Settings settings) {
        this.service = Objects.requireNonNull(service, "service");
        this.clock = Objects.requireNonNull(clock, "clock");
        this.settings = settings;
    }

    static AuthSessionHandler create(AuthSessionService service, InstantSource clock) {
        return new SessionAuthentication(service, clock, Settings.DEFAULT);
    }

    @Override
    public AuthSessionHandler required() {
        return with(false, settings.resolve, settings.freshFor, settings.challenges);
    }

    @Override
    public AuthSessionHandler optional() {
        return with(true, settings.resolve, settings.freshFor, settings.challenges);
    }

    @Override
    public AuthSessionHandler strict() {
        ResolveOptions options = new ResolveOptions(true, settings.resolve.touch());
        return with(settings.optional, options, settings.freshFor, settings.challenges);
    }

    @Override
    public AuthSessionHandler withoutTouch() {
        ResolveOptions options = new ResolveOptions(settings.resolve.strict(), false);
        return with(settings.optional, options, settings.freshFor, settings.challenges);
    }

    @Override
    public AuthSessionHandler fresh(Duration freshFor) {
        if (freshFor.toSeconds() < 1 || freshFor.compareTo(MAX_FRESH_FOR) > 0) {
            throw new IllegalArgumentException("freshFor must be from one second to 365 days");
        }
        return with(settings.optional, settings.resolve, freshFor, settings.challenges);
    }

    @Override
    public AuthSessionHandler realm(String realm) {
        return with(settings.optional, settings.resolve, settings.freshFor, new Challenges(realm));
    }

    @Override
    public JWTAuthHandler asBearerSecurity() {
        return new BearerSecurity(this);
    }

    private AuthSessionHandler with(
            boolean optional, ResolveOptions resolve, @Nullable Duration freshFor, Challenges challenges) {
        return new SessionAuthentication(service, clock, new Settings(optional, resolve, freshFor, challenges));
    }

    @Override
    public void handle(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        // What arrives before the route has set its handlers would be lost.
        if (!request.isEnded()) {
            request.pause();
        }
        decide(ctx, (accepted, failure) -> {
            if (!request.isEnded()) {
                request.resume();
            }
            // The client has gone, or a time limit has answered.
            if (ctx.response().ended() || ctx.response().closed()) {
                return;
            }
            if (failure != null) {
                Problems.fail(ctx, failure);
                return;
            }
            if (accepted != null) {
                accepted.attachTo(ctx);
                setUser(ctx, userOf(accepted.session()));
            } else if (AuthSessionContext.find(ctx) != null) {
                // Rerouted: what an earlier run has found is no longer so.
                AuthSessionContext.detachFrom(ctx);
                setUser(ctx, null);
            }
            postAuthentication(ctx);
        });
    }

    /** For chains and OpenAPI routers, which pause the request, set the user and answer by themselves. */
    @Override
    public Future<@Nullable User> authenticate(RoutingContext ctx) {
        Promise<@Nullable User> promise = Promise.promise();
        decide(ctx, (accepted, failure) -> {
            if (failure != null) {
                promise.fail(forChain(ctx, failure));
            } else if (accepted != null) {
                accepted.attachTo(ctx);
                promise.complete(userOf(accepted.session()));
            } else {
                AuthSessionContext.detachFrom(ctx);
                promise.complete(null);
            }
        });
        return promise.future();
    }

    @Override
    public boolean setAuthenticateHeader(RoutingContext ctx) {
        Refusal refusal = ctx.get(REFUSAL_KEY, settings.challenges.noCredentials());
        ctx.response().headers().add(Problems.WWW_AUTHENTICATE, refusal.challenge());
        return true;
    }

    private void decide(RoutingContext ctx, Completable<@Nullable AuthSessionContext> then) {
        Problems.markAsPersonal(ctx.response());
        Credentials credentials = Credentials.read(ctx.request().headers());
        if (credentials instanceof Credentials.Bearer bearer) {
            SessionToken token = SessionToken.parse(bearer.token());
            if (token == null) {
                then.fail(settings.challenges.unknownToken());
            } else {
                judgeWhenResolved(resolve(bearer.token()), token, then);
            }
        } else if (credentials == Credentials.MALFORMED) {
            then.fail(settings.challenges.malformed());
        } else if (settings.optional) {
            then.complete(null, null);
        } else {
            then.fail(settings.challenges.noCredentials());
        }
    }

    private Future<Resolution> resolve(String token) {
        try {
            Future<Resolution> answer = settings.resolve.equals(ResolveOptions.DEFAULT)
                    ? service.resolveSession(token)
                    : service.resolveSessionWith(token, settings.resolve);
            return answer == null ? Future.failedFuture("the session service returned no future") : answer;
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private void judgeWhenResolved(
            Future<Resolution> answer, SessionToken token, Completable<@Nullable AuthSessionContext> then) {
        if (answer.isComplete()) {
            judge(answer, token, then);
            return;
        }
        Context home = Vertx.currentContext();
        answer.onComplete(done -> {
            // A service of another make may complete on a thread of its own; a route runs on the request's.
            if (home == null || home == Vertx.currentContext()) {
                judge(answer, token, then);
            } else {
                home.runOnContext(back -> judge(answer, token, then));
            }
        });
    }

    private void judge(Future<Resolution> answer, SessionToken token, Completable<@Nullable AuthSessionContext> then) {
        Resolution resolution = answer.result();
        if (resolution == null) {
            then.fail(outage(answer.cause()));
            return;
        }
        AuthSession session = resolution.session();
        if (session != null) {
            if (isFresh(session)) {
                then.succeed(new AuthSessionContext(session, token, service));
            } else {
                then.fail(settings.challenges.notFresh(Objects.requireNonNull(settings.freshFor)));
            }
            return;
        }
        Resolution.Ended ended = resolution.ended();
        then.fail(ended == null ? settings.challenges.unknownToken() : settings.challenges.ended(ended.reason()));
    }

    private boolean isFresh(AuthSession session) {
        return settings.freshFor == null
                || clock.millis() - session.authenticatedAtMillis() < settings.freshFor.toMillis();
    }

    /** A service that refuses a token of good form, other than by overload, is at fault, and the client is not. */
    private static Throwable outage(@Nullable Throwable cause) {
        if (cause == null) {
            return new IllegalStateException("the session service answered nothing");
        }
        FailureCode code = Failures.codeOf(cause);
        boolean isTold = code == FailureCode.UNAVAILABLE || code == FailureCode.LIMIT;
        return isTold ? Failures.from(cause) : new IllegalStateException("the session service failed", cause);
    }

    private static HttpException forChain(RoutingContext ctx, Throwable failure) {
        if (failure instanceof Refusal refusal) {
            ctx.put(REFUSAL_KEY, refusal);
            return new HttpException(refusal.problem().status(), refusal);
        }
        ProblemCode problem = Problems.of(failure);
        Problems.announceRetry(ctx.response(), problem);
        return new HttpException(problem.status(), failure);
    }

    private static User userOf(AuthSession session) {
        return User.create(new JsonObject().put("sub", session.userId()).put("sid", session.id()));
    }

    private static void setUser(RoutingContext ctx, @Nullable User user) {
        ((UserContextInternal) ctx.userContext()).setUser(user);
    }
}
