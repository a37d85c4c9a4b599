package io.authsessions.web;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what a page of another origin makes a browser send: every method but GET, HEAD and OPTIONS, every WebSocket
 * handshake, and every request for an event stream. {@link AuthSessionHandler} asks it about requests that come with
 * the session cookie; as a handler of its own it stands before a route that reads no session yet, such as a sign-in.
 *
 * <p>In this order: {@code Sec-Fetch-Site: same-origin} passes; an {@code Origin} passes if it is one of ours, and is
 * refused if not; without both, {@code X-Requested-With} passes, which a page of another origin cannot send unasked, but
 * not for a WebSocket handshake; all else is 403 {@code cross_site_request}. A {@code Sec-Fetch-Site} that is not one of
 * the four values known is as if it were not there; two of them never pass. {@code Vary} names these headers on the
 * answers to all that is judged.
 *
 * <p>Our origins are those given, or else what the listener is reached at by address: scheme, address and port of the
 * connection, and {@code localhost} on loopback. The Host header is not asked, for anybody can write it. Behind a proxy,
 * which the listener knows by a forwarding header, none is ours until given. Immutable and thread-safe.
 */
public class CrossSiteGuard implements Handler<RoutingContext> {
    private static final CharSequence SITE = HttpHeaders.createOptimized("sec-fetch-site");
    private static final CharSequence REQUESTED_WITH = HttpHeaders.createOptimized("x-requested-with");
    private static final CharSequence WEBSOCKET_KEY = HttpHeaders.createOptimized("sec-websocket-key");
    private static final CharSequence WEBSOCKET_VERSION = HttpHeaders.createOptimized("sec-websocket-version");
    private static final CharSequence DECIDING =
            HttpHeaders.createOptimized("Origin, Sec-Fetch-Site, X-Requested-With");
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> SITES = Set.of("same-origin", "same-site", "cross-site", "none");
    private static final List<String> FORWARDED =
            List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Via");
    private static final Pattern ORIGIN = Pattern.compile(
            "(?<scheme>https?)://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:.]+])(?::(?<port>[1-9][0-9]{0,4}))?");
    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    private static final List<String> FORWARDED_METHOD = List.of("X-Forwarded-Method", "X-Original-Method");
    /** What a GET of a browser's own does not have, or what is only said of another request. */
    private static final List<String> SIGNS_OF_OTHER =
            List.of("X-Original-URI", "X-Original-URL", "X-Forwarded-Uri", "Origin", "Content-Type");

    private final @Nullable Set<String> origins;
    private final boolean judgesForwarded;

    CrossSiteGuard(@Nullable Set<String> origins, boolean judgesForwarded) {
        this.origins = origins;
        this.judgesForwarded = judgesForwarded;
    }

    /**
     * A guard that lets pass what comes from the listener's own origin.
     *
     * @throws IllegalStateException if {@code io.vertx:vertx-web} is not on the class path
     */
    public static CrossSiteGuard create() {
        VertxWeb.requireFor(CrossSiteGuard.class);
        return new CrossSiteGuard(null, false);
    }

    /**
     * A guard that lets pass what comes from these origins, compared letter by letter.
     *
     * @param origins each as browsers write it: {@code https://app.example.com} or {@code http://localhost:8080}, in
     *     lower case, without path, and without the port that the scheme implies
     * @throws IllegalStateException if {@code io.vertx:vertx-web} is not on the class path
     * @throws IllegalArgumentException if there is none, or one is written otherwise
     */
    public static CrossSiteGuard create(Collection<String> origins) {
        VertxWeb.requireFor(CrossSiteGuard.class);
        if (origins.isEmpty()) {
            throw new IllegalArgumentException("a guard needs an origin");
        }
        origins.forEach(CrossSiteGuard::requireOrigin);
        return new CrossSiteGuard(Set.copyOf(origins), false);
    }

    /**
     * This, for a route where proxies ask whether another request may pass (forward-auth): the method of that, in
     * {@code X-Forwarded-Method} or {@code X-Original-Method}, is judged too, whoever says it: a header can only make
     * the judgement stricter. Where neither stands, and the request names a place of another one ({@code
     * X-Original-URI}, {@code X-Original-URL}, {@code X-Forwarded-Uri}) or carries an {@code Origin} or a {@code
     * Content-Type}, the method is not known and taken for one that changes something.
     */
    public CrossSiteGuard judgingForwarded() {
        return new CrossSiteGuard(origins, true);
    }

