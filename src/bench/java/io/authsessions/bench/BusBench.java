package io.authsessions.bench;

import io.authsessions.AuthSessionVerticle;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.model.IssuedSession;
import io.authsessions.service.AuthSessionService;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * Resolving through the proxy, which asks a service in its own Vert.x without a message, against a bare event-bus request
 * whose reply is a ready JSON of the same size, which the caller reads; and resolving by messages, as raw callers do. Both
 * as part of an HTTP request, as {@link HttpBench} measures it, and by itself in one process. Ends with exit code 1 if a
 * bound was missed.
 */
public final class BusBench {
    private static final int ROUNDS = 11;
    private static final int CALLS = 300_000;
    private static final int UNDER_WAY = 64;

    private BusBench() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        System.out.printf(
                "resolving through a proxy of the event bus, local store, %d under way, Java %s, %d processors%n",
                UNDER_WAY, Runtime.version(), Runtime.getRuntime().availableProcessors());
        Vertx vertx = Vertx.vertx();
        HttpBench.print(vertx, Peer.NOTHING, Peer.BUS, Peer.PROXY, Peer.MESSAGES);
        byItself(vertx);
        vertx.close().await();
        System.exit(Rounds.allHeld() ? 0 : 1);
    }

    private static void byItself(Vertx vertx) {
        vertx.deployVerticle(new AuthSessionVerticle(AuthSessionsOptions.defaults()))
                .await();
        AuthSessionService service = AuthSessionService.createProxy(vertx);
        IssuedSession issued = BusPeer.issueBy(service).await();
        vertx.deployVerticle(new BusPeer(issued.session())).await();
        Load load = new Load(UNDER_WAY);
        vertx.deployVerticle(load).await();
        Supplier<Future<?>> nothing = Future::succeededFuture;
        Supplier<Future<JsonObject>> bare = BusPeer.request(vertx, issued.token());
        Supplier<Future<?>> ours = () -> service.resolveSession(issued.token());
        AuthSessionService messages = BusPeer.byMessages(vertx);
        Supplier<Future<?>> byMessages = () -> messages.resolveSession(issued.token());
        compare(
                "bus alone: ",
                List.of(
                        () -> load.perSecond(nothing, CALLS),
                        () -> load.perSecond(bare::get, CALLS),
                        () -> load.perSecond(ours, CALLS),
                        () -> load.perSecond(byMessages, CALLS)),
                List.of(
                        "nothing",
                        "a bare event-bus request",
                        "resolveSession through the proxy",
                        "resolveSession by messages"));
    }

    /** Interleaved rounds; the verdict is of the third against the second. */
    private static void compare(String where, List<DoubleSupplier> peers, List<String> names) {
        List<Rounds> figures =
                names.stream().map(name -> new Rounds(where + name, ROUNDS)).toList();
        Rounds ratio = new Rounds(where + "ratio of proxy and bare request", ROUNDS);
        for (int warmUp = 0; warmUp < 3; warmUp++) {
            peers.forEach(DoubleSupplier::getAsDouble);
        }
        for (int round = 0; round < ROUNDS; round++) {
            double[] perSecond = new double[peers.size()];
            for (int i = 0; i < peers.size(); i++) {
                int turn = (i + round) % peers.size();
                perSecond[turn] = peers.get(turn).getAsDouble();
                figures.get(turn).add(perSecond[turn]);
            }
            ratio.add(perSecond[2] / perSecond[1]);
        }
        figures.forEach(figure -> figure.print("calls/s"));
        ratio.print("");
        Rounds.verdict(where + names.get(2) + " / " + names.get(1), ratio.median(), ">=", 0.90);
    }
}
