package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.store.redis.TestRedis;
import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The program in a process of its own. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
final class MainProcessTest {
    private static final Pattern LISTENING =
            Pattern.compile("listening public=(http://127\\.0\\.0\\.1:\\d+) admin=(http://127\\.0\\.0\\.1:\\d+)");
    private static final Map<String, String> FREE_PORTS =
            Map.of("AUTHSESSIONS_HTTP_PORT", "0", "AUTHSESSIONS_ADMIN_PORT", "0");

    @TempDir
    Path directory;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    @DisplayName("says where it listens and how to sign in, and stops in order on SIGTERM with an idle connection open")
    void startAndStop() throws Exception {
        Process process = start(FREE_PORTS);
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        Matcher listening = LISTENING.matcher(out.readLine());
        assertThat(listening.matches()).isTrue();
        String command = out.readLine();
        Path keyFile = directory.toRealPath().resolve(".authsessions-admin-key");
        String key = Files.readString(keyFile).strip();
        assertThat(command)
                .startsWith("curl ")
                .contains("$(head -n 1 '")
                .contains(listening.group(2) + "/v1/admin/sessions")
                .doesNotContain(key);

        HttpClient client = HttpClient.newHttpClient();
        HttpResponse<String> reply = client.send(
                HttpRequest.newBuilder(URI.create(listening.group(2) + "/v1/admin/sessions"))
                        .header("Authorization", "Bearer " + key)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(reply.statusCode()).isEqualTo(200);

        process.toHandle().destroy();
        assertThat(process.waitFor(15, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(out.readLine()).isNull();
        assertThat(Files.readString(errors())).isEmpty();
    }

    @Test
    @DisplayName("prints what README shows, and the printed command signs a user in, in the hands of a shell")
    void printedCommand() throws Exception {
        Process process = start(FREE_PORTS);
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String first = out.readLine();
        String command = out.readLine();
        assertThat(shape(first + "\n" + command)).isEqualTo(shape(shownByReadme()));
        Process shell = new ProcessBuilder("sh", "-c", command).start();
        started.add(shell);
        assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .startsWith("{\"session\":{\"id\":")
                .contains("\"userId\":\"alice\"");
    }

    /** The output that README shows below the command that starts the server. */
    private static String shownByReadme() throws Exception {
        String readme = Files.readString(Path.of(System.getProperty("project.root", "."), "README.md"));
        Matcher shown = Pattern.compile("exec:java\\R```\\R\\R```text\\R(.*?)\\R```", Pattern.DOTALL)
                .matcher(readme);
        assertThat(shown.find()).isTrue();
        return shown.group(1);
    }

    /** What is the same on each machine: not ports and folders. */
    private static String shape(String text) {
        return text.replaceAll("127\\.0\\.0\\.1:\\d+", "127.0.0.1:PORT").replaceAll("'/[^']*/", "'FOLDER/");
    }

    @Test
    @DisplayName("a bad configuration lists every mistake on standard error and ends with 2")
    void badConfiguration() throws Exception {
        Path file = Files.writeString(
                directory.resolve("bad.json"),
                "{\"http\":{\"port\":\"x\"},\"policy\":{\"touchInterval\":\"2h\"},\"x\":1}");
        Process process = start(Map.of("AUTHSESSIONS_NOTHING", "1"), "--conf", file.toString());

        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(Files.readAllLines(errors()))
                .hasSize(4)
                .anyMatch(line -> line.startsWith("http.port: "))
                .anyMatch(line -> line.startsWith("policy.touchInterval: "))
                .anyMatch(line -> line.startsWith("x: "))
                .anyMatch(line -> line.startsWith("AUTHSESSIONS_NOTHING: "));
        assertThat(process.getInputStream().readAllBytes()).isEmpty();
    }

    @Test
    @DisplayName("wrong arguments and unknown stores end with 2, help with 0")
    void arguments() throws Exception {
        assertThat(start(Map.of(), "--port", "1").waitFor()).isEqualTo(2);
        Process store = start(Map.of("AUTHSESSIONS_STORE_TYPE", "paper"));
        assertThat(store.waitFor()).isEqualTo(2);
        assertThat(Files.readString(errors())).startsWith("store.type: ");
        Process help = start(Map.of(), "--help");
        String usage = new String(help.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(help.waitFor()).isZero();
        assertThat(usage).startsWith("Usage: ").contains("AUTHSESSIONS_POLICY_TOUCH_INTERVAL");
    }

    @Test
    @DisplayName("what only the store can judge ends with 2 as well, under its full name and without the password")
    void badStore() throws Exception {
        Process process = start(Map.of(
                "AUTHSESSIONS_STORE_TYPE", "redis",
                "AUTHSESSIONS_STORE_REDIS_URI", "redis://app:hidden-word@[127.0.0.1:1",
                "AUTHSESSIONS_STORE_REDIS_CALL_DEADLINE", "500ms"));
        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(Files.readAllLines(errors()))
                .hasSize(2)
                .anyMatch(line -> line.startsWith("store.redis.uri: "))
                .anyMatch(line -> line.startsWith("store.redis.callDeadline: "))
                .noneMatch(line -> line.contains("hidden-word"));
    }

    @Test
    @DisplayName("inspect prints what Redis keeps of a session, and ends with 0; of an unknown one, null")
    void inspect() throws Exception {
        Map<String, String> redis = Map.of(
                "AUTHSESSIONS_STORE_TYPE", "redis",
                "AUTHSESSIONS_STORE_REDIS_URI", TestRedis.uri(),
                "AUTHSESSIONS_STORE_REDIS_PREFIX", "aus:inspect");
        Process unknown = start(redis, "inspect", "0A" + "a".repeat(20));
        assertThat(unknown.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(unknown.exitValue()).isZero();
        assertThat(unknown.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("null");
        Process local = start(FREE_PORTS, "inspect", "0A" + "a".repeat(20));
        assertThat(local.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(local.exitValue()).isEqualTo(1);
        assertThat(Files.readString(errors())).contains("this store keeps sessions as they are");
    }

    @Test
    @DisplayName("a Redis that cannot be reached is told in one sentence without the password, and ends with 1")
    void redisIsNotThere() throws Exception {
        Process process = start(Map.of(
                "AUTHSESSIONS_STORE_TYPE", "redis",
                "AUTHSESSIONS_STORE_REDIS_URI", "redis://app:hidden-word@127.0.0.1:1"));
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(Files.readString(errors())).contains("cannot start: ").doesNotContain("hidden-word");
    }

    @Test
    @DisplayName("a port in use is told in one sentence, and ends with 1")
    void portInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process process = start(Map.of(
                    "AUTHSESSIONS_HTTP_PORT", String.valueOf(taken.getLocalPort()), "AUTHSESSIONS_ADMIN_PORT", "0"));
            assertThat(process.waitFor()).isEqualTo(1);
            assertThat(Files.readAllLines(errors()))
                    .singleElement()
                    .asString()
                    .contains("cannot listen on http://127.0.0.1:" + taken.getLocalPort())
                    .contains("in use");
        }
    }

    private Path errors() {
        return directory.resolve("errors");
    }

    private Process start(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.redirectError(errors().toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith(ConfigKey.PREFIX));
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return process;
    }
}