    static void requireOrigin(String origin) {
        var matcher = ORIGIN.matcher(origin);
        if (matcher.matches()) {
            String port = matcher.group("port");
            int implied = matcher.group("scheme").equals("https") ? HTTPS : HTTP;
            if (port == null || (Integer.parseInt(port) <= 65_535 && Integer.parseInt(port) != implied)) {
                return;
            }
        }
        throw new IllegalArgumentException("an origin is scheme://host or scheme://host:port in lower case, without the"
                + " port that the scheme implies");
    }

    /** Lets the request pass or answers 403. */
    @Override
    public void handle(RoutingContext ctx) {
        if (permits(ctx.request())) {
            ctx.next();
        } else {
            Problems.markAsPersonal(ctx.response());
            Problems.send(ctx, ProblemCode.CROSS_SITE_REQUEST);
        }
    }

    /** Whether a request that a browser may have sent with cookies may do what it asks for. */
    boolean permits(HttpServerRequest request) {
        boolean isHandshake = isHandshake(request);
        boolean isGuarded = isHandshake || changes(request) || asksForStream(request);
        if (isGuarded) {
            request.response().headers().add(HttpHeaders.VARY, DECIDING);
        }
        return !isGuarded || isFromOurs(request, isHandshake);
    }

    /** As {@link #permits}, for a request that is about to be answered with a stream, whatever it asked for. */
    boolean permitsStream(HttpServerRequest request) {
        return isFromOurs(request, isHandshake(request));
    }

    private boolean isFromOurs(HttpServerRequest request, boolean isHandshake) {
        MultiMap headers = request.headers();
        List<String> sites = headers.getAll(SITE);
        if (sites.size() == 1 && sites.get(0).equals("same-origin")) {
            return true;
        }
        List<String> from = headers.getAll(HttpHeaders.ORIGIN);
        if (!from.isEmpty()) {
            return from.size() == 1 && isOurs(request, from.get(0));
        }
        boolean isSilent = sites.size() <= 1 && sites.stream().noneMatch(SITES::contains);
        return !isHandshake && isSilent && headers.contains(REQUESTED_WITH);
    }

    private boolean changes(HttpServerRequest request) {
        return !SAFE.contains(request.method().name()) || (judgesForwarded && mayChangeElsewhere(request.headers()));
    }

    private static boolean mayChangeElsewhere(MultiMap headers) {
        List<String> methods = FORWARDED_METHOD.stream()
                .flatMap(name -> headers.getAll(name).stream())
                .toList();
        return methods.isEmpty() ? SIGNS_OF_OTHER.stream().anyMatch(headers::contains) : !SAFE.containsAll(methods);
    }

    /** Proxies that ask about a handshake leave Upgrade out, which is for one hop; what only handshakes have stays. */
    private static boolean isHandshake(HttpServerRequest request) {
        MultiMap headers = request.headers();
        return contains(headers.getAll(HttpHeaders.UPGRADE), "websocket")
                || headers.contains(WEBSOCKET_KEY)
                || headers.contains(WEBSOCKET_VERSION);
    }

    private static boolean asksForStream(HttpServerRequest request) {
        return contains(request.headers().getAll(HttpHeaders.ACCEPT), "text/event-stream");
    }

    private static boolean contains(List<String> values, String word) {
        for (String value : values) {
            if (value.toLowerCase(Locale.ROOT).contains(word)) {
                return true;
            }
        }
        return false;
    }

    private boolean isOurs(HttpServerRequest request, String origin) {
        return origins == null ? isListener(request, origin) : origins.contains(origin);
    }

    private static boolean isListener(HttpServerRequest request, String origin) {
        String scheme = request.isSSL() ? "https://" : "http://";
        SocketAddress local = request.localAddress();
        InetAddress address = NetAddress.of(local);
        boolean isDirect = FORWARDED.stream().noneMatch(request.headers()::contains);
        if (!isDirect || address == null || !origin.startsWith(scheme)) {
            return false;
        }
        boolean isImplied = local.port() == (request.isSSL() ? HTTPS : HTTP);
        String port = isImplied ? "" : ":" + local.port();
        if (!origin.endsWith(port)) {
            return false;
        }
        String host = origin.substring(scheme.length(), Math.max(scheme.length(), origin.length() - port.length()));
        boolean isBracketed = host.startsWith("[") && host.endsWith("]");
        InetAddress named = NetAddress.parse(isBracketed ? host.substring(1, host.length() - 1) : host);
        return (address.isLoopbackAddress() && host.equals("localhost"))
                || (address.equals(named) && isBracketed == host.contains(":"));
    }
}
