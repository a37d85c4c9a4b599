package io.authsessions.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import redis.embedded.core.ExecutableProvider;

/** A Redis of its own for a benchmark, on loopback, which keeps nothing on disk. */
final class BenchRedis implements AutoCloseable {
    private final int port;
    private final Process process;

    BenchRedis() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        process = new ProcessBuilder(List.of(
                        executable(), "--port", "" + port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"))
                .redirectErrorStream(true)
                .start();
        BufferedReader log = process.inputReader(StandardCharsets.UTF_8);
        String line = log.readLine();
        while (line != null && !line.contains("Ready to accept connections")) {
            line = log.readLine();
        }
        if (line == null) {
            throw new IOException("Redis did not start");
        }
        Thread reader = new Thread(() -> log.lines().forEach(said -> {}), "what Redis says");
        reader.setDaemon(true);
        reader.start();
    }

    /** The version that a benchmark gets. */
    static String version() throws IOException {
        Process asked = new ProcessBuilder(executable(), "--version").start();
        try (BufferedReader told = asked.inputReader(StandardCharsets.UTF_8)) {
            return String.valueOf(told.readLine()).replaceFirst(".*v=(\\S+).*", "$1");
        }
    }

    private static String executable() throws IOException {
        return ExecutableProvider.newJarResourceProvider().get().getAbsolutePath();
    }

    String uri() {
        return "redis://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
