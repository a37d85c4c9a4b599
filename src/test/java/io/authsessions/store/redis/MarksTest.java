package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.Futures;
import io.authsessions.store.ChangeMarks.Mark;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A read of marks from several primaries")
class MarksTest {
    private static final Duration PATIENCE = Duration.ofMillis(30);

    /** Two primaries: of the keys of buckets 0 and 1 the first never answers, the second at once. */
    private final RedisCommands commands = (RedisCommands) Proxy.newProxyInstance(
            RedisCommands.class.getClassLoader(),
            new Class<?>[] {RedisCommands.class},
            (proxy, method, args) -> switch (method.getName()) {
                case "acrossSlots" -> false;
                case "byPrimary" -> shares(args[0]);
                default -> throw new AssertionError(method.getName());
            });

    @SuppressWarnings("unchecked")
    private static List<RedisCommands.Share> shares(Object keys) {
        List<Buffer> all = ((List<Buffer>) keys)
                .stream().sorted((a, b) -> a.toString().compareTo(b.toString())).toList();
        assertThat(all).hasSize(2);
        return List.of(
                new RedisCommands.Share(List.of(all.get(0)), 0, request -> Promise.<Response>promise()
                        .future()),
                new RedisCommands.Share(List.of(all.get(1)), 1, request -> Future.succeededFuture()));
    }

    @Test
    @DisplayName("waits for one that hangs as long as it is told, and answers what the other said")
    void oneHangs() {
        Marks marks = new Marks(commands, new RedisKeys("aus", 2), () -> Buffer.buffer("fresh"));
        long begun = System.nanoTime();
        List<Mark> read = Futures.get(marks.read(List.of(0, 1), PATIENCE));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(PATIENCE, PATIENCE.plusMillis(250));
        assertThat(read).containsExactly(new Mark(1, null));
    }
}
