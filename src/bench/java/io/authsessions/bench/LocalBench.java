package io.authsessions.bench;

import io.authsessions.AuthSessionsOptions;
import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest;
import io.authsessions.model.SessionPolicy;
import io.authsessions.service.StoreSessionService;
import io.authsessions.store.SessionStore;
import io.authsessions.store.TestClock;
import io.authsessions.store.local.LocalSessionStoreProvider;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * The local store at 1,000,000 sessions of 100,000 users: memory, lists, and how much resolving suffers while 200,000
 * expired sessions are swept. Ends with exit code 1 if a bound was missed.
 */
public final class LocalBench {
    private static final int USERS = 100_000;
    private static final int EACH = 10;
    private static final int EXPIRING = 200_000;
    private static final int ROUNDS = 7;

    private final Vertx vertx = Vertx.vertx();
    private final TestClock clock = new TestClock();
    private final SessionPolicy policy = SessionPolicy.DEFAULT;
    private final SessionStore store = new LocalSessionStoreProvider().create(vertx, policy, clock, new JsonObject());
    private final StoreSessionService service = new StoreSessionService(
            vertx, store, policy, AuthSessionsOptions.defaults().deadline(), new SecureRandom());
    private final Random random = new Random(1);

    public static void main(String[] args) throws InterruptedException {
        LocalBench bench = new LocalBench();
        bench.store.open(event -> {}).await();
        System.out.printf(
                "local store, %,d sessions of %,d users, Java %s, %d processors, heap %d MiB%n",
                USERS * EACH,
                USERS,
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory() >> 20);
        String[] tokens = bench.fill();
        bench.lists();
        bench.sweeping(tokens);
        bench.vertx.close().await();
        System.exit(Rounds.allHeld() ? 0 : 1);
    }

    private String[] fill() throws InterruptedException {
        String[] tokens = new String[20_000];
        long before = liveHeap();
        for (int i = 0; i < USERS * EACH; i++) {
            String token = create("user-" + String.format("%07d", i % USERS), null);
            if (i % (USERS * EACH / tokens.length) == 0) {
                tokens[i / (USERS * EACH / tokens.length)] = token;
            }
            if (i % 1_000 == 0) {
                clock.advance(Duration.ofMillis(10));
            }
        }
        double each = (double) (liveHeap() - before) / (USERS * EACH);
        System.out.printf("live heap after forced collection: %.0f B per session%n", each);
        Rounds.verdict("bytes per session", each, "<=", 600);
        return tokens;
    }

    private String create(String userId, Duration idle) {
        NewSession request = NewSession.of(userId)
                .withLabel("Chrome on Windows")
                .withMeta(new JsonObject().put("role", "member").put("ok", true));
        return service.createSession(idle == null ? request : request.withIdleTimeout(idle))
                .result()
                .token();
    }

    private void lists() {
        PageRequest ten = PageRequest.FIRST;
        double user = median(20_000, () -> {
            String userId = "user-" + String.format("%07d", random.nextInt(USERS));
            return service.getSessionsForUser(userId, ten).result().items().size() == EACH;
        });
        System.out.printf("a user's %d sessions: median %.1f µs%n", EACH, user / 1_000);
        Rounds.verdict("a user's sessions, ms", user / 1e6, "<=", 1);
        String[] cursor = new String[1];
        double page = median(5_000, () -> {
            var answer = service.listSessions(ten.after(cursor[0])).result();
            cursor[0] = answer.next();
            return !answer.items().isEmpty();
        });
        System.out.printf("a page of 50 of all, along a walk: median %.1f µs%n", page / 1_000);
        Rounds.verdict("a page of all, ms", page / 1e6, "<=", 5);
    }

    /** Each round: resolving alone, then resolving while 200,000 sessions that expired at once are swept. */
    private void sweeping(String[] tokens) throws InterruptedException {
        Rounds alone = new Rounds("p99 of resolve alone", ROUNDS);
        Rounds swept = new Rounds("p99 of resolve while sweeping", ROUNDS);
        Rounds ratio = new Rounds("ratio of the two", ROUNDS);
        Rounds slices = new Rounds("p99 of the sweeper's slices", ROUNDS);
        Rounds longest = new Rounds("longest slice, processor time", ROUNDS);
        Rounds longestWall = new Rounds("longest slice, with pauses of JVM and machine", ROUNDS);
        resolve(tokens, 400_000);
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < EXPIRING; i++) {
                create("guest-" + i % 20_000, Duration.ofMinutes(1));
            }
            liveHeap();
            double without = resolve(tokens, 400_000);
            clock.advance(Duration.ofMinutes(5));
            resolve(tokens, 100_000);
            AtomicBoolean done = new AtomicBoolean();
            Thread sweeper = new Thread(() -> sweep(done, slices, longest, longestWall), "sweeper");
            sweeper.start();
            double with = resolveUntil(tokens, done);
            sweeper.join();
            alone.add(without / 1_000);
            swept.add(with / 1_000);
            ratio.add(with / without);
        }
        alone.print("µs");
        swept.print("µs");
        ratio.print("");
        slices.print("ms");
        longest.print("ms");
        longestWall.print("ms");
        Rounds.verdict("p99 of resolve while sweeping / alone", ratio.median(), "<=", 1.2);
        Rounds.verdict("p99 of the slices, ms", slices.median(), "<=", 5);
        Rounds.verdict("longest slice, processor time, ms", longest.median(), "<=", 5);
    }

    private void sweep(AtomicBoolean done, Rounds slices, Rounds longest, Rounds longestWall) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long[] times = new long[EXPIRING];
        int taken = 0;
        long most = 0;
        boolean more = true;
        while (more) {
            long begunProcessor = threads.getCurrentThreadCpuTime();
            long begun = System.nanoTime();
            more = store.sweep().result();
            times[taken++] = System.nanoTime() - begun;
            most = Math.max(most, threads.getCurrentThreadCpuTime() - begunProcessor);
            LockSupport.parkNanos(1_000_000);
        }
        done.set(true);
        slices.add(p99(times, taken) / 1e6);
        longest.add(most / 1e6);
        longestWall.add(times[taken - 1] / 1e6);
    }

    private double resolve(String[] tokens, int calls) {
        long[] times = new long[calls];
        for (int i = 0; i < calls; i++) {
            times[i] = resolveOne(tokens);
        }
        return p99(times, calls);
    }

    private double resolveUntil(String[] tokens, AtomicBoolean done) {
        long[] times = new long[50_000_000 / 8];
        int calls = 0;
        while (!done.get() && calls < times.length) {
            times[calls++] = resolveOne(tokens);
        }
        return p99(times, calls);
    }

    private long resolveOne(String[] tokens) {
        String token = tokens[random.nextInt(tokens.length)];
        long begun = System.nanoTime();
        if (service.resolveSession(token).result().session() == null) {
            throw new IllegalStateException("a living session was not found");
        }
        return System.nanoTime() - begun;
    }

    private static double p99(long[] times, int count) {
        Arrays.sort(times, 0, count);
        return times[(int) (count * 0.99)];
    }

    private static double median(int calls, java.util.function.BooleanSupplier call) {
        long[] times = new long[calls];
        for (int warmUp = 0; warmUp < 2; warmUp++) {
            for (int i = 0; i < calls; i++) {
                long begun = System.nanoTime();
                if (!call.getAsBoolean()) {
                    throw new IllegalStateException("a list was not what it should be");
                }
                times[i] = System.nanoTime() - begun;
            }
        }
        Arrays.sort(times);
        return times[calls / 2];
    }

    private static long liveHeap() throws InterruptedException {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(50);
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
