package io.authsessions.store.redis;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A connection that speaks to Redis without any of the code under test and without its driver. Confined to one thread. */
public final class PlainRedis implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    /** Connects to a Redis on loopback. */
    public PlainRedis(int port) {
        try {
            socket = new Socket("127.0.0.1", port);
            socket.setSoTimeout(20_000);
            in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a command: a Long, a byte[], a status as String, a List of such, or null. An error is thrown. */
    public Object call(String... command) {
        return all(List.of(List.of(command))).get(0);
    }

    /** Sends commands in one go. */
    public List<Object> all(List<List<String>> commands) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            commands.forEach(command -> write(out, command));
            socket.getOutputStream().write(out.toByteArray());
            List<Object> answers = new ArrayList<>(commands.size());
            for (int i = 0; i < commands.size(); i++) {
                answers.add(read());
            }
            return answers;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads one answer more than was asked for, as MONITOR and SUBSCRIBE send them. */
    public Object next() {
        try {
            return read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The texts of an answer that is an array. */
    public List<String> texts(String... command) {
        return ((List<?>) call(command)).stream().map(PlainRedis::text).toList();
    }

    /** The texts of an answer and of all that it holds, one after the other. */
    public static List<String> all(Object answer) {
        return answer instanceof List<?> items
                ? items.stream().flatMap(item -> all(item).stream()).toList()
                : List.of(text(answer));
    }

    /** The text of one answer. */
    public static String text(Object answer) {
        return answer instanceof byte[] bytes ? new String(bytes, StandardCharsets.ISO_8859_1) : String.valueOf(answer);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(ByteArrayOutputStream out, List<String> command) {
        out.writeBytes(("*" + command.size() + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        for (String part : command) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            out.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            out.writeBytes(bytes);
            out.writeBytes("\r\n".getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private Object read() throws IOException {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> rest;
            case ':' -> Long.valueOf(rest);
            case '$' -> bulk(Integer.parseInt(rest));
            case '*' -> array(Integer.parseInt(rest));
            default -> throw new AssertionError("Redis answered " + line);
        };
    }

    private byte[] bulk(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] bytes = in.readNBytes(length);
        in.skipNBytes(2);
        return bytes;
    }

    private List<Object> array(int length) throws IOException {
        List<Object> items = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            items.add(read());
        }
        return items;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\r'; c = in.read()) {
            if (c < 0) {
                throw new IOException("Redis has closed the connection");
            }
            line.append((char) c);
        }
        in.read();
        return line.toString();
    }
}
