package io.authsessions.server;

import io.authsessions.model.SessionToken;
import io.authsessions.model.SessionUtils;
import io.authsessions.web.AuthSessionContext;
import io.authsessions.web.AuthSessionHandler;
import io.authsessions.web.ProblemCode;
import io.authsessions.web.Problems;
import io.authsessions.web.SessionCookie;
import io.authsessions.web.TrustedProxies;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/**
 * Keeps those who try one bad token after the other off the store: after so many in a minute a client is answered 429,
 * unread. Several people may share an address, so whoever presents a token that was good lately is let through all the
 * same, and a few others are looked at, of whom those with a good token cost nothing; and who presents the right token
 * of a session that has ended is not counted. Thread-safe.
 */
final class FailedResolves implements Handler<RoutingContext> {
    /** A household or a machine has at least so much of IPv6 for itself. */
    private static final int MAX_PREFIX_BYTES = 8;

    private final TrustedProxies proxies;
    private final FailureCounts failures;
    private final KnownTokens known;
    private final SessionCookie cookie;
    private final LongAdder refused = new LongAdder();

    FailedResolves(TrustedProxies proxies, FailureCounts failures, KnownTokens known, SessionCookie cookie) {
        this.proxies = proxies;
        this.failures = failures;
        this.known = known;
        this.cookie = cookie;
    }

    @Override
    public void handle(RoutingContext ctx) {
        String client = clientOf(ctx.request());
        int seconds = failures.secondsToWait(client);
        boolean isLook = seconds > 0 && isGuess(ctx.request().headers());
        if (isLook && !(isOneToken(ctx.request().headers()) && failures.takeLook(client))) {
            refused.increment();
            ctx.response().putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(seconds));
            Problems.send(ctx, ProblemCode.TOO_MANY_REQUESTS);
            return;
        }
        ctx.addHeadersEndHandler(sent -> {
            if (isFailure(ctx)) {
                failures.add(client);
            } else if (isLook) {
                failures.returnLook(client);
            }
        });
        ctx.next();
    }

    /** How many requests were refused unread. */
    long refused() {
        return refused.sum();
    }

    /** A name for the client that requests can be counted by: the address, of IPv6 the first 64 bits. */
    private String clientOf(HttpServerRequest request) {
        InetAddress address = proxies.addressOf(request);
        if (address == null) {
            return "unknown";
        }
        byte[] bytes = address.getAddress();
        return HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, MAX_PREFIX_BYTES));
    }

    private boolean isFailure(RoutingContext ctx) {
        AuthSessionContext found = AuthSessionContext.find(ctx);
        if (found != null) {
            known.add(found.token());
            return false;
        }
        if (Boolean.FALSE.equals(ctx.get(AuthSessionHandler.SIGNED_OUT))) {
            return isGuess(ctx.request().headers());
        }
        if (ctx.response().getStatusCode() != ProblemCode.INVALID_TOKEN.status()) {
            return false;
        }
        List<String> challenges = ctx.response().headers().getAll("WWW-Authenticate");
        boolean isBad = challenges.stream().anyMatch(text -> text.contains("error=\"invalid_token\""));
        // Only the holder of the right secret is told more than that.
        return isBad && challenges.stream().noneMatch(text -> text.contains("error_description"));
    }

    /** Whether credentials are presented of which none were good lately. */
    private boolean isGuess(MultiMap headers) {
        List<String> presented = presented(headers);
        return (headers.contains(HttpHeaders.AUTHORIZATION) || !presented.isEmpty())
                && presented.stream().noneMatch(known::contains);
    }

    /** Whether what is presented is one token by its form; of anything else it is known unread that it is bad. */
    private boolean isOneToken(MultiMap headers) {
        List<String> presented = presented(headers);
        return presented.size() == 1 && SessionToken.parse(presented.get(0)) != null;
    }

    private List<String> presented(MultiMap headers) {
        List<String> authorization = headers.getAll(HttpHeaders.AUTHORIZATION);
        if (!authorization.isEmpty()) {
            return authorization.stream()
                    .map(SessionUtils::getSessionIdFromAuthToken)
                    .filter(Objects::nonNull)
                    .toList();
        }
        String value = cookie.valueIn(headers);
        return value == null ? List.of() : List.of(value);
    }
}
