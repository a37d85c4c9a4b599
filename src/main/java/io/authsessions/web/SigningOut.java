package io.authsessions.web;

import io.authsessions.model.EndReason;
import io.authsessions.model.SessionToken;
import io.authsessions.service.AuthSessionService;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Ends the session of a request and answers. Event-loop confined: one per request. */
final class SigningOut {
    private static final CharSequence CLEAR_SITE_DATA = HttpHeaders.createOptimized("clear-site-data");
    private static final String ALL_OF_IT = "\"cache\", \"cookies\", \"storage\"";
    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final int NO_CONTENT = 204;

    private final AuthSessionService service;
    private final HandlerSettings settings;

    SigningOut(AuthSessionService service, HandlerSettings settings) {
        this.service = service;
        this.settings = settings;
    }

    /**
     * See {@link AuthSessionHandler#signOut}.
     *
     * @param sessions who decides about a request without the cookie
     */
    void handle(RoutingContext ctx, SessionAuthentication sessions) {
        Problems.markAsPersonal(ctx.response());
        if (READING.contains(ctx.request().method())) {
            ctx.response().putHeader(HttpHeaders.ALLOW, "DELETE, POST");
            Problems.send(ctx, ProblemCode.METHOD_NOT_ALLOWED);
            return;
        }
        Credentials credentials = Credentials.read(ctx.request().headers(), settings.cookie());
        if (credentials instanceof Credentials.Cookie cookie) {
            byCookie(ctx, cookie);
        } else {
            sessions.decide(ctx, (found, failure) -> {
                if (failure != null) {
                    Problems.fail(ctx, failure);
                } else {
                    answer(ctx, found == null ? Future.succeededFuture(false) : end(found), null);
                }
            });
        }
    }

    private void byCookie(RoutingContext ctx, Credentials.Cookie presented) {
        Throwable refusal = CookieRules.refusal(ctx, presented, settings);
        if (refusal != null) {
            Problems.fail(ctx, refusal);
            return;
        }
        boolean isToken = SessionToken.parse(presented.value()) != null;
        Future<Boolean> ended = isToken
                ? Asking.here(() -> service.destroySessionByToken(presented.value(), EndReason.SIGNED_OUT))
                : Future.succeededFuture(false);
        Future<Boolean> told =
                isToken ? ended.onSuccess(known -> ctx.put(AuthSessionHandler.SIGNED_OUT, known)) : ended;
        answer(ctx, told, settings.cookie());
    }

    private Future<Boolean> end(AuthSessionContext found) {
        return Asking.here(() -> service.destroySession(found.session().id(), EndReason.SIGNED_OUT));
    }

    private static void answer(RoutingContext ctx, Future<Boolean> ended, @Nullable SessionCookie cookie) {
        ended.onComplete(
                known -> {
                    HttpServerResponse response = ctx.response();
                    if (response.ended() || response.closed()) {
                        return;
                    }
                    if (cookie != null) {
                        cookie.putOn(response, cookie.clearing());
                    }
                    response.putHeader(CLEAR_SITE_DATA, ALL_OF_IT)
                            .setStatusCode(NO_CONTENT)
                            .end();
                },
                failure -> Problems.fail(ctx, failure));
    }
}
