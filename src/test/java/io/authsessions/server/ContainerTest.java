package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.authsessions.server.TestServer.Reply;
import io.authsessions.store.redis.LinkRedis;
import io.authsessions.store.redis.PlainRedis;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docker/ builds, put together in a folder and run as plain processes with the same command line and variables. */
@DisplayName("What the container holds")
final class ContainerTest {
    private static final Path ROOT = Path.of(System.getProperty("project.root", "."));
    private static final Pattern LISTENING = Pattern.compile("listening public=(\\S+) admin=(\\S+)");
    private static final String ADMIN_KEY = "0123456789abcdef0123456789abcdef";
    private static final String PASSWORD = "fedcba9876543210";

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    private record Server(Process process, String publicUri, String adminUri) {}

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    @DisplayName("is described with variables that there are, and starts as nobody's root, without a shell")
    void description() throws Exception {
        Set<String> known =
                ConfigKeys.ALL.values().stream().map(ConfigKey::variable).collect(Collectors.toSet());
        for (String file : List.of("Dockerfile", "compose.yaml")) {
            assertThat(Pattern.compile("AUTHSESSIONS_[A-Z_]+")
                            .matcher(docker(file))
                            .results()
                            .map(MatchResult::group))
                    .as(file)
                    .isNotEmpty()
                    .isSubsetOf(known);
        }
        assertThat(docker("Dockerfile")).containsPattern("(?m)^USER [1-9]\\d*:").containsPattern("(?m)^ENTRYPOINT \\[");
        assertThat(docker("compose.yaml"))
                .contains("--maxmemory-policy noeviction")
                .contains("users.acl");
    }

    @Test
    @Tag("slow")
    @Timeout(600)
    @DisplayName("is built by the build stage's own command from what that stage copies, and nothing else")
    void builds() throws Exception {
        String stage = docker("Dockerfile").split("\nFROM ")[1];
        Matcher copy = Pattern.compile("(?m)^COPY (\\S+) (\\S+)$").matcher(stage);
        while (copy.find()) {
            copy(ROOT.resolve(copy.group(1)), folder.resolve(copy.group(2)).normalize());
        }
        List<String> command =
                new ArrayList<>(List.of(find("(?m)^RUN (mvn .*)$", stage).split(" ")));
        // What the image's build downloads is here already.
        command.add("-o");
        Process build = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        started.add(build);
        assertThat(build.waitFor()).as(() -> read(folder.resolve("log"))).isZero();
        assertThat(folder.resolve("target/authsessions-server.jar")).exists();
    }

