package io.authsessions.bench;

import io.authsessions.AuthSessions;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest;
import io.authsessions.service.AuthSessionService;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What sessions take in Redis, what a list costs among few and among many, and how fast sessions begin and end. */
final class RedisSizeBench {
    private static final int MEASURED = Integer.getInteger("bench.measured", 100_000);
    private static final int MANY = Integer.getInteger("bench.many", 1_000_000);
    private static final int FEW = 1_000;
    private static final int EACH = 10;
    private static final int LISTS = 2_000;
    private static final int ROUNDS = 7;
    private static final int UNDER_WAY = 128;
    private static final Pattern USED = Pattern.compile("(?m)^used_memory:(\\d+)");

    private final Vertx vertx;

    RedisSizeBench(Vertx vertx) {
        this.vertx = vertx;
    }

    void run() throws IOException {
        size("30 B of meta, 10 sessions a user", EACH, 30, 650);
        size("320 B of meta, 10 sessions a user", EACH, 320, 960);
        size("30 B of meta, one session a user", 1, 30, 650 + 250);
        lists();
    }

    private void size(String what, int each, int metaBytes, int bound) throws IOException {
        try (BenchRedis redis = new BenchRedis()) {
            AuthSessionService service = service(redis);
            RedisConnection admin =
                    Redis.createClient(vertx, redis.uri()).connect().await();
            long empty = used(admin);
            List<String> ids = fill(service, 0, MEASURED, each, metaBytes);
            double bytes = (double) (used(admin) - empty) / MEASURED;
            String id = ids.get(0);
            String key = "aus:{" + id.substring(0, 2) + "}:s:" + id;
            System.out.printf(
                    Locale.ROOT,
                    "memory: %s: %.0f B per session of %,d with all indices, of these %s B the record%n",
                    what,
                    bytes,
                    MEASURED,
                    admin.send(Request.cmd(Command.MEMORY).arg("USAGE").arg(key))
                            .await());
            Rounds.verdict("bytes per session, " + what, bytes, "<=", bound);
            if (bound == 650) {
                service.destroySession(id, "token_reuse").await();
                long marker = admin.send(
                                Request.cmd(Command.MEMORY).arg("USAGE").arg(key))
                        .await()
                        .toLong();
                Rounds.verdict("bytes of the marker of an ended session", marker, "<=", 200);
            }
        }
    }

    private void lists() throws IOException {
        try (BenchRedis redis = new BenchRedis()) {
            AuthSessionService service = service(redis);
            fill(service, 0, FEW, EACH, 30);
            Rounds few = list("a user's 10 sessions among " + FEW, service, FEW / EACH);
            List<String> ids = fill(service, FEW, MANY, EACH, 30);
            Rounds many = list("a user's 10 sessions among " + MANY, service, MANY / EACH);
            Rounds.verdict("milliseconds of a list among 1 k", few.median(), "<=", 1);
            Rounds.verdict("milliseconds of a list among 1 M", many.median(), "<=", 1);
            Rounds.verdict("a list among 1 M / among 1 k", many.median() / few.median(), "<=", 1.3);
            pace(service, ids);
        }
    }

    private static Rounds list(String what, AuthSessionService service, int users) {
        Rounds medians = new Rounds("list: " + what, ROUNDS);
        for (int round = -2; round < ROUNDS; round++) {
            double[] millis = new double[LISTS];
            for (int i = 0; i < LISTS; i++) {
                String user = user(i * 7919 % users);
                long begun = System.nanoTime();
                int size = service.getSessionsForUser(user, PageRequest.FIRST)
                        .await()
                        .items()
                        .size();
                millis[i] = (System.nanoTime() - begun) / 1e6;
                if (size != EACH) {
                    throw new IllegalStateException(user + " has " + size + " sessions");
                }
            }
            Arrays.sort(millis);
            if (round >= 0) {
                medians.add(millis[LISTS / 2]);
            }
        }
        medians.print("ms");
        return medians;
    }

    private void pace(AuthSessionService service, List<String> ids) {
        int rounds = ROUNDS;
        int calls = Math.min(10_000, ids.size() / rounds);
        Rounds creates = new Rounds("create, " + UNDER_WAY + " under way", rounds);
        Rounds createsLate = new Rounds("create, 99th percentile", rounds);
        Rounds destroys = new Rounds("destroy, " + UNDER_WAY + " under way", rounds);
        Rounds destroysLate = new Rounds("destroy, 99th percentile", rounds);
        Paced<IssuedSession> paced = new Paced<>(UNDER_WAY);
        Paced<Boolean> ending = new Paced<>(UNDER_WAY);
        vertx.deployVerticle(paced).await();
        vertx.deployVerticle(ending).await();
        for (int round = 0; round < rounds; round++) {
            int from = round * calls;
            paced.run(calls, i -> service.createSession(request(MANY + from + i, EACH, 30)));
            creates.add(paced.perSecond());
            createsLate.add(paced.millisAt(0.99));
            ending.run(calls, i -> service.destroySession(ids.get(from + i), "revoked"));
            destroys.add(ending.perSecond());
            destroysLate.add(ending.millisAt(0.99));
        }
        creates.print("calls/s");
        createsLate.print("ms");
        destroys.print("calls/s");
        destroysLate.print("ms");
    }

    /** With deadlines that a machine at work on something else does not miss: none of this is about them. */
    private AuthSessionService service(BenchRedis redis) {
        JsonObject config = new JsonObject()
                .put("uri", redis.uri())
                .put("commandDeadline", "20s")
                .put("callDeadline", "40s");
        AuthSessionsOptions options =
                AuthSessionsOptions.defaults().withStore("redis", config).withDeadline(Duration.ofSeconds(60));
        return AuthSessions.start(vertx, options).await().service();
    }

    private List<String> fill(AuthSessionService service, int from, int to, int each, int metaBytes) {
        Paced<IssuedSession> paced = new Paced<>(UNDER_WAY);
        vertx.deployVerticle(paced).await();
        IntFunction<Future<IssuedSession>> create = i -> service.createSession(request(from + i, each, metaBytes));
        List<String> ids = new ArrayList<>(to - from);
        paced.run(to - from, create, issued -> ids.add(issued.session().id()));
        return ids;
    }

    private static NewSession request(int number, int each, int metaBytes) {
        JsonObject meta = new JsonObject().put("role", "");
        int open = meta.toBuffer().length();
        return NewSession.of(user(number / each))
                .withLabel("Chrome on Windows")
                .withMeta(meta.put("role", "m".repeat(metaBytes - open)));
    }

    private static String user(int number) {
        return String.format(Locale.ROOT, "user-%07d", number);
    }

    private static long used(RedisConnection admin) {
        String info =
                admin.send(Request.cmd(Command.INFO).arg("memory")).await().toString();
        Matcher used = USED.matcher(info);
        if (!used.find()) {
            throw new IllegalStateException("Redis does not tell its memory");
        }
        return Long.parseLong(used.group(1));
    }
}
