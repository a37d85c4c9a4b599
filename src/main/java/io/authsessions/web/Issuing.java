package io.authsessions.web;

import io.authsessions.model.AuthSession;
import io.authsessions.model.ClientInfo;
import io.authsessions.model.EndReason;
import io.authsessions.model.FailureCode;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.SessionToken;
import io.authsessions.service.AuthSessionService;
import io.authsessions.service.Failures;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Hands out tokens that were just made. Event-loop confined: one per request. */
final class Issuing {
    private final AuthSessionService service;
    private final InstantSource clock;
    private final HandlerSettings settings;

    Issuing(AuthSessionService service, InstantSource clock, HandlerSettings settings) {
        this.service = service;
        this.clock = clock;
        this.settings = settings;
    }

    /** See {@link AuthSessionHandler#signIn}. */
    Future<SignedIn> signIn(RoutingContext ctx, NewSession request) {
        Problems.markAsPersonal(ctx.response());
        NewSession whole = request.client() == null ? request.withClient(clientOf(ctx.request())) : request;
        SessionCookie cookie = settings.cookie();
        if (cookie == null) {
            return Asking.here(() -> service.createSession(whole)).map(issued -> handOut(ctx, issued, null));
        }
        // An Authorization header may be how the user was authenticated; the browser's cookie is replaced all the same.
        Credentials held = cookie.read(ctx.request().headers());
        Throwable refusal = CookieRules.refusal(ctx, held, settings);
        if (refusal != null) {
            return Future.failedFuture(refusal);
        }
        // Ended first, so that it does not count where the user's sessions are limited.
        return endHeld(held)
                .compose(ended -> Asking.here(() -> service.createSession(whole)))
                .map(issued -> handOut(ctx, issued, cookie));
    }

    /** See {@link AuthSessionHandler#rotate}. */
    Future<SignedIn> renew(RoutingContext ctx, Function<String, Future<IssuedSession>> renewal) {
        AuthSessionContext current = AuthSessionContext.of(ctx);
        SessionCookie cookie = current.isFromCookie() ? settings.cookie() : null;
        if (current.isFromCookie() && cookie == null) {
            return Future.failedFuture(new IllegalStateException("the session came by a cookie of another handler"));
        }
        return Asking.here(() -> renewal.apply(current.token().reveal()))
                .map(issued -> {
                    SignedIn renewed = handOut(ctx, issued, cookie);
                    current.renewed(issued).replaceIn(ctx);
                    return renewed;
                })
                .recover(failure -> Future.failedFuture(
                        Failures.codeOf(failure) == FailureCode.NOT_FOUND
                                ? settings.challenges().unknownToken()
                                : failure));
    }

    private Future<Boolean> endHeld(Credentials held) {
        if (held instanceof Credentials.Cookie cookie && SessionToken.parse(cookie.value()) != null) {
            return Asking.here(() -> service.destroySessionByToken(cookie.value(), EndReason.SIGNED_OUT));
        }
        return Future.succeededFuture(false);
    }

    private SignedIn handOut(RoutingContext ctx, IssuedSession issued, @Nullable SessionCookie cookie) {
        AuthSession session = issued.session();
        if (cookie == null) {
            return new SignedIn(session, issued.token());
        }
        SessionToken token = SessionToken.parse(issued.token());
        HttpServerResponse response = ctx.response();
        if (token == null || response.headWritten()) {
            throw new IllegalStateException("there is no token for the cookie, or no answer left to put it on");
        }
        cookie.putOn(
                response,
                settings.remember() ? cookie.handingOut(token, secondsLeft(session)) : cookie.handingOut(token));
        return new SignedIn(session, null);
    }

    /** By the later of two clocks, so that the cookie never outlasts the session. */
    private long secondsLeft(AuthSession session) {
        long now = Math.max(clock.millis(), session.lastUsedAtMillis());
        return Math.max(1, (session.expiresAtMillis() - now) / 1000);
    }

    private ClientInfo clientOf(HttpServerRequest request) {
        return ClientInfo.of(
                settings.proxies().clientOf(request), request.headers().get(HttpHeaders.USER_AGENT));
    }
}