    private static void copy(Path from, Path to) throws Exception {
        Path target = Files.isRegularFile(from) && Files.isDirectory(to) ? to.resolve(from.getFileName()) : to;
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path place = target.resolve(from.relativize(file).toString()).normalize();
                Files.createDirectories(place.getParent());
                Files.copy(file, place);
            }
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Tag("slow")
    @Timeout(120)
    @DisplayName("runs twice on one Redis as its one user, shares sessions, and stops in order")
    void runs() throws Exception {
        assemble();
        Path users = Files.writeString(
                folder.resolve("users.acl"),
                docker("users.acl").replace("REDIS_PASSWORD", PASSWORD) + "user watcher on >watcher ~* &* +@all\n");
        try (LinkRedis redis = LinkRedis.started(
                "--aclfile", users.toString(), "--maxmemory", "512mb", "--maxmemory-policy", "noeviction")) {
            Server one = start(redis);
            Server two = start(redis);
            share(one, two);
            for (Server server : List.of(one, two)) {
                assertThat(get(server.publicUri() + "/health/ready", Map.of()).json())
                        .isEqualTo(new JsonObject("{\"status\":\"up\",\"store\":{\"type\":\"redis\",\"status\":\"up\","
                                + "\"warnings\":[]},\"cache\":{\"status\":\"up\"}}"));
                server.process().toHandle().destroy();
                assertThat(server.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
                assertThat(server.process().exitValue()).isZero();
            }
            try (PlainRedis watcher = new PlainRedis(redis.port())) {
                watcher.call("AUTH", "watcher", "watcher");
                assertThat(watcher.texts("ACL", "LOG"))
                        .as("what the user was refused")
                        .isEmpty();
                assertThat(watcher.texts("KEYS", "*")).isNotEmpty().allMatch(key -> key.startsWith("aus:"));
            }
        }
    }

    private static void share(Server one, Server two) throws Exception {
        Reply signedIn = send(
                "POST",
                one.adminUri() + "/v1/admin/sessions",
                Map.of("Authorization", "Bearer " + ADMIN_KEY, "Content-Type", "application/json"),
                "{\"userId\":\"alice\"}");
        assertThat(signedIn.status()).isEqualTo(201);
        Map<String, String> bearer =
                Map.of("Authorization", "Bearer " + signedIn.json().getString("token"));
        assertThat(get(two.publicUri() + "/v1/session", bearer).status()).isEqualTo(200);
        assertThat(get(two.publicUri() + "/v1/sessions", bearer).json().getJsonArray("items"))
                .hasSize(1);
        assertThat(send("DELETE", two.publicUri() + "/v1/session", bearer, "").status())
                .isEqualTo(204);
        assertThat(get(one.publicUri() + "/v1/session", bearer).status()).isEqualTo(401);
    }

    /** Does what the last stage of the Dockerfile copies. */
    private void assemble() throws Exception {
        Path jar = ROOT.resolve("target/authsessions-server.jar");
        assertThat(jar).as("mvn package builds the jar, and comes before this").exists();
        String last = docker("Dockerfile").split("\nFROM ")[2];
        assertThat(last)
                .contains("COPY --from=build /build/target/authsessions-server.jar ./")
                .contains("COPY conf conf");
        Files.copy(jar, folder.resolve("authsessions-server.jar"));
        Files.createDirectory(folder.resolve("conf"));
        try (Stream<Path> files = Files.list(ROOT.resolve("conf"))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve("conf").resolve(file.getFileName()));
            }
        }
    }

    private Server start(LinkRedis redis) throws Exception {
        List<String> command = new ArrayList<>();
        new JsonArray(find("(?m)^ENTRYPOINT (.*)$", docker("Dockerfile")))
                .forEach(word -> command.add(String.valueOf(word)));
        assertThat(command.get(0)).isEqualTo("java");
        command.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Map<String, String> variables = new HashMap<>();
        Matcher env = Pattern.compile("(?m)^ENV (\\w+)=(.*)$").matcher(docker("Dockerfile"));
        while (env.find()) {
            variables.put(env.group(1), env.group(2));
        }
        // A test stays on loopback, and leaves the ports to the machine.
        variables.replaceAll((name, value) -> value.replace("0.0.0.0", "127.0.0.1"));
        variables.put("AUTHSESSIONS_HTTP_PORT", "0");
        variables.put("AUTHSESSIONS_ADMIN_PORT", "0");
        variables.put("AUTHSESSIONS_ADMIN_KEY", ADMIN_KEY);
        // None of this is about time, and a machine that runs tests may be slow to start two JVMs.
        variables.put("AUTHSESSIONS_STORE_REDIS_COMMAND_DEADLINE", "8s");
        variables.put("AUTHSESSIONS_STORE_REDIS_CALL_DEADLINE", "16s");
        variables.put("AUTHSESSIONS_SERVICE_DEADLINE", "18s");
        variables.put(
                "AUTHSESSIONS_STORE_REDIS_URI",
                find("AUTHSESSIONS_STORE_REDIS_URI: (\\S+)\\$\\{", docker("compose.yaml")) + PASSWORD + "@127.0.0.1:"
                        + redis.port());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(folder.resolve("errors").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith(ConfigKey.PREFIX));
        builder.environment().putAll(variables);
        Process process = builder.start();
        started.add(process);
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String line = String.valueOf(out.readLine());
        Matcher listening = LISTENING.matcher(line);
        assertThat(listening.matches())
                .as("%s %s", line, Files.readString(folder.resolve("errors")))
                .isTrue();
        return new Server(process, listening.group(1), listening.group(2));
    }

    private static String docker(String file) throws Exception {
        return Files.readString(ROOT.resolve("docker").resolve(file));
    }

    private static String find(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }

    private static Reply get(String uri, Map<String, String> headers) throws Exception {
        return send("GET", uri, headers, "");
    }

    private static Reply send(String method, String uri, Map<String, String> headers, String body) throws Exception {
        return TestServer.exchange(uri, method, headers, body.getBytes(StandardCharsets.UTF_8));
    }
}
