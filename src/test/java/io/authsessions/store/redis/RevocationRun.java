package io.authsessions.store.redis;

import io.authsessions.AuthSessions;
import io.authsessions.AuthSessionsOptions;
import io.authsessions.ChildJvm;
import io.authsessions.Futures;
import io.authsessions.model.IssuedSession;
import io.authsessions.model.NewSession;
import io.authsessions.service.CacheOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * Two nodes on one Redis, each a process: this one ends sessions, a {@link RevocationNode} resolves them all the while.
 * Measures from when the end of a session had returned here to when the last resolve began there that was answered with
 * it. Used by one thread.
 */
final class RevocationRun implements AutoCloseable {
    private static final int AT_ONCE = 4;
    private static final long RETRY_MILLIS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final Vertx vertx = Vertx.vertx();
    private final AuthSessions sessions;
    private final Process node;
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final Map<IssuedSession, Long> endedAt = new LinkedHashMap<>();
    private final List<Long> staleNanos = new ArrayList<>();
    private List<IssuedSession> watched = List.of();
    private int users;
    private String did = "";

    /**
     * Starts both.
     *
     * @param ours the store's configuration of the node here
     * @param theirs of the other, which may go through a proxy
     */
    RevocationRun(JsonObject ours, JsonObject theirs, Duration lease) {
        try {
            node = ChildJvm.start(RevocationNode.class, theirs.encode(), "" + lease.toMillis());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread reader = new Thread(this::read, "what the other node says");
        reader.setDaemon(true);
        reader.start();
        sessions = Futures.get(AuthSessions.start(
                vertx, AuthSessionsOptions.defaults().withStore("redis", ours).withCache(CacheOptions.OFF)));
        await("ready");
    }

    private void read() {
        try (BufferedReader out = node.inputReader(StandardCharsets.UTF_8)) {
            out.lines().forEach(said::add);
        } catch (IOException | UncheckedIOException ended) {
            said.add("gone");
        }
    }

    private String await(String word) {
        try {
            String line = said.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (line == null || !line.startsWith(word)) {
                throw new AssertionError("the other node said " + line + " instead of " + word);
            }
            return line;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void tell(String line) {
        try {
            node.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            node.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Signs in that many users, and returns when the other node answers for each of them from memory. */
    List<IssuedSession> held(int count) {
        return held(count, number -> "user-" + number);
    }

    List<IssuedSession> held(int count, IntFunction<String> userNames) {
        List<IssuedSession> made = new ArrayList<>();
        while (made.size() < count) {
            List<Future<IssuedSession>> creates = new ArrayList<>();
            for (int i = made.size(); i < count && creates.size() < AT_ONCE; i++) {
                creates.add(sessions.service().createSession(NewSession.of(userNames.apply(users++))));
            }
            Futures.get(Future.join(creates));
            creates.forEach(create -> made.add(create.result()));
        }
        watched = List.copyOf(made);
        tell(watched.stream().map(IssuedSession::token).collect(Collectors.joining(" ", "watch ", "")));
        await("held");
        return watched;
    }

    /** Ends them, a few at a time, each again and again until that succeeds; completes when all are ended. */
    Future<Void> endSoon(List<IssuedSession> which) {
        Iterator<IssuedSession> rest = List.copyOf(which).iterator();
        Promise<Void> end = Promise.promise();
        vertx.runOnContext(now -> {
            List<Future<Void>> lanes = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                lanes.add(endNext(rest));
            }
            Future.join(lanes).<Void>mapEmpty().onComplete(end);
        });
        return end.future();
    }

    private Future<Void> endNext(Iterator<IssuedSession> rest) {
        if (!rest.hasNext()) {
            return Future.succeededFuture();
        }
        IssuedSession next = rest.next();
        return endSurely(next).compose(ended -> endNext(rest));
    }

    private Future<Void> endSurely(IssuedSession session) {
        return sessions.service()
                .destroySession(session.session().id(), "revoked")
                .map(ended -> {
                    endedAt.put(session, System.nanoTime());
                    return (Void) null;
                })
                .recover(failure ->
                        vertx.timer(RETRY_MILLIS, TimeUnit.MILLISECONDS).compose(rested -> endSurely(session)));
    }

    /** As {@link #endSoon}, and waits for it. */
    void end(List<IssuedSession> which) {
        await(endSoon(which));
    }

    void await(Future<?> future) {
        try {
            future.toCompletionStage().toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (Exception e) {
            throw new AssertionError("was not done in time", e);
        }
    }

    /** Sends a signal to the other node, such as STOP or CONT. */
    void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, "" + node.pid()).start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Lets the other node go on for so long, then takes what it saw. */
    void settle(Duration rest) {
        await(vertx.timer(rest.toMillis(), TimeUnit.MILLISECONDS));
        tell("end");
        String[] seen = await("seen").split(" ");
        did = await("did");
        for (int i = 0; i < watched.size(); i++) {
            Long returned = endedAt.get(watched.get(i));
            long lastGood = Long.parseLong(seen[i + 1]);
            if (returned != null && lastGood != RevocationNode.NEVER) {
                staleNanos.add(lastGood - returned);
            }
        }
        endedAt.clear();
        watched = List.of();
    }

    /** For how many ends it was measured. */
    int ends() {
        return staleNanos.size();
    }

    /** Negative where the last good resolve began before the end had returned. */
    double medianMillis() {
        long[] sorted = staleNanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted[sorted.length / 2] / 1e6;
    }

    double largestMillis() {
        return staleNanos.stream().mapToLong(Long::longValue).max().orElseThrow() / 1e6;
    }

    /** What the other node said of its last round of work. */
    String did() {
        return did;
    }

    @Override
    public void close() {
        node.destroyForcibly();
        Futures.settled(sessions.close());
        Futures.get(vertx.close());
    }
}
