package io.authsessions.bench;

import io.authsessions.AuthSessions;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.model.IssuedSession;
import io.authsessions.web.AuthSessionHandler;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.SessionHandler;
import io.vertx.ext.web.sstore.redis.RedisSessionStore;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import java.io.IOException;

/**
 * The server of {@link RedisBench}, a process of its own: a route that does nothing, one with one HMGET of nine fields on
 * one pipelined connection, one behind the handler over the Redis store, one behind vertx-web's sessions in Redis. Prints
 * {@code port token}; ends when its standard input does.
 */
public final class RedisServer {
    private static final int UNDER_WAY = 64;
    private static final String HASH = "bench:hash";
    private static final String[] FIELDS = {
        "userId", "label", "meta", "createdAt", "lastUsedAt", "authenticatedAt", "expiresAt", "version", "hash"
    };

    private RedisServer() {}

    public static void main(String[] args) throws IOException {
        Vertx vertx = Vertx.vertx();
        AuthSessions sessions = AuthSessions.start(
                        vertx, AuthSessionsOptions.defaults().withStore("redis", new JsonObject().put("uri", args[0])))
                .await();
        IssuedSession issued = BusServer.issue(sessions.service());
        Http http = new Http(args[0], sessions, issued);
        vertx.deployVerticle(http).await();
        System.out.println(http.port + " " + issued.token());
        while (System.in.read() >= 0) {
            // The parent holds the other end until it is done.
        }
        vertx.close().await();
    }

    private static final class Http extends VerticleBase {
        private final String uri;
        private final AuthSessions sessions;
        private final IssuedSession issued;
        private volatile int port;

        Http(String uri, AuthSessions sessions, IssuedSession issued) {
            this.uri = uri;
            this.sessions = sessions;
            this.issued = issued;
        }

        @Override
        public Future<?> start() {
            Redis one = Redis.createClient(vertx, options(1));
            return one.connect().compose(connection -> connection.send(hash()).compose(set -> listen(connection)));
        }

        private Future<?> listen(RedisConnection connection) {
            Router router = Router.router(vertx);
            router.get("/nothing").handler(ctx -> ctx.response().end("ok"));
            Request hmget = Request.cmd(Command.HMGET).arg(HASH);
            for (String field : FIELDS) {
                hmget.arg(field);
            }
            router.get("/hmget").handler(ctx -> connection
                    .send(hmget)
                    .onSuccess(reply -> ctx.response().end("ok"))
                    .onFailure(ctx::fail));
            router.get("/session").handler(AuthSessionHandler.create(sessions.service()));
            router.get("/session").handler(ctx -> ctx.response().end("ok"));
            Redis pool = Redis.createClient(vertx, options(UNDER_WAY));
            router.get("/vertx-web").handler(SessionHandler.create(RedisSessionStore.create(vertx, pool)));
            router.get("/vertx-web").handler(ctx -> {
                if (ctx.session().get("user") == null) {
                    ctx.session().put("user", issued.session().userId());
                }
                ctx.response().end("ok");
            });
            return vertx.createHttpServer()
                    .requestHandler(router)
                    .listen(0, "127.0.0.1")
                    .onSuccess(server -> port = server.actualPort());
        }

        private RedisOptions options(int connections) {
            return new RedisOptions()
                    .setConnectionString(uri)
                    .setMaxPoolSize(connections)
                    .setMaxPoolWaiting(UNDER_WAY * 16)
                    .setMaxWaitingHandlers(UNDER_WAY * 16);
        }

        /** The same session as a hash. */
        private Request hash() {
            JsonObject session = issued.session().toJson();
            Request set = Request.cmd(Command.HSET).arg(HASH);
            for (String field : FIELDS) {
                Object value = session.getValue(field);
                set.arg(field).arg(value == null ? "0".repeat(32) : value.toString());
            }
            return set;
        }
    }
}
