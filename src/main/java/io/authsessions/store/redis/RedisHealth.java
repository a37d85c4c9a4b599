package io.authsessions.store.redis;

import io.authsessions.model.SessionIds;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds out whether Redis answers, runs scripts and keeps what it is given. Thread-safe. */
final class RedisHealth {
    static final String POLICY_UNKNOWN =
            "maxmemory-policy cannot be read: INFO is not permitted; it must be noeviction";
    static final String MAY_EVICT =
            "maxmemory-policy of Redis is not noeviction: sessions may vanish before their time, and ended ones be forgotten";

    private static final Pattern POLICY = Pattern.compile("(?m)^maxmemory_policy:(\\S+)");

    private final RedisCommands commands;
    private final ScriptCalls scripts;
    private final RedisKeys keys;

    RedisHealth(RedisCommands commands, ScriptCalls scripts, RedisKeys keys) {
        this.commands = commands;
        this.scripts = scripts;
        this.keys = keys;
    }

    /** What should be otherwise; fails where Redis cannot be worked with. */
    Future<List<String>> check() {
        Future<@Nullable Response> ping = commands.send(Request.cmd(Command.PING));
        Future<List<String>> policy = policy();
        return Future.all(ping, probe(), policy).map(all -> policy.result());
    }

    /** One bucket of each primary. */
    private Future<?> probe() {
        Map<Buffer, String> buckets = new LinkedHashMap<>();
        for (int i = 0; i < keys.buckets(); i++) {
            String name = SessionIds.bucketName(i);
            buckets.put(Buffer.buffer(keys.mark(name)), name);
        }
        List<Future<Reply>> probes = new ArrayList<>();
        for (RedisCommands.Share ofOne : commands.byPrimary(List.copyOf(buckets.keySet()))) {
            String bucket = Objects.requireNonNull(buckets.get(ofOne.keys().get(0)));
            probes.add(scripts.once(Change.PROBE, System.nanoTime(), bucket, List.of(), List.of()));
        }
        return Future.all(probes);
    }

    private Future<List<String>> policy() {
        return commands.send(Request.cmd(Command.INFO).arg("memory"))
                .map(info -> warnings(String.valueOf(info)))
                .recover(failure -> isRefused(failure)
                        ? Future.succeededFuture(List.of(POLICY_UNKNOWN))
                        : Future.failedFuture(failure));
    }

    /** Managed servers do without some commands altogether. */
    private static boolean isRefused(Throwable failure) {
        return RedisLink.refusedWith(failure, ErrorReply.NOPERM) || RedisLink.refusedWith(failure, ErrorReply.OTHER);
    }

    private static List<String> warnings(String info) {
        Matcher policy = POLICY.matcher(info);
        if (!policy.find()) {
            return List.of(POLICY_UNKNOWN);
        }
        return policy.group(1).equals("noeviction") ? List.of() : List.of(MAY_EVICT);
    }
}
