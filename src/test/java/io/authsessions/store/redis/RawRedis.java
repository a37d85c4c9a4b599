package io.authsessions.store.redis;

import static io.authsessions.store.StoreUnderTest.await;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;

/** A connection with all rights, past the store: for a test that looks at what is stored, or damages it. */
final class RawRedis {
    private final Redis client;
    private final RedisConnection connection;

    RawRedis(Vertx vertx) {
        this(vertx, TestRedis.adminUri());
    }

    RawRedis(Vertx vertx, String uri) {
        client = Redis.createClient(vertx, uri);
        connection = await(client.connect());
    }

    /** Arguments are strings, numbers or bytes. */
    Response call(String command, Object... args) {
        Request request = Request.cmd(Command.create(command));
        for (Object arg : args) {
            if (arg instanceof byte[] bytes) {
                request.arg(bytes);
            } else {
                request.arg(arg.toString());
            }
        }
        return await(connection.send(request));
    }

    List<String> texts(String command, Object... args) {
        List<String> texts = new ArrayList<>();
        call(command, args).forEach(one -> texts.add(one.toString()));
        return texts;
    }

    String text(String command, Object... args) {
        Response reply = call(command, args);
        return reply == null ? null : reply.toString();
    }

    byte[] bytes(String key) {
        return call("GET", key).toBytes();
    }

    long number(String command, Object... args) {
        return call(command, args).toLong();
    }

    void close() {
        await(connection.close());
        client.close();
    }
}
