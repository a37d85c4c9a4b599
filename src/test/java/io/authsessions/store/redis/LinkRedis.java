package io.authsessions.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Redis process of its own on loopback that can be killed, held up, and started again on the same port. It knows a user
 * with the least rights that docs/redis.md names; if that user was denied anything, closing it fails.
 */
public final class LinkRedis implements AutoCloseable {
    private static final int BUS_PORT_ABOVE = 10_000;
    private static final int MOST_PORTS = 65_535;
    private static final String LEAST_RIGHTS = "least-rights";

    private final int port;
    private final String executable;
    private final List<String> settings;
    private final Path configuration;
    private Process process;
    private boolean heldUp;

    private LinkRedis(String executable, List<String> settings, Path configuration) {
        this(freePort(), executable, settings, configuration);
    }

    private LinkRedis(int port, String executable, List<String> settings, Path configuration) {
        this.port = port;
        this.executable = executable;
        this.settings = settings;
        this.configuration = configuration;
    }

    /** One of the version that is installed on the machine, which does not run yet. */
    static LinkRedis installed(String... settings) {
        return new LinkRedis("redis-server", List.of(settings), null);
    }

    /** One of some release, which does not run yet. */
    static LinkRedis of(RedisRelease release, String... settings) {
        return new LinkRedis(release.executable(), List.of(settings), null);
    }

    /** A member of a Cluster, which does not run yet; its bus port is 10,000 above that of clients. */
    static LinkRedis member(RedisRelease release, String... settings) {
        int port = freePort();
        while (port + BUS_PORT_ABOVE > MOST_PORTS || !isFree(port + BUS_PORT_ABOVE)) {
            port = freePort();
        }
        List<String> all = new ArrayList<>(List.of(settings));
        if (release.choosesBusPort()) {
            all.addAll(List.of("--cluster-port", "" + (port + BUS_PORT_ABOVE)));
        }
        return new LinkRedis(port, release.executable(), all, null);
    }

    /** At which port it talks to the other members of its Cluster. */
    int busPort() {
        return port + BUS_PORT_ABOVE;
    }

    /** A sentinel with a configuration that it may write to; it does not run yet. */
    static LinkRedis sentinel(RedisRelease release, Path configuration) {
        return new LinkRedis(release.executable(), List.of("--sentinel"), configuration);
    }

    /** One that takes only TLS, on its port, of the version that is installed; it does not run yet. */
    static LinkRedis encrypted(String... settings) {
        List<String> all = new ArrayList<>(List.of("--tls-port", "{port}", "--port", "0"));
        all.addAll(List.of(settings));
        return new LinkRedis("redis-server", all, null);
    }

    /** A sentinel that takes only TLS; it does not run yet. */
    static LinkRedis encryptedSentinel(Path configuration, String... settings) {
        List<String> all = new ArrayList<>(List.of("--sentinel", "--tls-port", "{port}", "--port", "0"));
        all.addAll(List.of(settings));
        return new LinkRedis("redis-server", all, configuration);
    }

    boolean runs() {
        return process.isAlive();
    }

    /** Skips the test where no Redis 7 is installed: the one that comes as a library is 6.2. */
    static void assumeInstalled() {
        RedisRelease.REDIS_7.assumeInstalled();
    }

    /** One that runs, with further settings as on its command line. */
    public static LinkRedis started(String... settings) {
        LinkRedis redis = stopped(settings);
        redis.start();
        return redis;
    }

    /** One that does not run yet. */
    public static LinkRedis stopped(String... settings) {
        return of(RedisRelease.REDIS_6_2, settings);
    }

    public int port() {
        return port;
    }

    public String uri() {
        return "redis://127.0.0.1:" + port;
    }

    /** For a store, which needs no more rights than are documented. */
    public String leastRightsUri() {
        return leastRights(uri());
    }

    /** The same address for that user. */
    public static String leastRights(String uri) {
        return uri.replaceFirst("^redis://(?=127)", "redis://" + LEAST_RIGHTS + ":secret@");
    }

    public void start() {
        List<String> command = new ArrayList<>(List.of(executable));
        if (configuration != null) {
            command.add(configuration.toString());
        }
        command.addAll(List.of("--port", "" + port, "--bind", "127.0.0.1"));
        if (configuration == null) {
            if (!settings.contains("--aclfile")) {
                command.addAll(List.of(("--user " + LEAST_RIGHTS + " " + TestRedis.RIGHTS).split(" ")));
            }
            // A replica writes what it is sent into a file, which no other may find.
            command.addAll(List.of("--save", "", "--appendonly", "no", "--dbfilename", "test-" + port + ".rdb"));
            command.addAll(List.of("--dir", System.getProperty("java.io.tmpdir")));
            new File(System.getProperty("java.io.tmpdir"), "test-" + port + ".rdb").deleteOnExit();
        }
        settings.forEach(setting -> command.add(setting.replace("{port}", "" + port)));
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
            BufferedReader log =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            for (String line = log.readLine(); line != null; line = log.readLine()) {
                if (line.contains("Ready to accept connections") || line.contains("Sentinel ID is")) {
                    drain(log);
                    return;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new AssertionError("Redis ended before it was ready");
    }

    /** A server whose log nobody reads is held up by it in the end. */
    private static void drain(BufferedReader log) {
        Thread reader = new Thread(
                () -> {
                    try {
                        log.transferTo(Writer.nullWriter());
                    } catch (IOException ended) {
                        // The server was killed.
                    }
                },
                "log of a test Redis");
        reader.setDaemon(true);
        reader.start();
    }

    /** As {@code kill -9}. */
    public void kill() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Sends a signal to the process, such as STOP or CONT. */
    public void signal(String name) {
        heldUp = name.equals("STOP");
        try {
            new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Sends a command on a connection of its own; the first line, or the text, of the answer. */
    public String admin(String... command) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(encode(command));
            return answer(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a command and waits for no answer; the connection stays open until the socket is closed. */
    public Socket begin(String... command) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        OutputStream out = socket.getOutputStream();
        out.write(encode(command));
        out.flush();
        return socket;
    }

    @Override
    public void close() {
        if (process == null) {
            return;
        }
        try {
            assertNothingDenied();
        } finally {
            kill();
        }
    }

    private void assertNothingDenied() {
        boolean answersPlainly = settings.stream().noneMatch(setting -> setting.equals("--tls-port"));
        if (configuration == null
                && answersPlainly
                && process.isAlive()
                && !heldUp
                && !admin("PING").startsWith("-NOAUTH")) {
            try (PlainRedis redis = new PlainRedis(port)) {
                assertThat(PlainRedis.all(redis.call("ACL", "LOG")))
                        .as("what the user with the least rights was denied")
                        .doesNotContain(LEAST_RIGHTS);
            }
        }
    }

    private static byte[] encode(String... command) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(("*" + command.length + "\r\n").getBytes(StandardCharsets.UTF_8));
        for (String part : command) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            out.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.UTF_8));
            out.writeBytes(bytes);
            out.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }

    private static String answer(InputStream in) throws IOException {
        String line = line(in);
        if (!line.startsWith("$") || line.equals("$-1")) {
            return line;
        }
        return new String(in.readNBytes(Integer.parseInt(line.substring(1))), StandardCharsets.UTF_8);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\r' && c >= 0; c = in.read()) {
            line.append((char) c);
        }
        in.read();
        return line.toString();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
