package io.authsessions.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The Redis store without a cache: one read per HTTP request against a bare route with one HMGET and against vertx-web's
 * sessions in Redis, Redis, server and load each in a process of their own; then {@link RedisSizeBench}.
 */
public final class RedisBench {
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 9);
    private static final int REQUESTS = Integer.getInteger("bench.requests", 40_000);
    private static final int UNDER_WAY = 64;

    private RedisBench() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        System.out.printf(
                "Redis store without a cache, %d under way, Java %s, %d processors%n",
                UNDER_WAY, Runtime.version(), Runtime.getRuntime().availableProcessors());
        Vertx vertx = Vertx.vertx();
        try (BenchRedis redis = new BenchRedis()) {
            overHttp(vertx, redis.uri());
        }
        new RedisSizeBench(vertx).run();
        vertx.close().await();
    }

    private static void overHttp(Vertx vertx, String uri) throws IOException, InterruptedException {
        Process server = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RedisServer.class.getName(),
                        uri))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = server.inputReader(StandardCharsets.UTF_8)) {
            String[] told = out.readLine().split(" ");
            HttpClient client = vertx.createHttpClient(
                    new HttpClientOptions().setDefaultHost("127.0.0.1").setDefaultPort(Integer.parseInt(told[0])),
                    new PoolOptions().setHttp1MaxSize(UNDER_WAY));
            Load load = new Load(UNDER_WAY);
            vertx.deployVerticle(load).await();
            String bearer = "Bearer " + told[1];
            String cookie = cookie(client);
            compare(
                    load,
                    List.of(
                            get(client, "/nothing", HttpHeaders.AUTHORIZATION, bearer),
                            get(client, "/hmget", HttpHeaders.AUTHORIZATION, bearer),
                            get(client, "/session", HttpHeaders.AUTHORIZATION, bearer),
                            get(client, "/vertx-web", HttpHeaders.COOKIE, cookie)));
        } finally {
            server.getOutputStream().close();
            if (!server.waitFor(10, TimeUnit.SECONDS)) {
                server.destroyForcibly();
            }
        }
    }

    /** Begins a session of vertx-web, so that what is measured is its reading. */
    private static String cookie(HttpClient client) {
        String set = client.request(HttpMethod.GET, "/vertx-web")
                .compose(HttpClientRequest::send)
                .map(response -> response.getHeader(HttpHeaders.SET_COOKIE))
                .await();
        return set.substring(0, set.indexOf(';'));
    }

    private static Supplier<Future<?>> get(HttpClient client, String path, CharSequence header, String value) {
        return () -> client.request(HttpMethod.GET, path)
                .map(request -> request.putHeader(header, value))
                .compose(HttpClientRequest::send)
                .compose(RedisBench::body);
    }

    private static Future<?> body(HttpClientResponse response) {
        if (response.statusCode() != 200) {
            return Future.failedFuture("status " + response.statusCode());
        }
        return response.getHeader(HttpHeaders.SET_COOKIE) == null
                ? response.body()
                : Future.failedFuture("another session was begun");
    }

    private static void compare(Load load, List<Supplier<Future<?>>> peers) {
        List<Rounds> figures = List.of(
                new Rounds("HTTP: a route that does nothing", ROUNDS),
                new Rounds("HTTP: a route with one HMGET", ROUNDS),
                new Rounds("HTTP: the handler, one read of Redis", ROUNDS),
                new Rounds("HTTP: vertx-web's RedisSessionStore 5.0.8", ROUNDS));
        Rounds overHmget = new Rounds("HTTP: ratio to HMGET", ROUNDS);
        Rounds overVertxWeb = new Rounds("HTTP: ratio to RedisSessionStore", ROUNDS);
        for (int warmUp = 0; warmUp < 3; warmUp++) {
            peers.forEach(peer -> load.perSecond(peer, REQUESTS));
        }
        for (int round = 0; round < ROUNDS; round++) {
            double[] perSecond = new double[peers.size()];
            for (int i = 0; i < peers.size(); i++) {
                int turn = (i + round) % peers.size();
                perSecond[turn] = load.perSecond(peers.get(turn), REQUESTS);
                figures.get(turn).add(perSecond[turn]);
            }
            overHmget.add(perSecond[2] / perSecond[1]);
            overVertxWeb.add(perSecond[2] / perSecond[3]);
        }
        figures.forEach(figure -> figure.print("calls/s"));
        overHmget.print("");
        overVertxWeb.print("");
        Rounds.verdict("the handler with one read / a route with one HMGET", overHmget.median(), ">=", 0.95);
        Rounds.verdict("the handler with one read / RedisSessionStore", overVertxWeb.median(), ">=", 3);
    }
}
