package io.authsessions.server;

import io.authsessions.secrets.RunRecorder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The real server on free ports, and a plain HTTP client for it. */
final class TestServer implements AutoCloseable {
    static final String ADMIN_KEY = "test-admin-key-0123456789";

    private final Vertx vertx;
    private final AuthServer server;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private TestServer(Vertx vertx, AuthServer server) {
        this.vertx = vertx;
        this.server = server;
        ContractJudge.watch(server.publicUri(), false);
        ContractJudge.watch(server.adminUri(), true);
    }

    /** Starts a server that is configured by the environment, as operators do it. */
    static TestServer start(Map<String, String> environment) throws Exception {
        Map<String, String> variables = new HashMap<>(Map.of(
                "AUTHSESSIONS_HTTP_PORT", "0",
                "AUTHSESSIONS_ADMIN_PORT", "0",
                "AUTHSESSIONS_ADMIN_KEY", ADMIN_KEY));
        variables.putAll(environment);
        ServerConfig config = ConfigReader.read(null, variables);
        RunRecorder.keys(config.adminKeys());
        Metrics metrics = new Metrics();
        Vertx vertx = metrics.vertx();
        return new TestServer(
                vertx, await(AuthServer.start(vertx, config, new AdminKeys(config.adminKeys()), metrics)));
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        await(server.stop().eventually(vertx::close));
    }

    Vertx vertx() {
        return vertx;
    }

    AuthServer server() {
        return server;
    }

    /** An answer. */
    record Reply(int status, Map<String, List<String>> headers, String body) {
        String header(String name) {
            return headers.entrySet().stream()
                    .filter(e -> e.getKey().equalsIgnoreCase(name))
                    .map(e -> String.join("|", e.getValue()))
                    .findFirst()
                    .orElse("");
        }

        JsonObject json() {
            return new JsonObject(body);
        }

        String code() {
            return json().getString("code");
        }
    }

    Reply asUser(String token, String method, String path) throws Exception {
        return send(server.publicUri(), method, path, Map.of("Authorization", "Bearer " + token), new byte[0]);
    }

    /** As {@link #asUser} with GET, without waiting for the answer. */
    CompletableFuture<Reply> asUserSoon(String token, String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.publicUri() + path))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", "Bearer " + token)
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .thenApply(response ->
                        new Reply(response.statusCode(), response.headers().map(), response.body()));
    }

    Reply anonymous(String method, String path) throws Exception {
        return send(server.publicUri(), method, path, Map.of(), new byte[0]);
    }

    Reply asAdmin(String method, String path) throws Exception {
        return asAdmin(method, path, Map.of(), new byte[0]);
    }

    Reply asAdmin(String method, String path, Map<String, String> headers, byte[] body) throws Exception {
        Map<String, String> all = new HashMap<>(headers);
        all.putIfAbsent("Authorization", "Bearer " + ADMIN_KEY);
        return send(server.adminUri(), method, path, all, body);
    }

    Reply create(String json) throws Exception {
        return asAdmin(
                "POST",
                "/v1/admin/sessions",
                Map.of("Content-Type", "application/json"),
                json.getBytes(StandardCharsets.UTF_8));
    }

    Reply introspect(String form) throws Exception {
        return asAdmin(
                "POST",
                "/v1/admin/introspect",
                Map.of("Content-Type", "application/x-www-form-urlencoded"),
                form.getBytes(StandardCharsets.UTF_8));
    }

    /** Signs a user in: {@code {session, token}}. */
    JsonObject signIn(String userId) throws Exception {
        Reply reply = create(new JsonObject().put("userId", userId).encode());
        if (reply.status() != 201) {
            throw new AssertionError(reply);
        }
        return reply.json();
    }

    Reply send(String base, String method, String path, Map<String, String> headers, byte[] body) throws Exception {
        return exchange(client, base + path, method, headers, body);
    }

    /** One request to any server. */
    static Reply exchange(String uri, String method, Map<String, String> headers, byte[] body) throws Exception {
        return exchange(HttpClient.newHttpClient(), uri, method, headers, body);
    }

    private static Reply exchange(
            HttpClient client, String uri, String method, Map<String, String> headers, byte[] body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri))
                .timeout(Duration.ofSeconds(10))
                .method(
                        method,
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        RunRecorder.answer(response.statusCode(), response.headers().map(), response.body());
        Reply reply = new Reply(response.statusCode(), response.headers().map(), response.body());
        URI to = URI.create(uri);
        String query = to.getRawQuery();
        ContractJudge.judge(
                uri,
                method,
                to.getRawPath() + (query == null ? "" : "?" + query),
                headers.getOrDefault("Content-Type", ""),
                new String(body, StandardCharsets.UTF_8),
                reply);
        return reply;
    }

    /** Sends bytes over a socket and gives all that comes back until the server closes or falls silent. */
    static String raw(String base, String request) throws IOException {
        return timed(base, request).text();
    }

    /**
     * What came back over a socket.
     *
     * @param nanosToFirst until it began
     */
    record Timed(String text, long nanosToFirst) {}

    /** As {@link #raw}. */
    static Timed timed(String base, String request) throws IOException {
        URI uri = URI.create(base);
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout(2_000);
            long begun = System.nanoTime();
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            PushbackInputStream in = new PushbackInputStream(socket.getInputStream());
            int first = in.read();
            long nanos = System.nanoTime() - begun;
            if (first >= 0) {
                in.unread(first);
            }
            String answer = readAll(in);
            RunRecorder.answer(answer);
            judge(base, request, answer);
            return new Timed(answer, nanos);
        }
    }

    /** Where it is one whole answer to a request that was one. */
    private static void judge(String base, String request, String answer) {
        String[] line =
                request.substring(0, Math.max(0, request.indexOf("\r\n"))).split(" ", -1);
        if (line.length == 3 && answer.startsWith("HTTP/1.1 ") && answer.contains("\r\n\r\n")) {
            Reply reply = parse(answer);
            String length = reply.header("Content-Length");
            if (length.isEmpty() || length.equals(Integer.toString(reply.body().length())) || line[0].equals("HEAD")) {
                ContractJudge.judge(base, line[0], line[1], "", "", reply);
            }
        }
    }

    /** Sends bytes over a socket, and gives the first of what comes back, which has the head of the answer. */
    static String rawHead(String base, String request) throws IOException {
        URI uri = URI.create(base);
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            StringBuilder text = new StringBuilder();
            while (text.indexOf("\r\n\r\n") < 0) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    break;
                }
                text.append((char) next);
            }
            byte[] rest = new byte[8192];
            int left = socket.getInputStream().available();
            return text
                    + new String(rest, 0, left > 0 ? socket.getInputStream().read(rest) : 0, StandardCharsets.UTF_8);
        }
    }

    /** An answer that came as bytes. */
    static Reply parse(String answer) {
        int end = answer.indexOf("\r\n\r\n");
        String[] lines = answer.substring(0, end).split("\r\n");
        Map<String, List<String>> headers = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            headers.computeIfAbsent(lines[i].substring(0, colon), name -> new java.util.ArrayList<>())
                    .add(lines[i].substring(colon + 1).strip());
        }
        return new Reply(Integer.parseInt(lines[0].split(" ")[1]), headers, answer.substring(end + 4));
    }

    private static String readAll(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        byte[] chunk = new byte[8192];
        try {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                text.append(new String(chunk, 0, n, StandardCharsets.ISO_8859_1));
            }
        } catch (java.net.SocketTimeoutException e) {
            text.append("[silent]");
        }
        return text.toString();
    }
}
