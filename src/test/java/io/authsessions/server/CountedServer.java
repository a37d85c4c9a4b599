package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.service.ControlledStore;
import io.authsessions.store.redis.TestRedis;
import io.authsessions.web.CorpusTarget;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A real server whose calls to its store are counted, with a session of ada; on Redis its keys are compared too. */
final class CountedServer implements CorpusTarget, AutoCloseable {
    private static final Set<String> READING = Set.of("find", "list", "listForUser", "count");
    private static final String DUMP = "local all = {} for _, k in ipairs(redis.call('KEYS', ARGV[1])) do"
            + " all[#all + 1] = k .. '=' .. redis.sha1hex(redis.call('DUMP', k)) end"
            + " table.sort(all) return table.concat(all, ' ')";

    final TestServer server;
    final ControlledStore store;
    final String id;
    private final String token;
    private final String ended;
    private final @Nullable String space;
    private String before = "";

    private CountedServer(TestServer server, ControlledStore store, @Nullable String space) throws Exception {
        this.server = server;
        this.store = store;
        this.space = space;
        JsonObject issued = server.signIn("ada");
        this.token = issued.getString("token");
        this.id = issued.getJsonObject("session").getString("id");
        this.ended = server.signIn("eve").getString("token");
        server.asUser(ended, "DELETE", "/v1/session");
        forget();
    }

    /** On the local store. */
    static CountedServer local(Map<String, String> settings) throws Exception {
        return start(settings, ControlledStore.Provider::local, null);
    }

    /** On Redis, under that prefix. */
    static CountedServer redis(String space, Map<String, String> settings) throws Exception {
        return start(settings, (vertx, policy, clock) -> TestRedis.store(vertx, policy, clock, space), space);
    }

    private static CountedServer start(
            Map<String, String> settings, ControlledStore.Provider.Making making, @Nullable String space)
            throws Exception {
        AtomicReference<ControlledStore> counted = new AtomicReference<>();
        ControlledStore.Provider.make((vertx, policy, clock) -> {
            counted.set(new ControlledStore(making.make(vertx, policy, clock)));
            return counted.get().store();
        });
        Map<String, String> all = new HashMap<>(Map.of("AUTHSESSIONS_HTTP_MAX_FAILED_RESOLVES", "0"));
        all.putAll(settings);
        all.put("AUTHSESSIONS_STORE_TYPE", "controlled");
        TestServer server = TestServer.start(all);
        return new CountedServer(server, counted.get(), space);
    }

    @Override
    public int port() {
        return URI.create(server.server().publicUri()).getPort();
    }

    @Override
    public String path() {
        return "/v1/session";
    }

    @Override
    public String postPath() {
        return "/v1/session/rotate";
    }

    @Override
    public String token() {
        return token;
    }

    @Override
    public String endedToken() {
        return ended;
    }

    @Override
    public List<String> calls() {
        return List.copyOf(store.called);
    }

    @Override
    public void forget() {
        store.called.clear();
        before = dump();
    }

    @Override
    public void assertNothingWritten() {
        assertThat(calls()).allMatch(READING::contains);
        assertThat(dump()).isEqualTo(before);
    }

    private String dump() {
        return space == null ? "" : TestRedis.admin("EVAL", DUMP, "0", "aus:" + space + "*");
    }

    @Override
    public void close() throws Exception {
        server.close();
    }
}
