package io.authsessions.bench;

import io.authsessions.AuthSessionVerticle;
import io.authsessions.AuthSessions;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.model.SessionToken;
import io.authsessions.service.AuthSessionService;
import io.authsessions.service.CacheOptions;
import io.authsessions.web.AuthSessionHandler;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.SessionHandler;
import io.vertx.ext.web.sstore.LocalSessionStore;
import io.vertx.ext.web.sstore.SessionStore;
import io.vertx.ext.web.sstore.redis.RedisSessionStore;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The server of {@link HttpBench}, a process of its own with one event loop. Takes the URI of a Redis and
 * the peers wanted; prints {@code peer NAME port token} for each, then {@code ready}; ends when its standard input does.
 */
public final class PeerServer {
    private static final int UNDER_WAY = 64;
    private static final String HASH = "bench:hash";
    private static final String USER_ID = "user-0000001";
    /** What a session holds, as a hash. */
    private static final Map<String, String> FIELDS = Map.of(
            "userId", USER_ID,
            "label", "Chrome on Windows",
            "meta", "{\"role\":\"member\",\"ok\":true}",
            "createdAt", "1764000000000",
            "lastUsedAt", "1764000000000",
            "authenticatedAt", "1764000000000",
            "expiresAt", "1764604860000",
            "version", "1",
            "hash", "0".repeat(32));

    private PeerServer() {}

    public static void main(String[] args) throws IOException {
        try {
            serve(args[0], Stream.of(args).skip(1).map(Peer::valueOf).toList());
        } catch (RuntimeException e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    private static void serve(String uri, List<Peer> peers) throws IOException {
        Vertx vertx = Vertx.vertx();
        List<String> told = new ArrayList<>();
        vertx.deployVerticle(new Http(uri, peers, told)).await();
        told.forEach(System.out::println);
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // The parent holds the other end until it is done.
        }
        vertx.close().await();
    }

    private static final class Http extends VerticleBase {
        private final String uri;
        private final List<Peer> peers;
        private final List<String> told;
        private final Map<Peer, String> tokens = new EnumMap<>(Peer.class);

        Http(String uri, List<Peer> peers, List<String> told) {
            this.uri = uri;
            this.peers = peers;
            this.told = told;
        }

        @Override
        public Future<?> start() {
            Future<?> listening = Future.succeededFuture();
            for (Peer peer : peers) {
                listening = listening.compose(before -> handler(peer)).compose(handler -> listen(peer, handler));
            }
            return listening;
        }

        private Future<?> listen(Peer peer, Handler<RoutingContext> handler) {
            Router router = Router.router(vertx);
            router.get("/").handler(handler);
            if (peer != Peer.NOTHING && peer != Peer.HMGET && peer != Peer.BUS) {
                router.get("/")
                        .handler(
                                peer.takesCookie()
                                        ? Http::signedIn
                                        : ctx -> ctx.response().end("ok"));
            }
            return vertx.createHttpServer()
                    .requestHandler(router)
                    .listen(0, "127.0.0.1")
                    .onSuccess(server -> told.add("peer " + peer + " " + server.actualPort() + " " + token(peer)));
        }

        /** Ours, or for others any text of that length. */
        private String token(Peer peer) {
            return tokens.getOrDefault(peer, "t".repeat(SessionToken.LENGTH));
        }

        private Future<Handler<RoutingContext>> handler(Peer peer) {
            return switch (peer) {
                case NOTHING -> Future.succeededFuture(ctx -> ctx.response().end("ok"));
                case AUTHENTICATION ->
                    Future.succeededFuture(new BareAuthentication(token(peer), USER_ID).ofVertxWeb());
                case HAND_MADE -> Future.succeededFuture(new BareAuthentication(token(peer), USER_ID));
                case VERTX_WEB_LOCAL -> vertxWeb(LocalSessionStore.create(vertx));
                case LOCAL -> ours(peer, AuthSessionsOptions.defaults());
                case CACHED -> ours(peer, overRedis());
                case UNCACHED -> ours(peer, overRedis().withCache(CacheOptions.OFF));
                case BUS -> bus(peer);
                case PROXY ->
                    proxy().compose(service -> issued(peer, service))
                            .map(service -> AuthSessionHandler.create(service));
                case MESSAGES ->
                    proxy().compose(service -> issued(peer, service))
                            .map(service -> AuthSessionHandler.create(BusPeer.byMessages(vertx)));
                case HMGET ->
                    Redis.createClient(vertx, options(1))
                            .connect()
                            .compose(connection -> connection.send(hash()).map(set -> hmget(connection)));
                case VERTX_WEB_REDIS ->
                    vertxWeb(RedisSessionStore.create(vertx, Redis.createClient(vertx, options(UNDER_WAY))));
            };
        }

        private static Future<Handler<RoutingContext>> vertxWeb(SessionStore store) {
            return Future.succeededFuture(SessionHandler.create(store));
        }

        private static void signedIn(RoutingContext ctx) {
            if (ctx.session().get("user") == null) {
                ctx.session().put("user", USER_ID);
            }
            ctx.response().end("ok");
        }

        private Future<Handler<RoutingContext>> ours(Peer peer, AuthSessionsOptions options) {
            return AuthSessions.start(vertx, options)
                    .compose(sessions -> issued(peer, sessions.service()))
                    .map(service -> AuthSessionHandler.create(service));
        }

        private Future<AuthSessionService> issued(Peer peer, AuthSessionService service) {
            return BusPeer.issueBy(service).map(made -> {
                tokens.put(peer, made.token());
                return service;
            });
        }

        private Future<AuthSessionService> proxy() {
            return vertx.deployVerticle(new AuthSessionVerticle(AuthSessionsOptions.defaults()))
                    .map(deployed -> AuthSessionService.createProxy(vertx));
        }

        /** The service answers nothing here: its session says how large a reply is. */
        private Future<Handler<RoutingContext>> bus(Peer peer) {
            return proxy().compose(BusPeer::issueBy)
                    .compose(made -> {
                        tokens.put(peer, made.token());
                        return vertx.deployVerticle(new BusPeer(made.session()))
                                .map(deployed -> BusPeer.request(vertx, made.token()));
                    })
                    .map(request -> ctx -> {
                        ctx.request().getHeader(HttpHeaders.AUTHORIZATION);
                        request.get()
                                .onSuccess(session -> ctx.response().end("ok"))
                                .onFailure(ctx::fail);
                    });
        }

        private AuthSessionsOptions overRedis() {
            return AuthSessionsOptions.defaults()
                    .withStore(
                            "redis",
                            new JsonObject()
                                    .put("uri", uri)
                                    .put("commandDeadline", "20s")
                                    .put("callDeadline", "40s"));
        }

        private RedisOptions options(int connections) {
            return new RedisOptions()
                    .setConnectionString(uri)
                    .setMaxPoolSize(connections)
                    .setMaxPoolWaiting(UNDER_WAY * 16)
                    .setMaxWaitingHandlers(UNDER_WAY * 16);
        }

        private static Handler<RoutingContext> hmget(RedisConnection connection) {
            Request hmget = Request.cmd(Command.HMGET).arg(HASH);
            FIELDS.keySet().forEach(hmget::arg);
            return ctx -> connection
                    .send(hmget)
                    .onSuccess(reply -> ctx.response().end("ok"))
                    .onFailure(ctx::fail);
        }

        private static Request hash() {
            Request set = Request.cmd(Command.HSET).arg(HASH);
            FIELDS.forEach((field, value) -> set.arg(field).arg(value));
            return set;
        }
    }
}
