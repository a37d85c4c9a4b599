package io.authsessions.store.redis;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import redis.embedded.core.ExecutableProvider;

/** A Redis process of its own on loopback that can be killed, held up, and started again on the same port. */
public final class LinkRedis implements AutoCloseable {
    private static final File EXECUTABLE = executable();

    private final int port = freePort();
    private final List<String> settings;
    private Process process;

    private LinkRedis(List<String> settings) {
        this.settings = settings;
    }

    /** One that runs, with further settings as on its command line. */
    public static LinkRedis started(String... settings) {
        LinkRedis redis = stopped(settings);
        redis.start();
        return redis;
    }

    /** One that does not run yet. */
    public static LinkRedis stopped(String... settings) {
        return new LinkRedis(List.of(settings));
    }

    public int port() {
        return port;
    }

    public String uri() {
        return "redis://127.0.0.1:" + port;
    }

    public void start() {
        List<String> command = new ArrayList<>(List.of(EXECUTABLE.getAbsolutePath()));
        command.addAll(List.of("--port", "" + port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"));
        command.addAll(settings);
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
            BufferedReader log =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            for (String line = log.readLine(); line != null; line = log.readLine()) {
                if (line.contains("Ready to accept connections")) {
                    return;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new AssertionError("Redis ended before it was ready");
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
        if (process != null) {
            kill();
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

    private static File executable() {
        try {
            return ExecutableProvider.newJarResourceProvider().get();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
