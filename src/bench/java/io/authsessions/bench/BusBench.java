package io.authsessions.bench;

import io.authsessions.AuthSessionVerticle;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.Resolution;
import io.authsessions.service.AuthSessionService;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/**
 * Resolving over the event bus, through the proxy, against a bare event-bus request whose reply is a ready JSON of the
 * same size: as part of an HTTP request, server and load in processes of their own, and by itself in one process.
 */
public final class BusBench {
    private static final int ROUNDS = 11;
    private static final int CALLS = 300_000;
    private static final int REQUESTS = 60_000;
    private static final int UNDER_WAY = 64;

    private BusBench() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        System.out.printf(
                "resolving over the event bus, local store, %d under way, Java %s, %d processors%n",
                UNDER_WAY, Runtime.version(), Runtime.getRuntime().availableProcessors());
        Vertx vertx = Vertx.vertx();
        overHttp(vertx);
        byItself(vertx);
        vertx.close().await();
    }

    private static void overHttp(Vertx vertx) throws IOException, InterruptedException {
        Process server = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BusServer.class.getName()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
            String[] told = out.readLine().split(" ");
            HttpClient client = vertx.createHttpClient(
                    new HttpClientOptions().setDefaultHost("127.0.0.1").setDefaultPort(Integer.parseInt(told[0])),
                    new PoolOptions().setHttp1MaxSize(UNDER_WAY));
            Load load = new Load(UNDER_WAY);
            vertx.deployVerticle(load).await();
            compare(
                    "HTTP: ",
                    load,
                    REQUESTS,
                    List.of(
                            get(client, "/nothing", told[1]),
                            get(client, "/bare", told[1]),
                            get(client, "/session", told[1])),
                    List.of("a route that does nothing", "a bare event-bus request", "the handler over the proxy"));
        } finally {
            server.getOutputStream().close();
            if (!server.waitFor(10, java.util.concurrent.TimeUnit.SECONDS)) {
                server.destroyForcibly();
            }
        }
    }

    private static Supplier<Future<?>> get(HttpClient client, String path, String token) {
        return () -> client.request(HttpMethod.GET, path)
                .map(request -> request.putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + token))
                .compose(HttpClientRequest::send)
                .compose(response -> response.statusCode() == 200
                        ? response.body()
                        : Future.failedFuture("status " + response.statusCode()));
    }

    private static void byItself(Vertx vertx) {
        vertx.deployVerticle(new AuthSessionVerticle(AuthSessionsOptions.defaults()))
                .await();
        AuthSessionService service = AuthSessionService.createProxy(vertx);
        IssuedSession issued = BusServer.issue(service);
        vertx.deployVerticle(
                        new BusServer.Bare(Resolution.live(issued.session()).toJson()))
                .await();
        JsonObject body = new JsonObject().put("token", issued.token());
        DeliveryOptions options = new DeliveryOptions().setLocalOnly(true).addHeader("action", "resolveSession");
        Load load = new Load(UNDER_WAY);
        vertx.deployVerticle(load).await();
        compare(
                "bus alone: ",
                load,
                CALLS,
                List.of(
                        () -> Future.succeededFuture(),
                        () -> vertx.eventBus().request(BusServer.BARE, body, options),
                        () -> service.resolveSession(issued.token())),
                List.of("nothing", "a bare event-bus request", "resolveSession through the proxy"));
    }

    /** Interleaved rounds; the verdict is of the third against the second. */
    private static void compare(
            String where, Load load, int calls, List<Supplier<Future<?>>> peers, List<String> names) {
        List<Rounds> figures =
                names.stream().map(name -> new Rounds(where + name, ROUNDS)).toList();
        Rounds ratio = new Rounds(where + "ratio of the last two", ROUNDS);
        for (int warmUp = 0; warmUp < 3; warmUp++) {
            peers.forEach(peer -> load.perSecond(peer, calls));
        }
        for (int round = 0; round < ROUNDS; round++) {
            double[] perSecond = new double[peers.size()];
            for (int i = 0; i < peers.size(); i++) {
                int turn = (i + round) % peers.size();
                perSecond[turn] = load.perSecond(peers.get(turn), calls);
                figures.get(turn).add(perSecond[turn]);
            }
            ratio.add(perSecond[2] / perSecond[1]);
        }
        figures.forEach(figure -> figure.print("calls/s"));
        ratio.print("");
        Rounds.verdict(where + names.get(2) + " / " + names.get(1), ratio.median(), ">=", 0.90);
    }
}
