package io.authsessions.web;

import io.authsessions.model.AuthSession;
import io.authsessions.model.FailureCode;
import io.authsessions.model.Resolution;
import io.authsessions.model.ResolveOptions;
import io.authsessions.model.SessionToken;
import io.authsessions.service.AuthSessionService;
import io.authsessions.service.Failures;
import io.authsessions.service.TokenResolver;
import io.vertx.core.Completable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.ext.web.handler.JWTAuthHandler;
import io.vertx.ext.web.handler.impl.AuthenticationHandlerInternal;
import io.vertx.ext.web.impl.UserContextInternal;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The handler. A decision is an {@link AuthSessionContext}, or null for an anonymous request that may pass, or a
 * failure: a {@link Refusal} or what the service failed with.
 */
final class SessionAuthentication extends AdjustableHandler implements AuthenticationHandlerInternal {
    private static final String REFUSAL_KEY = Refusal.class.getName();

    private SessionAuthentication(AuthSessionService service, InstantSource clock, HandlerSettings settings) {
        super(service, clock, settings);
    }

    static SessionAuthenticationHandler create(AuthSessionService service, InstantSource clock) {
        return new SessionAuthentication(service, clock, HandlerSettings.DEFAULT);
    }

    @Override
    public JWTAuthHandler asBearerSecurity() {
        return new BearerSecurity(this);
    }

    @Override
    SessionAuthentication with(HandlerSettings changed) {
        return new SessionAuthentication(service, clock, changed);
    }

    @Override
    public void signOut(RoutingContext ctx) {
        new SigningOut(service, settings).handle(ctx, with(settings.withFreshFor(null)));
    }

    @Override
    public void handle(RoutingContext ctx) {
        Passage passage = new Passage(ctx);
        // Within one turn of an event loop nothing arrives; elsewhere a service may wait in the midst of it.
        boolean oneTurn = Context.isOnEventLoopThread();
        if (!oneTurn) {
            passage.hold();
        }
        decide(ctx, passage);
        if (oneTurn) {
            passage.hold();
        }
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
                promise.complete(new SessionUser(accepted));
            } else {
                AuthSessionContext.detachFrom(ctx);
                promise.complete(null);
            }
        });
        return promise.future();
    }

    @Override
    public boolean setAuthenticateHeader(RoutingContext ctx) {
        Refusal refusal = ctx.get(REFUSAL_KEY, settings.challenges().noCredentials());
        String challenge = refusal.challenge();
        if (challenge == null) {
            return false;
        }
        ctx.response().headers().add(Problems.WWW_AUTHENTICATE, challenge);
        return true;
    }

    void decide(RoutingContext ctx, Completable<@Nullable AuthSessionContext> then) {
        Problems.markAsPersonal(ctx.response());
        Credentials credentials = Credentials.read(ctx.request().headers(), settings.cookie());
        if (credentials instanceof Credentials.Bearer bearer) {
            decide(bearer.token(), then);
        } else if (credentials == Credentials.MALFORMED) {
            then.fail(settings.challenges().malformed());
        } else if (credentials != Credentials.NONE) {
            decideByCookie(ctx, credentials, then);
        } else if (settings.optional()) {
            then.complete(null, null);
        } else {
            then.fail(settings.challenges().noCredentials());
        }
    }

    private void decideByCookie(
            RoutingContext ctx, Credentials credentials, Completable<@Nullable AuthSessionContext> then) {
        Throwable refusal = CookieRules.refusal(ctx, credentials, settings);
        if (refusal != null) {
            then.fail(refusal);
            return;
        }
        String value = credentials instanceof Credentials.Cookie cookie ? cookie.value() : "";
        Completable<@Nullable AuthSessionContext> judged = (accepted, failure) -> {
            boolean isDead = failure instanceof Refusal known && known.problem() == ProblemCode.INVALID_TOKEN;
            if (accepted != null) {
                then.succeed(accepted.foundByCookie(settings.guard()));
            } else if (failure != null && !(isDead && settings.optional())) {
                then.fail(failure);
            } else {
                then.complete(null, null);
            }
        };
        decide(SessionToken.parse(value), judged);
    }

    private void decide(@Nullable SessionToken token, Completable<@Nullable AuthSessionContext> then) {
        if (token == null) {
            then.fail(settings.challenges().unknownToken());
        } else {
            judgeWhenResolved(resolve(token), token, then);
        }
    }

    private Future<Resolution> resolve(SessionToken token) {
        try {
            Future<Resolution> answer = service instanceof TokenResolver direct
                    ? direct.resolve(token, settings.resolve())
                    : ask(token, settings.resolve());
            return answer == null ? Future.failedFuture("the session service returned no future") : answer;
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private Future<Resolution> ask(SessionToken token, ResolveOptions options) {
        return options.equals(ResolveOptions.DEFAULT)
                ? service.resolveSession(token.reveal())
                : service.resolveSessionWith(token.reveal(), options);
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
                then.fail(settings.challenges().notFresh(Objects.requireNonNull(settings.freshFor())));
            }
            return;
        }
        Resolution.Ended ended = resolution.ended();
        then.fail(
                ended == null
                        ? settings.challenges().unknownToken()
                        : settings.challenges().ended(ended.reason()));
    }

    private boolean isFresh(AuthSession session) {
        return settings.freshFor() == null
                || clock.millis() - session.authenticatedAtMillis()
                        < settings.freshFor().toMillis();
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

    private static void setUser(RoutingContext ctx, @Nullable User user) {
        ((UserContextInternal) ctx.userContext()).setUser(user);
    }

    /** The way of one request through this handler. On the request's own context only. */
    private final class Passage implements Completable<@Nullable AuthSessionContext> {
        private final RoutingContext ctx;
        private boolean decided;
        private boolean waited;
        private boolean held;

        Passage(RoutingContext ctx) {
            this.ctx = ctx;
        }

        /** What arrives before the route has set its handlers would be lost; one that is decided has reached it. */
        void hold() {
            if (decided) {
                return;
            }
            waited = true;
            HttpServerRequest request = ctx.request();
            if (!request.isEnded()) {
                request.pause();
                held = true;
            }
        }

        @Override
        public void complete(@Nullable AuthSessionContext accepted, @Nullable Throwable failure) {
            decided = true;
            if (held && !ctx.request().isEnded()) {
                ctx.request().resume();
            }
            // The client has gone, or a time limit has answered.
            if (waited && (ctx.response().ended() || ctx.response().closed())) {
                return;
            }
            if (failure != null) {
                Problems.fail(ctx, failure);
                return;
            }
            if (accepted != null) {
                setUser(ctx, new SessionUser(accepted));
            } else if (AuthSessionContext.find(ctx) != null) {
                // Rerouted: what an earlier run has found is no longer so.
                AuthSessionContext.detachFrom(ctx);
                setUser(ctx, null);
            }
            postAuthentication(ctx);
        }
    }
}
