package io.authsessions.bench;

import io.authsessions.AuthSessions;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.model.ClientInfo;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.model.PageRequest;
import io.authsessions.service.AuthSessionService;
import io.authsessions.service.CacheOptions;
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
import org.jspecify.annotations.Nullable;

/** What sessions take in Redis, what a list costs among few and among many, and how fast sessions begin and end. */
final class RedisSizeBench {
    private static final int MEASURED = Integer.getInteger("bench.measured", 100_000);
    private static final int MANY = Integer.getInteger("bench.many", 1_000_000);
    /** What a session may take in bytes with little meta, with more, and how much more where its user has no other. */
    private static final int SMALL = 650;

    private static final int LARGE = 960;
    private static final int ALONE = 250;
    private static final String ADDRESS = "203.0.113.195";
    private static final String USER_AGENT =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0"
                    + " Safari/537.36";
    private static final ClientInfo CLIENT = new ClientInfo(ADDRESS, USER_AGENT);
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
        size("30 B of meta, 10 sessions a user", EACH, 30, null, SMALL);
        size("320 B of meta, 10 sessions a user", EACH, 320, null, LARGE);
        size("30 B of meta, one session a user", 1, 30, null, SMALL + ALONE);
        size("320 B of meta, one session a user", 1, 320, null, LARGE + ALONE);
        int client = ADDRESS.length() + USER_AGENT.length();
        size("30 B of meta, 10 sessions a user, client of " + client + " B", EACH, 30, CLIENT, SMALL + client);
        lists();
    }

    private void size(String what, int each, int metaBytes, @Nullable ClientInfo client, int bound) throws IOException {
        try (BenchRedis redis = new BenchRedis()) {
            AuthSessions sessions = sessions(redis);
            AuthSessionService service = sessions.service();
            RedisConnection admin =
                    Redis.createClient(vertx, redis.uri()).connect().await();
            long empty = used(admin);
            List<String> ids = fill(service, MEASURED, each, metaBytes, client);
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
            if (bound == SMALL) {
                service.destroySession(id, "token_reuse").await();
                long marker = admin.send(
                                Request.cmd(Command.MEMORY).arg("USAGE").arg(key))
                        .await()
                        .toLong();
                Rounds.verdict("bytes of the marker of an ended session", marker, "<=", 200);
            }
            sessions.close().await();
        }
    }

    /** Few and many by turns, each in a Redis of its own, so that what else the machine does falls on both. */
    private void lists() throws IOException {
        try (BenchRedis small = new BenchRedis();
                BenchRedis large = new BenchRedis()) {
            AuthSessions few = sessions(small);
            AuthSessions many = sessions(large);
            fill(few.service(), FEW, EACH, 30, null);
            List<String> ids = fill(many.service(), MANY, EACH, 30, null);
            String amongFew = String.format(Locale.ROOT, "a user's 10 sessions among %,d", FEW);
            String amongMany = String.format(Locale.ROOT, "a user's 10 sessions among %,d", MANY);
            Rounds fewMedians = new Rounds("list: " + amongFew, ROUNDS);
            Rounds manyMedians = new Rounds("list: " + amongMany, ROUNDS);
            for (int round = -3; round < ROUNDS; round++) {
                double fewMillis = list(few.service(), FEW / EACH);
                double manyMillis = list(many.service(), MANY / EACH);
                if (round >= 0) {
                    fewMedians.add(fewMillis);
                    manyMedians.add(manyMillis);
                }
            }
            fewMedians.print("ms");
            manyMedians.print("ms");
            Rounds.verdict("milliseconds of the list of " + amongFew, fewMedians.median(), "<=", 1);
            Rounds.verdict("milliseconds of the list of " + amongMany, manyMedians.median(), "<=", 1);
            Rounds.verdict("the second list / the first", manyMedians.median() / fewMedians.median(), "<=", 1.3);
            pace(many.service(), ids);
            few.close().await();
            many.close().await();
        }
    }

    /** The median of many, in milliseconds. */
    private static double list(AuthSessionService service, int users) {
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
        return millis[LISTS / 2];
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
            paced.run(calls, i -> service.createSession(request(MANY + from + i, EACH, 30, null)));
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
    private AuthSessions sessions(BenchRedis redis) {
        JsonObject config = new JsonObject()
                .put("uri", redis.uri())
                .put("commandDeadline", "20s")
                .put("callDeadline", "40s");
        AuthSessionsOptions options = AuthSessionsOptions.defaults()
                .withStore("redis", config)
                .withCache(CacheOptions.OFF)
                .withDeadline(Duration.ofSeconds(60));
        return AuthSessions.start(vertx, options).await();
    }

    private List<String> fill(
            AuthSessionService service, int count, int each, int metaBytes, @Nullable ClientInfo client) {
        Paced<IssuedSession> paced = new Paced<>(UNDER_WAY);
        vertx.deployVerticle(paced).await();
        IntFunction<Future<IssuedSession>> create = i -> service.createSession(request(i, each, metaBytes, client));
        List<String> ids = new ArrayList<>(count);
        paced.run(count, create, issued -> ids.add(issued.session().id()));
        return ids;
    }

    private static NewSession request(int number, int each, int metaBytes, @Nullable ClientInfo client) {
        JsonObject meta = new JsonObject().put("role", "");
        int open = meta.toBuffer().length();
        NewSession request = NewSession.of(user(number / each))
                .withLabel("Chrome on Windows")
                .withMeta(meta.put("role", "m".repeat(metaBytes - open)));
        return client == null ? request : request.withClient(client);
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
