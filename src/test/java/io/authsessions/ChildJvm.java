package io.authsessions;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A JVM of its own, with the class path of the tests but for the jars that are taken away. */
public final class ChildJvm {
    private ChildJvm() {}

    /**
     * How it ended.
     *
     * @param exitCode of the process
     * @param output both standard output and error
     */
    record Result(int exitCode, String output) {}

    /**
     * Runs a main class to its end, for at most 60 seconds.
     *
     * @param without prefixes of the names of jars that are to be missing; each must be there otherwise
     */
    static Result run(Class<?> main, List<String> without, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                classPathWithout(without),
                main.getName()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("child", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                if (!process.waitFor(60, TimeUnit.SECONDS)) {
                    throw new AssertionError("did not end within 60 s:\n" + read(output));
                }
            } finally {
                process.destroyForcibly();
            }
            return new Result(process.exitValue(), read(output));
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /** Starts a main class with the class path of the tests and little memory; the caller ends it. */
    public static Process start(Class<?> main, String... arguments) throws IOException {
        return start(main, Map.of(), arguments);
    }

    /** As {@link #start(Class, String...)}, with more in its environment. */
    public static Process start(Class<?> main, Map<String, String> environment, String... arguments)
            throws IOException {
        return start(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"), main, environment, arguments);
    }

    /** As {@link #start(Class, Map, String...)}, with options of Java instead of those that make it start soon. */
    public static Process start(
            List<String> javaOptions, Class<?> main, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xshare:auto", "-Xmx256m"));
        command.addAll(javaOptions);
        command.addAll(List.of("-cp", classPathWithout(List.of()), main.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static String classPathWithout(List<String> without) {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> entries = Arrays.asList(all.split(File.pathSeparator));
        for (String prefix : without) {
            if (entries.stream().noneMatch(entry -> isJar(entry, prefix))) {
                throw new AssertionError("there is no jar " + prefix + "* to take away");
            }
        }
        return entries.stream()
                .filter(entry -> without.stream().noneMatch(prefix -> isJar(entry, prefix)))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static boolean isJar(String entry, String prefix) {
        return Path.of(entry).getFileName().toString().matches(prefix + "-\\d.*\\.jar");
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
