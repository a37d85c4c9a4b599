package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Lookups of one turn of an event loop")
class OutboxTest {
    private static final int MANY = 200;

    private static LinkRedis redis;
    private Vertx vertx;
    private TcpProxy proxy;
    private RedisLink link;
    private Context loop;

    @BeforeAll
    static void startRedis() {
        redis = LinkRedis.started();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @BeforeEach
    void open() {
        vertx = Vertx.vertx();
        loop = vertx.getOrCreateContext();
        proxy = TcpProxy.to(redis.port());
        RedisLinkOptions options = RedisLinkOptions.of(proxy.uri(), "aus:events")
                .withConnectTimeout(Duration.ofSeconds(5))
                .withCommandDeadline(Duration.ofSeconds(5));
        link = new RedisLink(vertx, options, InstantSource.system());
        for (int i = 0; i < MANY; i++) {
            Futures.get(link.send(Request.cmd(Command.SET).arg(key(i)).arg("value of " + i)));
        }
        Futures.get(inOneTurn(() -> List.of(get(0))));
    }

    @AfterEach
    void close() {
        Futures.get(link.close());
        Futures.get(vertx.close());
        proxy.close();
    }

    private static String key(int number) {
        return "outbox:" + number;
    }

    private Future<Response> get(int number) {
        return link.send(Request.cmd(Command.GET).arg(key(number)));
    }

    private List<Future<Response>> getAll() {
        List<Future<Response>> all = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            all.add(get(i));
        }
        return all;
    }

    /** What is sent from one event loop without giving it back; completes when all of it has ended. */
    private Future<List<Future<Response>>> inOneTurn(Supplier<List<Future<Response>>> sending) {
        Promise<List<Future<Response>>> ended = Promise.promise();
        loop.runOnContext(now -> {
            List<Future<Response>> sent = sending.get();
            Future.join(sent).onComplete(all -> ended.complete(sent));
        });
        return ended.future();
    }

    @Test
    @DisplayName("get each its own answer")
    void ownAnswers() {
        List<Future<Response>> answers = Futures.get(inOneTurn(this::getAll));
        for (int i = 0; i < MANY; i++) {
            assertThat(answers.get(i).result()).hasToString("value of " + i);
        }
    }

    @Test
    @DisplayName("go out together, behind nothing but what was there before them")
    void together() {
        List<String> calls = new CopyOnWriteArrayList<>();
        ContextInternal context = (ContextInternal) loop;
        Wire wire = new Wire(context, null, "", Primary.member());
        wire.adopt(recording(calls));
        Outbox outbox = new Outbox(context.nettyEventLoop(), wire, (command, response, failure) -> {});
        Promise<Void> turn = Promise.promise();
        loop.runOnContext(now -> {
            outbox.send(command(Command.GET));
            outbox.send(command(Command.GET));
            outbox.send(command(Command.TIME));
            outbox.send(command(Command.GET));
            outbox.send(command(Command.GET));
            outbox.send(command(Command.GET));
            calls.add("end of turn");
            loop.runOnContext(later -> turn.complete());
        });
        Futures.get(turn.future());
        assertThat(calls).containsExactly("batch of 2", "send", "end of turn", "batch of 3");
    }

    private static PendingCommand command(Command command) {
        return new PendingCommand(Request.cmd(command), Promise.promise(), 0, 0);
    }

    private static RedisConnection recording(List<String> calls) {
        InvocationHandler recorder = (self, method, arguments) -> {
            if (method.getName().equals("batch")) {
                calls.add("batch of " + ((List<?>) arguments[0]).size());
            } else if (method.getName().equals("send")) {
                calls.add("send");
            } else {
                return self;
            }
            return Promise.promise().future();
        };
        return (RedisConnection) Proxy.newProxyInstance(
                OutboxTest.class.getClassLoader(), new Class<?>[] {RedisConnection.class}, recorder);
    }

    @Test
    @DisplayName("fail alone: what Redis says to one is not said to the others")
    void failAlone() {
        Futures.get(link.send(Request.cmd(Command.DEL).arg(key(7))));
        Futures.get(link.send(Request.cmd(Command.LPUSH).arg(key(7)).arg("no string")));
        List<Future<Response>> answers = Futures.get(inOneTurn(this::getAll));
        for (int i = 0; i < MANY; i++) {
            if (i == 7) {
                assertThat(RedisLink.refusedWith(answers.get(i).cause(), ErrorReply.WRONGTYPE))
                        .isTrue();
            } else {
                assertThat(answers.get(i).result()).hasToString("value of " + i);
            }
        }
        Futures.get(link.send(Request.cmd(Command.DEL).arg(key(7))));
    }

    @Test
    @DisplayName("end with the connection, each once, and the next ones work")
    void endWithTheConnection() {
        proxy.resetAfter(MANY);
        List<Future<Response>> answers = Futures.get(inOneTurn(this::getAll));
        assertThat(answers).allSatisfy(answer -> assertThat(
                        answer.failed()
                                ? RedisLink.outcomeUnknown(answer.cause()) || RedisLink.notSent(answer.cause())
                                : answer.result() != null)
                .isTrue());
        assertThat(answers).anyMatch(Future::failed);
        proxy.pass();
        assertThat(Futures.get(inOneTurn(() -> List.of(working()))).get(0).result())
                .hasToString("value of 1");
    }

    private Future<Response> working() {
        return get(1).recover(failure -> working());
    }
}
