package io.authsessions;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** Sends HTTP requests at a steady pace, however long the answers take. Thread-safe. */
public final class OpenLoop implements AutoCloseable {
    private static final int MOST_CONNECTIONS = 8_000;
    private static final int MOST_AT_ONCE = 50;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final HttpClient client;
    private final String base;
    private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final AtomicInteger open = new AtomicInteger();
    private final List<Long> timers = new CopyOnWriteArrayList<>();

    /**
     * A request.
     *
     * @param name what it asks for, to tell its answer from others
     */
    public record Ask(String name, HttpMethod method, String path, Map<String, String> headers, String body) {
        /** One without a body. */
        public static Ask get(String path, Map<String, String> headers) {
            return new Ask(path, HttpMethod.GET, path, headers, "");
        }
    }

    /**
     * An answer.
     *
     * @param sentAt by {@link System#nanoTime()}
     * @param millis until it was whole
     * @param status 0 if there was no answer
     * @param code of the problem, or what went wrong, or ""
     * @param retryAfter the header, or ""
     */
    public record Answer(Ask ask, long sentAt, double millis, int status, String code, String retryAfter) {}

    /** Asks the server there; connects as often as it must. */
    public OpenLoop(String base) {
        this.base = base;
        HttpClientOptions options = new HttpClientOptions().setKeepAliveTimeout(120);
        PoolOptions pool = new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS);
        this.client = vertx.createHttpClient(options, pool);
    }

    /** Asks so often per second from now on; the function gives the request of each number. */
    public void begin(int perSecond, IntFunction<Ask> asks) {
        vertx.runOnContext(now -> {
            long begun = System.nanoTime();
            int[] sent = {0};
            timers.add(vertx.setPeriodic(1, tick -> {
                long due = (System.nanoTime() - begun) * perSecond / TimeUnit.SECONDS.toNanos(1);
                // No more in one turn, so that answers are read in between.
                for (int i = 0; i < MOST_AT_ONCE && sent[0] < due; i++) {
                    send(asks.apply(sent[0]++));
                }
            }));
        });
    }

    /** Asks no more; what is under way may be answered yet. */
    public void end() {
        timers.forEach(vertx::cancelTimer);
        timers.clear();
    }

    /** How many have not been answered. */
    public int open() {
        return open.get();
    }

    /** All answers so far. */
    public List<Answer> answers() {
        return List.copyOf(answers);
    }

    private void send(Ask ask) {
        long sentAt = System.nanoTime();
        open.incrementAndGet();
        RequestOptions options = new RequestOptions().setMethod(ask.method()).setAbsoluteURI(base + ask.path());
        ask.headers().forEach(options::putHeader);
        client.request(options)
                .compose(request -> exchange(request, ask, sentAt))
                .otherwise(failure -> answer(ask, sentAt, 0, failure.toString(), ""))
                .onSuccess(answer -> {
                    answers.add(answer);
                    open.decrementAndGet();
                });
    }

    private static Future<Answer> exchange(HttpClientRequest request, Ask ask, long sentAt) {
        return request.send(Buffer.buffer(ask.body())).compose(response -> response.body()
                .map(body -> answer(
                        ask,
                        sentAt,
                        response.statusCode(),
                        response.statusCode() < 400 ? "" : new JsonObject(body).getString("code", ""),
                        String.valueOf(response.getHeader("Retry-After")))));
    }

    private static Answer answer(Ask ask, long sentAt, int status, String code, String retryAfter) {
        return new Answer(ask, sentAt, (System.nanoTime() - sentAt) / 1e6, status, code, retryAfter);
    }

    @Override
    public void close() {
        Futures.get(vertx.close());
    }
}
