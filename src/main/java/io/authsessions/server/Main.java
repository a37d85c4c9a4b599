package io.authsessions.server;

import io.authsessions.AuthSessions;
import io.authsessions.model.FieldError;
import io.authsessions.model.InvalidRequestException;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The program: reads the configuration, starts the server, says where it listens, and stops in order on SIGTERM. Exit
 * codes: 0 after an orderly stop, 1 if it cannot start, 2 if it is configured wrongly.
 */
public final class Main {
    private static final int CANNOT_START = 1;
    private static final int CONFIGURED_WRONGLY = 2;
    private static final long STOP_SECONDS = 75;
    /** What the server needs and an application that has this class may not have: a class of each, and its name. */
    private static final Map<String, String> NEEDED = Map.of(
            "io.vertx.ext.web.Router", "io.vertx:vertx-web",
            "io.vertx.micrometer.MicrometerMetricsFactory", "io.vertx:vertx-micrometer-metrics",
            "io.micrometer.prometheusmetrics.PrometheusMeterRegistry", "io.micrometer:micrometer-registry-prometheus");

    private final PrintStream out;
    private final boolean terminal;

    private Main(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Runs the server until the process is told to end; {@code --help} tells the arguments. */
    public static void main(String[] arguments) {
        try {
            new Main(System.out, Terminal.isAttached()).run(arguments);
        } catch (ConfigException e) {
            exit(CONFIGURED_WRONGLY, e.mistakes());
        } catch (CompletionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof InvalidRequestException mistake) {
                exit(
                        CONFIGURED_WRONGLY,
                        mistake.errors().stream().map(FieldError::toString).toList());
            } else {
                exit(CANNOT_START, List.of("cannot start: " + (cause == null ? e : cause).getMessage()));
            }
        }
    }

    private static List<String> missing() {
        return NEEDED.entrySet().stream()
                .filter(library -> !isThere(library.getKey()))
                .map(library -> "cannot start: the server needs " + library.getValue() + " on the class path")
                .sorted()
                .toList();
    }

    private static boolean isThere(String type) {
        try {
            Class.forName(type, false, Main.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private void run(String... arguments) throws ConfigException {
        CommandLine commandLine = CommandLine.parse(arguments);
        if (commandLine.help()) {
            out.print(CommandLine.usage());
            out.flush();
            return;
        }
        List<String> missing = missing();
        if (!missing.isEmpty()) {
            exit(CANNOT_START, missing);
        }
        ServerConfig config = ConfigReader.read(commandLine.file(), System.getenv());
        if (commandLine.inspected() != null) {
            out.println(inspect(config, commandLine.inspected()));
            out.flush();
            return;
        }
        AdminKeyFile.Content file =
                config.adminKeys().isEmpty() ? AdminKeyFile.of(config).readOrMake(new SecureRandom()) : null;
        AdminKeys keys = new AdminKeys(file == null ? config.adminKeys() : file.keys());
        Metrics metrics = new Metrics();
        Vertx vertx = metrics.vertx();
        AuthServer server = AuthServer.start(vertx, config, keys, metrics)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(vertx, server), "authsessions-stop"));
        out.println("listening public=" + server.publicUri() + " admin=" + server.adminUri());
        out.println(signInCommand(server.adminUri(), file == null ? null : config.adminKeyFile()));
        if (file != null && file.made() && terminal) {
            out.println("admin key: " + file.keys().get(0));
        }
        out.flush();
    }

    /** What the store keeps, as JSON; {@code null} if it keeps nothing under that id. */
    private static String inspect(ServerConfig config, String sessionId) {
        Vertx vertx = Vertx.vertx();
        try {
            JsonObject found = AuthSessions.start(vertx, config.sessions())
                    .compose(sessions -> sessions.inspectSession(sessionId).eventually(sessions::close))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            return found == null ? "null" : found.encodePrettily();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static String signInCommand(String adminUri, @Nullable Path keyFile) {
        String key = keyFile == null
                ? "$" + ConfigKeys.ADMIN_KEY.variable()
                : "$(head -n 1 '" + keyFile.toAbsolutePath().normalize() + "')";
        return "curl -s -H \"Authorization: Bearer " + key + "\" -H 'Content-Type: application/json'"
                + " -d '{\"userId\":\"alice\",\"label\":\"my laptop\"}' " + adminUri + "/v1/admin/sessions";
    }

    /** Runs while the JVM ends, whose exit code would tell of the signal: an orderly stop is no failure. */
    private static void stop(Vertx vertx, AuthServer server) {
        int code = 0;
        try {
            server.stop()
                    .eventually(vertx::close)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            System.err.println("the server did not stop in order");
            code = CANNOT_START;
        }
        System.out.flush();
        Runtime.getRuntime().halt(code);
    }

    private static void exit(int code, List<String> reasons) {
        reasons.forEach(System.err::println);
        System.exit(code);
    }
}
