package io.authsessions.bench;

import io.authsessions.AuthSessionVerticle;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.Resolution;
import io.authsessions.service.AuthSessionService;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.function.Supplier;

/** Resolving through the proxy against a bare event-bus request whose reply is a ready JSON of the same size. */
public final class BusBench {
    private static final int ROUNDS = 11;
    private static final int CALLS = 300_000;
    private static final int UNDER_WAY = 64;
    private static final String BARE = "bare";

    private BusBench() {}

    public static void main(String[] args) {
        Vertx vertx = Vertx.vertx();
        vertx.deployVerticle(new AuthSessionVerticle(AuthSessionsOptions.defaults()))
                .await();
        AuthSessionService service = AuthSessionService.createProxy(vertx);
        IssuedSession issued = service.createSession(NewSession.of("user-0000001")
                        .withLabel("Chrome on Windows")
                        .withMeta(new JsonObject().put("role", "member").put("ok", true)))
                .await();
        JsonObject ready = Resolution.live(issued.session()).toJson();
        vertx.deployVerticle(new Bare(ready)).await();
        Load load = new Load();
        vertx.deployVerticle(load).await();

        JsonObject body = new JsonObject().put("token", issued.token());
        DeliveryOptions options = new DeliveryOptions()
                .setLocalOnly(true)
                .addHeader("action", "resolveSession")
                .setSendTimeout(2_000);
        Supplier<Future<?>> bare = () -> vertx.eventBus().request(BARE, body, options);
        Supplier<Future<?>> proxy = () -> service.resolveSession(issued.token());
        System.out.printf(
                "event bus, local store, %d calls under way, reply of %d characters, Java %s, %d processors%n",
                UNDER_WAY,
                ready.encode().length(),
                Runtime.version(),
                Runtime.getRuntime().availableProcessors());
        for (int warmUp = 0; warmUp < 3; warmUp++) {
            load.perSecond(bare);
            load.perSecond(proxy);
        }
        Rounds bareRounds = new Rounds("bare event-bus request", ROUNDS);
        Rounds proxyRounds = new Rounds("resolveSession through the proxy", ROUNDS);
        Rounds ratio = new Rounds("ratio", ROUNDS);
        for (int round = 0; round < ROUNDS; round++) {
            boolean bareFirst = round % 2 == 0;
            double first = load.perSecond(bareFirst ? bare : proxy);
            double second = load.perSecond(bareFirst ? proxy : bare);
            bareRounds.add(bareFirst ? first : second);
            proxyRounds.add(bareFirst ? second : first);
            ratio.add(bareFirst ? second / first : first / second);
        }
        bareRounds.print("calls/s");
        proxyRounds.print("calls/s");
        ratio.print("");
        Rounds.verdict("resolve through the proxy / bare request", ratio.median(), ">=", 0.90);
        vertx.close().await();
    }

    /** Answers each request with a JSON that lies ready. */
    private static final class Bare extends VerticleBase {
        private final JsonObject ready;

        Bare(JsonObject ready) {
            this.ready = ready;
        }

        @Override
        public Future<?> start() {
            return vertx.eventBus()
                    .<JsonObject>localConsumer(BARE, message -> message.reply(ready))
                    .completion();
        }
    }

    /** Keeps a number of calls under way on one event loop. */
    private static final class Load extends AbstractVerticle {
        private int left;
        private int open;

        double perSecond(Supplier<Future<?>> call) {
            Promise<Void> done = Promise.promise();
            long begun = System.nanoTime();
            context.runOnContext(start -> {
                left = CALLS;
                open = 0;
                for (int i = 0; i < UNDER_WAY; i++) {
                    next(call, done);
                }
            });
            done.future().await();
            return CALLS / ((System.nanoTime() - begun) / 1e9);
        }

        private void next(Supplier<Future<?>> call, Promise<Void> done) {
            if (left == 0) {
                if (open == 0) {
                    done.tryComplete();
                }
                return;
            }
            left--;
            open++;
            call.get().onComplete(answer -> {
                open--;
                if (answer.failed()) {
                    done.tryFail(answer.cause());
                } else {
                    next(call, done);
                }
            });
        }
    }
}
