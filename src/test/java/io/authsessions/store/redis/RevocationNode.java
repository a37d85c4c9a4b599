package io.authsessions.store.redis;

import io.authsessions.AuthSessions;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.model.Resolution;
import io.authsessions.service.CacheMeters;
import io.authsessions.service.CacheOptions;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A node in a process of its own that does nothing but resolve: it goes round a list of tokens all the time and
 * notes, for each, when the last resolve began that was answered with the session. Times are {@link System#nanoTime()},
 * which on Linux is one clock for all processes of a machine.
 *
 * <p>Arguments: the store's configuration, the lease in milliseconds. Reads lines: {@code watch TOKEN...}, answered by
 * {@code held} once a whole round came from memory, and {@code end}, answered by {@code seen NANOS...} and {@code did}.
 */
public final class RevocationNode {
    /** Stands for a token that was never good. */
    static final long NEVER = Long.MIN_VALUE;

    private static final int SIZE = 20_000;

    /** An ended session costs a read each time, so it is asked for once in so many rounds. */
    private static final int ROUNDS_PER_ENDED = 64;

    private static final int LOOPS = 3;
    private static final long REST_NANOS = 500_000;

    private final AuthSessions sessions;
    private final List<Context> loops;
    private Watch watch;

    private RevocationNode(VertxInternal vertx, AuthSessions sessions) {
        this.sessions = sessions;
        this.loops = IntStream.range(0, LOOPS)
                .mapToObj(i -> (Context) vertx.createEventLoopContext())
                .toList();
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Vertx vertx = Vertx.vertx();
        CacheOptions cache = new CacheOptions(true, SIZE, Duration.ofMillis(Long.parseLong(args[1])));
        AuthSessions sessions = AuthSessions.start(
                        vertx,
                        AuthSessionsOptions.defaults()
                                .withStore("redis", new JsonObject(args[0]))
                                .withCache(cache))
                .await();
        RevocationNode node = new RevocationNode((VertxInternal) vertx, sessions);
        System.out.println("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            node.take(List.of(line.split(" ")));
        }
        // The parent is gone, or done; a store whose server is stopped need not be waited for.
        Runtime.getRuntime().halt(0);
    }

    private void take(List<String> words) throws InterruptedException {
        if (words.get(0).equals("watch")) {
            watch = new Watch(words.subList(1, words.size()));
            watch.go();
        } else {
            watch.end();
        }
    }

    private final class Watch {
        private final List<String> tokens;
        private final AtomicLongArray lastGood;
        private final AtomicIntegerArray underWay;
        private final AtomicIntegerArray ended;
        private final LongAdder resolves = new LongAdder();
        private final LongAdder failures = new LongAdder();
        private final Thread thread = new Thread(this::run, "watch");
        private volatile boolean ending;

        private final AtomicIntegerArray fromMemory;

        Watch(List<String> tokens) {
            this.tokens = tokens;
            this.lastGood = new AtomicLongArray(tokens.size());
            this.underWay = new AtomicIntegerArray(tokens.size());
            this.ended = new AtomicIntegerArray(tokens.size());
            this.fromMemory = new AtomicIntegerArray(tokens.size());
            for (int i = 0; i < tokens.size(); i++) {
                lastGood.set(i, NEVER);
            }
        }

        /** Driven by a thread of its own: an event loop that is never idle would not get round to its connections. */
        void go() {
            thread.start();
        }

        private void run() {
            boolean held = false;
            for (long round = 1; !ending; round++) {
                boolean allFromMemory = true;
                for (int i = 0; i < tokens.size(); i++) {
                    boolean rests = ended.get(i) == 1 && round % ROUNDS_PER_ENDED != 0;
                    if (underWay.get(i) == 0 && !rests) {
                        resolve(i);
                    }
                    allFromMemory &= rests || fromMemory.get(i) == 1;
                }
                if (allFromMemory && !held) {
                    held = true;
                    System.out.println("held");
                }
                // So often is often enough, and leaves the processors to those who bring the news.
                LockSupport.parkNanos(REST_NANOS);
            }
        }

        /** Most go by event loops in turn, each of which has its own connection for reads. */
        private void resolve(int i) {
            if (i % (LOOPS + 1) == LOOPS) {
                resolveHere(i);
            } else {
                underWay.set(i, 1);
                loops.get(i % (LOOPS + 1)).runOnContext(now -> resolveHere(i));
            }
        }

        private void resolveHere(int i) {
            resolves.increment();
            long begunAt = System.nanoTime();
            Future<Resolution> resolve = sessions.service().resolveSession(tokens.get(i));
            if (resolve.isComplete()) {
                fromMemory.set(i, resolve.succeeded() ? 1 : 0);
                note(i, begunAt, resolve);
                underWay.set(i, 0);
                return;
            }
            fromMemory.set(i, 0);
            underWay.set(i, 1);
            resolve.onComplete(result -> {
                note(i, begunAt, result);
                underWay.set(i, 0);
            });
        }

        private void note(int i, long begunAt, AsyncResult<Resolution> result) {
            if (result.failed()) {
                failures.increment();
            } else if (result.result().session() != null) {
                lastGood.accumulateAndGet(i, begunAt, Math::max);
                ended.set(i, 0);
            } else {
                ended.set(i, 1);
            }
        }

        void end() throws InterruptedException {
            ending = true;
            thread.join();
            CacheMeters meters = sessions.cacheMeters();
            System.out.println(IntStream.range(0, tokens.size())
                    .mapToObj(i -> "" + lastGood.get(i))
                    .collect(Collectors.joining(" ", "seen ", "")));
            System.out.println("did " + resolves + " resolves, " + failures + " failures; "
                    + (meters == null ? "no cache" : "dropped " + meters.dropsByCause()));
        }
    }
}
