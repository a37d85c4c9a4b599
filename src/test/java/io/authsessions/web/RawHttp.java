package io.authsessions.web;

import io.authsessions.secrets.RunRecorder;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** HTTP/1.1 as bytes, for what no client would send. Each exchange has a connection of its own. */
public final class RawHttp {
    private static final int TIMEOUT_MILLIS = 10_000;

    private RawHttp() {}

    /** A whole answer. */
    public record Answer(int status, List<String> headerLines, String body) {
        public List<String> headers(String name) {
            String start = name.toLowerCase(java.util.Locale.ROOT) + ":";
            return headerLines.stream()
                    .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith(start))
                    .map(line -> line.substring(start.length()).trim())
                    .toList();
        }

        public String header(String name) {
            List<String> values = headers(name);
            return values.isEmpty() ? null : String.join(" | ", values);
        }

        public JsonObject json() {
            return new JsonObject(body);
        }

        public String code() {
            return json().getString("code");
        }
    }

    /** GET with these header lines; characters are sent as Latin-1 bytes. */
    public static Answer get(int port, String path, String... headerLines) {
        return request(port, "GET", path, headerLines);
    }

    public static Answer request(int port, String method, String path, String... headerLines) {
        StringBuilder text = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String line : headerLines) {
            text.append(line).append("\r\n");
        }
        return exchange(port, text + "Connection: close\r\n\r\n");
    }

    public static Answer exchange(int port, String request) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return parse(readAll(socket.getInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] readAll(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        in.transferTo(bytes);
        return bytes.toByteArray();
    }

    private static Answer parse(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        RunRecorder.answer(text);
        int end = text.indexOf("\r\n\r\n");
        List<String> lines = new ArrayList<>(List.of(text.substring(0, end).split("\r\n")));
        int status = Integer.parseInt(lines.remove(0).split(" ")[1]);
        return new Answer(status, lines, text.substring(end + 4));
    }
}
