package io.authsessions.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Runs the shell lines of a document, one after the other in one shell, against a real server. */
@DisplayName("Whoever follows a document line by line")
@Execution(ExecutionMode.CONCURRENT)
class ReadmeTryTest {
    private static final Path ROOT = Path.of(System.getProperty("project.root", "."));
    private static final Pattern TRY =
            Pattern.compile("<!-- try -->\\R```sh\\R(.*?)```\\R(?:\\R```(?:json|text)\\R(.*?)```)?", Pattern.DOTALL);

    private static final Pattern VARIABLE = Pattern.compile("(AUTHSESSIONS_[A-Z_]+)=(\\S+)");

    @Test
    @DisplayName("sees what README shows")
    void readme() throws Exception {
        follow("README.md");
    }

    @Test
    @DisplayName("signs in, rotates, steps up and signs out as docs/login.md shows")
    void login() throws Exception {
        follow("docs/login.md");
    }

    /** What stands before the command that starts the server. */
    private static Map<String, String> environment(String text) {
        Map<String, String> environment = new HashMap<>();
        text.lines()
                .filter(line -> line.contains("mvn -q compile exec:java"))
                .flatMap(line -> VARIABLE.matcher(line).results())
                .forEach(variable -> environment.put(variable.group(1), variable.group(2)));
        return environment;
    }

    private static void follow(String document) throws Exception {
        assumeTrue(runs("curl", "--version") && runs("bash", "--version"), "needs curl and bash on the path");
        List<String> scripts = new ArrayList<>();
        List<String> shown = new ArrayList<>();
        String text = Files.readString(ROOT.resolve(document));
        Matcher block = TRY.matcher(text);
        while (block.find()) {
            scripts.add(block.group(1));
            shown.add(block.group(2) == null ? "" : block.group(2));
        }
        assertThat(scripts).hasSizeGreaterThanOrEqualTo(5);
        try (TestServer server = TestServer.start(environment(text))) {
            List<String> seen = run(server, scripts);
            for (int i = 0; i < scripts.size(); i++) {
                assertThat(shape(seen.get(i))).as(scripts.get(i)).isEqualTo(shape(shown.get(i)));
            }
        }
    }

    private static List<String> run(TestServer server, List<String> scripts) throws Exception {
        String separator = "----next----";
        String script = String.join("\necho; echo " + separator + "\n", scripts)
                .replace("http://127.0.0.1:8080", server.server().publicUri().toString())
                .replace("http://127.0.0.1:8081", server.server().adminUri().toString());
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", script).redirectErrorStream(true);
        builder.environment().put("AUTHSESSIONS_ADMIN_KEY", TestServer.ADMIN_KEY);
        Process shell = builder.start();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return List.of(output.split(separator, -1));
    }

    /** What is the same each time: names and texts; not ids, tokens and times. */
    private static String shape(String text) {
        return text.strip()
                .replaceAll("aus1_[0-9A-Za-z_…]+", "TOKEN")
                .replaceAll("\"(id|sid)\":\"[0-9A-Za-z]{22}\"", "\"$1\":ID")
                .replaceAll("\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\"", "TIME")
                .replaceAll("\"(iat|exp|auth_time)\":\\d{10}", "\"$1\":SECONDS");
    }

    private static boolean runs(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (java.io.IOException | InterruptedException e) {
            return false;
        }
    }
}
