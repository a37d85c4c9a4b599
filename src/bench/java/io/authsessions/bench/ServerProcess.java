package io.authsessions.bench;

import io.authsessions.ChildJvm;
import io.authsessions.server.Main;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server in a process of its own, with little memory. */
final class ServerProcess implements AutoCloseable {
    private static final String KEY = "overload-admin-key-0123456789";
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

    private final HttpClient client = HttpClient.newHttpClient();
    private final Process process;
    private final String publicUri;
    private final String adminUri;

    ServerProcess(Map<String, String> settings) throws IOException {
        Map<String, String> environment = new HashMap<>(Map.of(
                "AUTHSESSIONS_HTTP_PORT", "0",
                "AUTHSESSIONS_ADMIN_PORT", "0",
                "AUTHSESSIONS_ADMIN_KEY", KEY,
                "AUTHSESSIONS_SERVICE_SWEEP_INTERVAL", "1h"));
        environment.putAll(settings);
        process = ChildJvm.start(Main.class, environment);
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String[] words = String.valueOf(out.readLine()).split("[ =]");
        publicUri = words[2];
        adminUri = words[4];
    }

    String publicUri() {
        return publicUri;
    }

    long pid() {
        return process.pid();
    }

    /** Makes a session and gives its token. */
    String signIn(JsonObject session) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(adminUri + "/v1/admin/sessions"))
                .header("Authorization", "Bearer " + KEY)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(session.encode()))
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        return new JsonObject(response.body()).getString("token");
    }

    double residentMegabytes() throws IOException {
        return Files.readAllLines(Path.of("/proc", "" + pid(), "status")).stream()
                        .filter(line -> line.startsWith("VmRSS"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElseThrow()
                / 1024.0;
    }

    /** What lives on the heap, after a collection of everything else. */
    double liveMegabytes() throws IOException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process asked = new ProcessBuilder(jcmd, "" + pid(), "GC.class_histogram").start();
        Matcher total = TOTAL.matcher(new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        if (!total.find()) {
            throw new IOException("jcmd gave no histogram");
        }
        return Long.parseLong(total.group(1)) / 1024.0 / 1024.0;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
